import { jest } from '@jest/globals'
import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { copyingPython } from '../support/equipment.ts'
import { describeWith } from '../support/needs.ts'
import { removeDirectories } from '../support/order.ts'
import { createInstances, type Instances } from './instances.ts'
import { bundle, live, path } from './small-app.ts'

/*
 * Settings that people write on an instance, and variables that the machine had before. Hooks read the settings in any
 * usual spelling, name those that they cannot use, and do not depend on the variables.
 */

let instances: Instances
beforeAll(async () => {
  instances = await createInstances(await copyingPython())
})
afterEach(() => instances.stop())
afterAll(removeDirectories)
jest.setTimeout(180_000)

/** An application that answers the whole content of VERSION. */
const WHOLE_VERSION = `import json, pathlib
VERSION = pathlib.Path(__file__).with_name("VERSION").read_bytes().decode()
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({"status": "ok", "version": VERSION}).encode()]
`

await describeWith(['bash'], 'an address', () => {
  /** What settings.sh makes of GREENLIGHT_BIND: where gunicorn listens, and the address of its health check. */
  const addresses = async (bind: string) => {
    const script = '. "$1/settings.sh"; echo "$LISTEN $REACHED_AT"'
    const { stdout } = await promisify(execFile)('bash', ['-c', script, 'hook', path('appspec/ec2/scripts')], {
      env: { PATH: process.env.PATH, GREENLIGHT_BIND: bind },
    })
    return stdout.trim()
  }

  test.each([
    ['', '127.0.0.1:8000 127.0.0.1:8000'],
    ['0.0.0.0', '0.0.0.0:8000 127.0.0.1:8000'],
    ['10.0.0.7', '10.0.0.7:8000 10.0.0.7:8000'],
    ['localhost', 'localhost:8000 localhost:8000'],
    ['::', '[::]:8000 [::1]:8000'],
    ['[::]', '[::]:8000 [::1]:8000'],
    ['0:0:0:0:0:0:0:0', '[0:0:0:0:0:0:0:0]:8000 [::1]:8000'],
    ['::1', '[::1]:8000 [::1]:8000'],
    ['[::1]', '[::1]:8000 [::1]:8000'],
    ['fe80::1%eth0', '[fe80::1%eth0]:8000 [fe80::1%eth0]:8000'],
    ['2001:db8::a', '[2001:db8::a]:8000 [2001:db8::a]:8000'],
  ])('%j is listened on, and reached, at %s', async (bind, expected) => {
    expect(await addresses(bind)).toBe(expected)
  })
})

await describeWith(['bash'], 'the time limit of a hook', () => {
  const seconds = async (appspec: string, hook: string) => {
    const scripts = join(await bundle('aaaaaaa', {}, appspec), 'scripts')
    const { stdout } = await promisify(execFile)('bash', [
      '-c',
      '. "$1/settings.sh"; hook_seconds "$2"',
      'hook',
      scripts,
      hook,
    ])
    return Number(stdout)
  }
  const block = (entry: string) =>
    `version: 0.0\nhooks:\n  BeforeInstall:\n${entry}\n  AfterInstall:\n    - location: scripts/b.sh\n`

  test.each([
    ['a block', block('    - location: scripts/a.sh\n      timeout: 7\n      runas: root'), 7],
    ['a block in another order, with a comment', block('  - timeout: 7 # seconds\n    location: "scripts/a.sh"'), 7],
    [
      'braces',
      'hooks: { BeforeInstall: [{ location: scripts/a.sh, timeout: 7 }, { location: b.sh, timeout: 9 }] }\n',
      7,
    ],
    ['the line ends of Windows', block('    - location: scripts/a.sh\r\n      timeout: 7\r'), 7],
    ['a script that has another name at its end', block('    - location: scripts/other-a.sh\n      timeout: 9'), 60],
    ['no timeout, which is an hour', block('    - location: scripts/a.sh'), 3600],
    ['nothing behind timeout, the same', block('    - location: scripts/a.sh\n      timeout:'), 3600],
    [
      'two events, the shorter',
      block('    - { location: scripts/a.sh, timeout: 9 }\n    - { location: scripts/a.sh, timeout: 7 }'),
      7,
    ],
    ['nothing of it', 'hooks:\n', 60],
  ])('is read from %s', async (_, appspec, expected) => {
    expect(await seconds(appspec, 'a.sh')).toBe(expected)
  })
})

await describeWith(['packages', 'ipv6'], 'IPv6', () => {
  test.each(['::', '[::1]'])('%s serves and passes its health check', async (GREENLIGHT_BIND) => {
    const { deploy, hook, port } = await instances.instance({ env: { GREENLIGHT_BIND } })
    expect(await deploy('aaaaaaa')).toMatch(/^GET \/healthz answers as version aaaaaaa /)
    const answer = await fetch(`http://[::1]:${port}/healthz`)
    expect(await answer.json()).toEqual({ status: 'ok', version: 'aaaaaaa' })
    expect(await hook('application-start')).toContain(
      `Started on [${GREENLIGHT_BIND.replaceAll(/[[\]]/g, '')}]:${port}`,
    )
  })
})

await describeWith(['packages'], 'VERSION', () => {
  test.each([
    ['1a2b3c4d5e6f7a8b9c0d1a2b3c4d5e6f7a8b9c0d', '1a2b3c4'],
    ['2026.11.23-4', '2026.11.23-4'],
    ['\uFEFF 1.4.2 \r', '1.4.2'],
  ])('%j is what the application may answer', async (version, name) => {
    const { deploy } = await instances.instance()
    expect(await deploy(version, { 'wsgi.py': WHOLE_VERSION })).toMatch(
      new RegExp(`^GET /healthz answers as version ${name.replaceAll('.', '\\.')} \\(try \\d+\\)\n$`),
    )
  })

  test('that is empty is named', async () => {
    const { deploy } = await instances.instance()
    expect(await deploy(' ')).toMatch(/^exit 1: VERSION in the release \(.*\) is empty: the build has to write/)
  })
})

await describeWith(['packages'], 'a setting that is wrong', () => {
  test.each([
    [{ GREENLIGHT_SUPERVISOR: 'Systemd' }, "GREENLIGHT_SUPERVISOR is 'Systemd', expected systemd or process"],
    [{ GREENLIGHT_PORT: '80a0' }, "GREENLIGHT_PORT is '80a0', expected a number from 1 to 65535"],
    [{ GREENLIGHT_PORT: '65536' }, "GREENLIGHT_PORT is '65536', expected"],
    [{ GREENLIGHT_HEALTH_SECONDS: '1m' }, "GREENLIGHT_HEALTH_SECONDS is '1m', expected a number from 1 to 3600"],
    [{ GREENLIGHT_APP_DIR: 'opt/app' }, "GREENLIGHT_APP_DIR is 'opt/app', expected an absolute path"],
  ])('%j never fails ApplicationStop, and every other hook names it', async (wrong, sentence) => {
    const { hook } = await instances.instance()
    expect(await hook('application-stop', wrong)).toMatch(/^(Stopped|Could not stop the application: .*)\n$/)
    for (const name of ['before-install', 'after-install', 'application-start', 'validate-service'])
      expect([name, await hook(name, wrong)]).toEqual([name, expect.stringContaining(`exit 1: ${sentence}`)])
  })

  test.each([
    { GREENLIGHT_PYTHON: '/nowhere/python3' },
    { GREENLIGHT_BIND: 'nowhere:' },
    { GREENLIGHT_USER: 'nobody here' },
    { GREENLIGHT_HEALTH_SECONDS: '-1' },
  ])('%j does not keep ApplicationStop from stopping the application', async (wrong) => {
    const { deploy, hook, port } = await instances.instance()
    expect(await deploy('aaaaaaa')).toContain('answers as version')
    expect(await hook('application-stop', wrong)).toBe('Stopped\n')
    expect(await live(port)).toBe('nothing answers')
  })

  test('an unknown supervisor leaves the application running; BeforeInstall gives the reason', async () => {
    const { deploy, hook, port } = await instances.instance()
    await deploy('aaaaaaa')
    expect(await hook('application-stop', { GREENLIGHT_SUPERVISOR: 'Systemd' })).toContain('Could not stop')
    expect(await live(port)).toBe('aaaaaaa')
  })

  test('more seconds for the health check than appspec.yml leaves are reduced, with a message', async () => {
    const appspec = 'hooks: { ValidateService: [{ location: scripts/validate-service.sh, timeout: 4 }] }\n'
    const { deploy } = await instances.instance({
      scripts: join(await bundle('aaaaaaa', {}, appspec), 'scripts'),
      env: { GREENLIGHT_HEALTH_SECONDS: '600' },
    })
    expect(await deploy('bbbbbbb', { 'wsgi.py': WHOLE_VERSION.replace('.decode()', '.decode()[:3]') })).toMatch(
      /^exit 1: GREENLIGHT_HEALTH_SECONDS is 600; appspec\.yml leaves validate-service\.sh 3 s to ask\n[^]*it says that its version is bbb\n$/,
    )
  })
})

await describeWith(['packages'], 'a hook that inherits', () => {
  test.each([
    ['a umask that lets only the owner read', 'umask 077'],
    ['a umask that lets every account write', 'umask 000'],
    ['a working directory that is gone', 'gone="$(mktemp -d)"; cd "$gone"; rmdir "$gone"'],
    ['a PATH without programs', 'export PATH=/nowhere'],
    ['no PATH', 'unset PATH'],
    ['another language', 'export LANG=de_DE.UTF-8 LC_ALL=tr_TR.ISO-8859-9 LANGUAGE=de LC_NUMERIC=de_DE'],
    ['functions of a profile', `exec env 'BASH_FUNC_cd%%=() { echo cd; }' 'BASH_FUNC_echo%%=() { :; }' "$0"`],
    ['a file that bash reads first', 'export BASH_ENV=/nowhere/profile CDPATH=/tmp POSIXLY_CORRECT=1 SECONDS=100000'],
    ['a directory for temporary files that is gone', 'export TMPDIR=/nowhere'],
    ['settings for Python', 'export PYTHONPATH=/nowhere PYTHONHOME=/nowhere PYTHONSAFEPATH=1 PYTHONUTF8=0'],
  ])('%s deploys all the same', async (_, before) => {
    const { deploy, hook, directory, port } = await instances.instance({ before })
    expect(await deploy('aaaaaaa')).toMatch(/^GET \/healthz answers as version aaaaaaa /)
    const modes = await Promise.all(['release', 'run', 'run/gunicorn.log'].map((name) => stat(join(directory, name))))
    expect(modes.map(({ mode }) => (mode & 0o777).toString(8))).toEqual(['755', '755', '644'])
    expect(await hook('application-stop')).toBe('Stopped\n')
    expect(await live(port)).toBe('nothing answers')
  })
})
