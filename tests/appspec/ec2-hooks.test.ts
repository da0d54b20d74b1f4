import { jest } from '@jest/globals'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readlink, symlink, writeFile } from 'node:fs/promises'
import { watch } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { systemClock } from '../../functions/clock.ts'
import { createCodeDeploy } from '../../local/aws/codedeploy/codedeploy.ts'
import { copyingPython, tools } from '../support/equipment.ts'
import { describeWith } from '../support/needs.ts'
import { freePort } from '../support/free-port.ts'
import { directoryWith, order, removeDirectories } from '../support/order.ts'
import { createInstances, type Instances } from './instances.ts'
import { bundle, GUNICORN, live, path } from './small-app.ts'

/*
 * The lifecycle scripts themselves, with a real gunicorn and an application of ten lines. Whole deployments of the
 * Flask app (first, next, broken, without requirements.txt, with one that does not resolve) are in
 * tests/local/workspace/release.test.ts. All share one virtual environment: making one takes seconds.
 */

const HANGING_APP = `import time
def app(environ, start_response):
    time.sleep(600)
`

/** Python's output for an exception that passed through as many calls. */
const traceback = (exception: string, calls = 3) =>
  [
    'Traceback (most recent call last):',
    ...Array.from({ length: calls }, (_, call) => `  File "app.py", line ${call}, in <module>`),
    exception,
  ].join('\n')

let instances: Instances
const opened: (() => Promise<unknown>)[] = []
beforeAll(async () => {
  instances = await createInstances()
})
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
  await instances.stop()
})
afterAll(removeDirectories)
// A real virtual environment takes long to make on a busy machine.
jest.setTimeout(180_000)

const machine = (env: Record<string, string> = {}) => instances.instance({ env })

/** A deployment group with one instance, this machine. */
const group = async () => {
  const [directory, port] = await Promise.all([directoryWith(), freePort()])
  await mkdir(join(directory, 'root/opt/flask-app'), { recursive: true })
  await symlink(instances.venvs, join(directory, 'root/opt/flask-app/venvs'))
  const packageIndex = { prepare: () => Promise.resolve(instances.packages) }
  const options = { directory, port, tools, packageIndex, clock: systemClock }
  const deployments = await createCodeDeploy().openInstanceGroup(options)
  opened.push(() => deployments.close())
  const release = async (version: string, files?: Record<string, string>) =>
    deployments.runner(order({ inputArtifacts: { Bundle: await bundle(version, files) } }))
  return { release, port, directory }
}

await describeWith(['packages'], 'a machine', () => {
  test('makes its virtual environment again if the deployment was cut off while making it', async () => {
    const { hook, install, environment } = await machine()
    await hook('before-install')
    await install('aaaaaaa')
    const venvs = watch(instances.venvs)
    const making = spawn(path('appspec/ec2/scripts/after-install.sh'), { env: environment, detached: true })
    const ended = once(making, 'exit')
    await once(venvs, 'change')
    venvs.close()
    process.kill(-making.pid!, 'SIGKILL')
    await ended
    const [half] = await readdir(instances.venvs)
    expect(await readdir(join(instances.venvs, half!))).not.toContain('.complete')
    expect(await hook('after-install')).toBe(`Making virtual environment ${half}\n`)
    expect(await readdir(join(instances.venvs, half!))).toContain('.complete')
  })

  test('runs every script twice as well as once', async () => {
    const { hook, install, port } = await machine()
    for (const time of [1, 2]) {
      expect(await hook('application-stop')).toBe('Stopped\n')
      expect(await hook('before-install')).toContain('Ready for the release')
      expect(await hook('before-install')).toContain('Ready for the release')
      await install(`aaaaaa${time}`)
      expect(await hook('after-install')).toContain('ready: same requirements')
      expect(await hook('after-install')).toContain('ready: same requirements')
      expect(await hook('application-start')).toContain(`Started on 127.0.0.1:${port}`)
      expect(await hook('application-start')).toContain(`Started on 127.0.0.1:${port}`)
      const healthy = new RegExp(`^GET /healthz answers as version aaaaaa${time} \\(try \\d+\\)\n$`)
      expect(await hook('validate-service')).toMatch(healthy)
      expect(await hook('validate-service')).toMatch(healthy)
      expect(await live(port)).toBe(`aaaaaa${time}`)
    }
  })

  test('refuses a package whose hash is not the one in requirements.txt', async () => {
    const { hook, install } = await machine()
    await hook('before-install')
    await install('aaaaaaa', { 'requirements.txt': `blinker==1.9.0 --hash=sha256:${'0'.repeat(64)}\n` })
    const before = await readdir(instances.venvs)
    expect(await hook('after-install', { GREENLIGHT_PYTHON: await copyingPython() })).toMatch(
      /^exit 1: [^]*THESE PACKAGES DO NOT MATCH THE HASHES[^]*pip could not install what requirements\.txt asks for/,
    )
    expect(await readdir(instances.venvs)).toEqual(before)
  })

  test('names the port that another program has, and uses it once it is free', async () => {
    const { hook, install, port } = await machine()
    const other = createServer().listen(port, '127.0.0.1')
    await once(other, 'listening')
    await hook('before-install')
    await install('aaaaaaa')
    await hook('after-install')
    expect(await hook('application-start')).toMatch(
      new RegExp(`^exit 1: [^]*Nothing can listen on 127\\.0\\.0\\.1:${port}: Address already in use\n$`),
    )
    other.close()
    await once(other, 'close')
    expect(await hook('application-start')).toContain('Started on')
    expect(await hook('validate-service')).toContain('as version aaaaaaa')
  })

  test('does not wait forever for an application that hangs', async () => {
    const { hook, install } = await machine({ GREENLIGHT_HEALTH_SECONDS: '1' })
    await hook('before-install')
    await install('aaaaaaa', { 'wsgi.py': HANGING_APP })
    await hook('after-install')
    await hook('application-start')
    expect(await hook('validate-service')).toMatch(
      /^exit 1: [^]*is not answered as version aaaaaaa after (1 try|\d+ tries): .*(timed out|refused).*\n$/,
    )
  })

  test.each([
    ['an exception', [traceback('psycopg2.OperationalError: no cheese')], 'psycopg2.OperationalError: no cheese'],
    [
      'an exception, though two workers had it and gunicorn ended with its own',
      [
        traceback("ModuleNotFoundError: No module named 'cheese'", 30),
        traceback("ModuleNotFoundError: No module named 'cheese'", 30),
        traceback("gunicorn.errors.HaltServer: <HaltServer 'Worker failed to boot.' 3>", 60),
      ],
      "ModuleNotFoundError: No module named 'cheese'",
    ],
    ['no application', ["Failed to find attribute 'app' in 'wsgi'."], "Failed to find attribute 'app' in 'wsgi'."],
    ['a taken port', ["[ERROR] Connection in use: ('127.0.0.1', 80)"], "Connection in use: ('127.0.0.1', 80)"],
  ])('says "after 1 try", and why the application ended: %s', async (_, log, reason) => {
    const { hook, install, directory } = await machine()
    await hook('before-install')
    await install('aaaaaaa')
    await hook('after-install')
    await writeFile(join(directory, 'run/gunicorn.log'), `${log.join('\n')}\n[INFO] Shutting down\n`)
    const said = await hook('validate-service')
    expect(said.split('\n').slice(-3)).toEqual([
      `gunicorn: ${reason}`,
      expect.stringMatching(/ as version aaaaaaa after 1 try: \[Errno \d+\] Connection refused$/),
      '',
    ])
  })

  test('is never blocked by a stop script, which leaves what it cannot do to the next revision', async () => {
    const { hook, directory } = await machine()
    await mkdir(join(directory, 'run/gunicorn.pid'), { recursive: true })
    expect(await hook('application-stop')).toBe('Could not stop the application: the next revision tries again\n')
    expect(await hook('before-install')).toMatch(/^exit 1: /)
  })
})

/** A deployment that needs more room than `limit` leaves, and then the one before it, whose environment exists. */
const releaseWithin = async (limit: string, inside: readonly string[]) => {
  const { environment, directory, install, hook } = await machine()
  await hook('before-install')
  await install('aaaaaaa')
  await hook('after-install')
  const ready = await readlink(join(directory, 'venv'))
  const script = `
    ${limit}
    mkdir "$ROOM/venvs" "$ROOM/release" "$ROOM/run"
    ln -s "$READY" "$ROOM/venvs/"
    echo 'gunicorn>=23' >"$ROOM/release/requirements.txt"
    "$SCRIPTS/after-install.sh" && echo "not full"
    ls "$ROOM/venvs"
    printf '${GUNICORN.trim()}\\n' >"$ROOM/release/requirements.txt"
    exec "$SCRIPTS/after-install.sh"`
  const room = await directoryWith()
  const env = {
    ...environment,
    ROOM: room,
    READY: ready,
    SCRIPTS: path('appspec/ec2/scripts'),
    GREENLIGHT_APP_DIR: room,
  }
  const { stdout, stderr } = await promisify(execFile)('env', [...inside, 'bash', '-c', script], { env })
  const key = ready.split('/').at(-1)!
  expect(stdout.split('\n').slice(-3)).toEqual([
    key,
    `Virtual environment ${key} is ready: same requirements as before`,
    '',
  ])
  expect(stdout).not.toContain('not full')
  return stderr
}

await describeWith(['packages'], 'a limit on the size of files', () => {
  test('fails the deployment, and leaves room for the rollback', async () => {
    expect(await releaseWithin('ulimit -f 200', [])).toMatch(/could be made/)
  })
})

await describeWith(['packages', 'namespaces'], 'a disk that is full', () => {
  test('fails the deployment, and leaves room for the rollback', async () => {
    const inside = ['unshare', '--user', '--map-root-user', '--mount']
    expect(await releaseWithin('mount -t tmpfs -o size=3m none "$ROOM"', inside)).toMatch(
      /no virtual environment could be made .* 0 MB are free/,
    )
  })
})

await describeWith(['packages'], 'a deployment group', () => {
  test('two at once use only their own ports and directories, and each rolls back by itself', async () => {
    const [one, two] = await Promise.all([group(), group()])
    const first = await Promise.all([one.release('1111111'), two.release('2222222')])
    expect(first.map(({ status }) => status)).toEqual(['Succeeded', 'Succeeded'])
    expect(await Promise.all([live(one.port), live(two.port)])).toEqual(['1111111', '2222222'])
    const broken = { 'wsgi.py': 'raise RuntimeError("no cheese")\n' }
    const second = await Promise.all([one.release('3333333', broken), two.release('4444444')])
    expect(second.map(({ status }) => status)).toEqual(['Failed', 'Succeeded'])
    expect(second[0]?.summary).toMatch(/gunicorn: RuntimeError: no cheese .* Rolled back to 1111111\.$/)
    expect(await Promise.all([live(one.port), live(two.port)])).toEqual(['1111111', '4444444'])
  })
})
