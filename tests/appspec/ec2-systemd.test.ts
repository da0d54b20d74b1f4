import { jest } from '@jest/globals'
import { execFile } from 'node:child_process'
import { cp, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { copyingPython, tools } from '../support/equipment.ts'
import { describeWith } from '../support/needs.ts'
import { freePort } from '../support/free-port.ts'
import { directoryWith, removeDirectories } from '../support/order.ts'
import { bundle, live, path, preparePackages } from './small-app.ts'
import { bootMachine, type Machine } from '../support/systemd/machine.ts'

/*
 * The lifecycle scripts as an instance runs them: as root, in /opt/flask-app, with the application under systemd.
 * Whatever does not depend on the supervisor is in ec2-hooks.test.ts.
 */

jest.setTimeout(180_000)

await describeWith(['packages', 'systemd'], 'an instance with systemd', () => {
  let machine: Machine
  let packages: Record<string, string>
  let port: number
  let python: string
  let copying: string
  beforeAll(async () => {
    if ('missing' in tools.python) throw new Error(tools.python.missing)
    python = await realpath(tools.python.path)
    const elsewhere = python.startsWith('/usr/') ? [] : [dirname(dirname(python))]
    // Made here: the machine can only read it.
    copying = await copyingPython()
    await promisify(execFile)(copying, ['-I', '-m', 'venv', '--clear', await directoryWith()])
    machine = await bootMachine(await directoryWith(), [path('.'), ...elsewhere])
    ;[packages, port] = await Promise.all([preparePackages(), freePort()])
  })
  afterAll(async () => {
    await machine.close()
    await removeDirectories()
  })

  /** How a deployment differs from the usual one. */
  interface Circumstances {
    /** The umask with which the agent runs hooks. */
    umask?: string
    /** Where the bundle's files go. */
    appDirectory?: string
    /** The bundle was packed by a tool that stores no modes: only its owner may read its files. */
    closed?: boolean
    /** Where the hooks are. */
    scripts?: string
    /** The hook's timeout in appspec.yml, in seconds: the agent ends a hook that takes longer. */
    timeout?: number
  }
  const hook = (name: string, circumstances: Circumstances = {}) => {
    const { umask = '022', appDirectory, scripts = path('appspec/ec2/scripts'), timeout = 600 } = circumstances
    const command = `umask ${umask}; exec timeout ${timeout} "$0"`
    return machine.run(['sh', '-c', command, join(scripts, `${name}.sh`)], {
      GREENLIGHT_PORT: String(port),
      // Only the environment of the usual deployment is made by venv itself, which takes seconds.
      GREENLIGHT_PYTHON: appDirectory === undefined ? python : copying,
      ...(appDirectory !== undefined && { GREENLIGHT_APP_DIR: appDirectory }),
      ...packages,
    })
  }
  const service = async (property: string) =>
    (await machine.run(['systemctl', 'show', '--value', '--property', property, 'flask-app'])).trim()

  /** The command lines of processes that ignore SIGTERM and still run. */
  const stubborn = () => machine.run(['pgrep', '-fa', '[S]IG_IGN'])

  /** Runs the hooks in CodeDeploy's order, until one fails. Returns the last output. */
  const deploy = async (version: string, files?: Record<string, string>, circumstances: Circumstances = {}) => {
    const { appDirectory = '/opt/flask-app', closed = false } = circumstances
    const release = await bundle(version, files)
    const steps = [
      () => hook('application-stop', circumstances),
      () => hook('before-install', circumstances),
      () => cp(release, join(machine.root, appDirectory, 'release'), { recursive: true }).then(() => ''),
      () => (closed ? machine.run(['chmod', '-R', 'go=', `${appDirectory}/release`]) : Promise.resolve('')),
      () => hook('after-install', circumstances),
      () => hook('application-start', circumstances),
      () => hook('validate-service', circumstances),
    ]
    let said = ''
    for (const step of steps) {
      said = await step()
      if (said.startsWith('exit')) return said
    }
    return said
  }

  test('runs the first deployment with an account of its own, now and from the next boot on', async () => {
    expect(await deploy('aaaaaaa')).toMatch(/^GET \/healthz answers as version aaaaaaa \(try \d+\)\n$/)
    expect(await live(port)).toBe('aaaaaaa')
    const owner = await machine.run(['ps', '-o', 'user=', '-p', await service('MainPID')])
    expect(owner.trim()).toBe('flask-app')
    expect(await service('UnitFileState')).toBe('enabled')
  })

  test('starts the application again when it is killed', async () => {
    const killed = await service('MainPID')
    await machine.run(['kill', '-KILL', killed])
    while (['0', killed].includes(await service('MainPID'))) await setTimeout(100)
    expect(await hook('validate-service')).toMatch(/answers as version aaaaaaa/)
  })

  test('continues with the next deployment', async () => {
    expect(await deploy('bbbbbbb')).toMatch(/answers as version bbbbbbb/)
    expect(await live(port)).toBe('bbbbbbb')
  })

  test('says why an application crashed, and rolls back to the one before', async () => {
    const broken = { 'wsgi.py': 'import cheese\n' }
    expect((await deploy('ccccccc', broken)).split('\n').slice(-3)).toEqual([
      "gunicorn: ModuleNotFoundError: No module named 'cheese'",
      // Refused, reset or not in time, depending on how far gunicorn had come with its next try.
      expect.stringMatching(/^GET \/healthz is not answered as version ccccccc after \d+ tries: ./),
      '',
    ])
    expect(await deploy('bbbbbbb')).toMatch(/answers as version bbbbbbb/)
    expect(await live(port)).toBe('bbbbbbb')
  })

  test('does not report for one deployment why another one ended', async () => {
    const mute = { 'wsgi.py': 'import os\nos._exit(3)\n' }
    const said = await deploy('ddddddd', mute)
    expect(said).toMatch(/^exit 1: [^]* is not answered as version ddddddd /)
    expect(said).not.toContain('cheese')
  })

  test('stops an application that restarts again and again, and one that has stopped already', async () => {
    expect(await hook('application-stop')).toBe('Stopped\n')
    expect(await service('ActiveState')).toMatch(/^(inactive|failed)$/)
    expect(await hook('application-stop')).toBe('Stopped\n')
    expect(await live(port)).toBe('nothing answers')
  })

  test.each(['027', '077'])(
    'lets its account read a bundle that umask %s and a tool without modes have closed',
    async (umask) => {
      const circumstances = { umask, closed: true, appDirectory: `/opt/closed-${umask}` }
      const files = { 'wsgi.py': READS_A_TEMPLATE, 'templates/version': 'eeeeeee' }
      expect(await deploy('eeeeeee', files, circumstances)).toMatch(/answers as version eeeeeee/)
      const modes = await machine.run([
        'stat',
        '-c',
        '%A %U:%G',
        `${circumstances.appDirectory}/release/templates/version`,
      ])
      expect(modes).toBe('-rw-r----- root:flask-app\n')
    },
  )

  test('names the directory that its account may not enter, before the application starts', async () => {
    await machine.run(['mkdir', '-m', '700', '/opt/private'])
    expect(await deploy('fffffff', {}, { appDirectory: '/opt/private/app' })).toMatch(
      /^exit 1: [^]*the application could not start: flask-app may not enter \/opt\/private\n$/,
    )
  })

  test('stops an application whose child ignores SIGTERM within the time of ApplicationStop', async () => {
    const files = { 'wsgi.py': `${STUBBORN_CHILD}${READS_VERSION}` }
    expect(await deploy('1111111', files)).toMatch(/answers as version 1111111/)
    expect(await hook('application-stop', { timeout: 60 })).toBe('Stopped\n')
    expect(await stubborn()).toBe('exit 1: ')
  })

  describe('with twenty seconds for ApplicationStop', () => {
    const TWENTY = { scripts: '/opt/archive/scripts', timeout: 20 }
    beforeAll(async () => {
      const event = (name: string, file: string) => `  ${name}: [{ location: scripts/${file}.sh, timeout: 20 }]\n`
      const stopping = event('ApplicationStop', 'application-stop') + event('ApplicationStart', 'application-start')
      await cp(await bundle('', {}, `hooks:\n${stopping}`), join(machine.root, 'opt/archive'), { recursive: true })
    })

    test('has systemd kill an application that ignores SIGTERM itself, within that time', async () => {
      expect(await deploy('2222222', { 'gunicorn.conf.py': STUBBORN }, { scripts: TWENTY.scripts })).toMatch(
        /answers as/,
      )
      expect(await service('TimeoutStopUSec')).toBe('13s')
      expect(await hook('application-stop', TWENTY)).toBe('Stopped\n')
      expect(await service('Result')).toBe('timeout')
      expect(await live(port)).toBe('nothing answers')
    })

    test('kills an application whose unit, of an earlier deployment, gives it longer', async () => {
      await deploy('3333333', { 'gunicorn.conf.py': STUBBORN }, { scripts: TWENTY.scripts })
      const unit = '/etc/systemd/system/flask-app.service'
      await machine.run(['sed', '-i', 's/^TimeoutStopSec=.*/TimeoutStopSec=90/', unit])
      await machine.run(['systemctl', 'daemon-reload'])
      expect(await hook('application-stop', TWENTY)).toMatch(
        /^The application has not stopped after \d+ s: it is killed\nStopped\n$/,
      )
      expect(await live(port)).toBe('nothing answers')
    })
  })
})

const READS_VERSION = `import json, pathlib
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({"version": pathlib.Path("VERSION").read_text()}).encode()]
`
const READS_A_TEMPLATE = READS_VERSION.replace('"VERSION"', '"templates/version"')
/** A process of the application that only SIGKILL ends. */
const STUBBORN_CHILD = `import subprocess, sys
subprocess.Popen([sys.executable, "-c", "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(9999)"])
`
/** gunicorn's own settings, which it reads where it is started. */
const STUBBORN = `import signal
def when_ready(server):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
`
