import { jest } from '@jest/globals'
import { cp, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { tools } from '../support/equipment.ts'
import { describeWith } from '../support/needs.ts'
import { freePort } from '../support/free-port.ts'
import { directoryWith, removeDirectories } from '../support/order.ts'
import { bundle, live, path, preparePackages } from './small-app.ts'
import { bootMachine, type Machine } from '../support/systemd/machine.ts'

/*
 * The lifecycle scripts as an instance runs them: as root, in /opt/flask-app, with the application under systemd. What
 * does not depend on the supervisor is in ec2-hooks.test.ts.
 */

jest.setTimeout(180_000)

await describeWith(['packages', 'systemd'], 'an instance with systemd', () => {
  let machine: Machine
  let packages: Record<string, string>
  let port: number
  let python: string
  beforeAll(async () => {
    if ('missing' in tools.python) throw new Error(tools.python.missing)
    python = await realpath(tools.python.path)
    const elsewhere = python.startsWith('/usr/') ? [] : [dirname(dirname(python))]
    machine = await bootMachine(await directoryWith(), [path('.'), ...elsewhere])
    ;[packages, port] = await Promise.all([preparePackages(), freePort()])
  })
  afterAll(async () => {
    await machine.close()
    await removeDirectories()
  })

  const hook = (name: string) =>
    machine.run([path(`appspec/ec2/scripts/${name}.sh`)], {
      GREENLIGHT_PORT: String(port),
      GREENLIGHT_PYTHON: python,
      ...packages,
    })
  const service = async (property: string) =>
    (await machine.run(['systemctl', 'show', '--value', '--property', property, 'flask-app'])).trim()

  /** Everything that CodeDeploy would run, in order, until one fails. Answers what was said last. */
  const deploy = async (version: string, files?: Record<string, string>) => {
    const release = await bundle(version, files)
    const steps = [
      () => hook('application-stop'),
      () => hook('before-install'),
      () => cp(release, join(machine.root, 'opt/flask-app/release'), { recursive: true }).then(() => ''),
      () => hook('after-install'),
      () => hook('application-start'),
      () => hook('validate-service'),
    ]
    let said = ''
    for (const step of steps) {
      said = await step()
      if (said.startsWith('exit')) return said
    }
    return said
  }

  test('has the first release run as an account of its own, now and from the next boot on', async () => {
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

  test('goes on to the next release', async () => {
    expect(await deploy('bbbbbbb')).toMatch(/answers as version bbbbbbb/)
    expect(await live(port)).toBe('bbbbbbb')
  })

  test('says of a release that crashes what it died of, and takes the one before back', async () => {
    const broken = { 'wsgi.py': 'import cheese\n' }
    expect((await deploy('ccccccc', broken)).split('\n').slice(-3)).toEqual([
      "gunicorn: ModuleNotFoundError: No module named 'cheese'",
      // Refused, reset or not in time, as far as gunicorn had come with its next try.
      expect.stringMatching(/^GET \/healthz is not answered as version ccccccc after \d+ tries: ./),
      '',
    ])
    expect(await deploy('bbbbbbb')).toMatch(/answers as version bbbbbbb/)
    expect(await live(port)).toBe('bbbbbbb')
  })

  test('does not tell of one release what another one died of', async () => {
    const mute = { 'wsgi.py': 'import os\nos._exit(3)\n' }
    const said = await deploy('ddddddd', mute)
    expect(said).toMatch(/^exit 1: [^]* is not answered as version ddddddd /)
    expect(said).not.toContain('cheese')
  })

  test('stops one that is being started again and again, and what is stopped already', async () => {
    expect(await hook('application-stop')).toBe('Stopped\n')
    expect(await service('ActiveState')).toMatch(/^(inactive|failed)$/)
    expect(await hook('application-stop')).toBe('Stopped\n')
    expect(await live(port)).toBe('nothing answers')
  })
})
