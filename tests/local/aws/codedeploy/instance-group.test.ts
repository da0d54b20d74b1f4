import { statSync } from 'node:fs'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '../../../../functions/clock.ts'
import {
  createCodeDeploy,
  type InstanceGroup,
  type InstanceGroupOptions,
} from '../../../../local/aws/codedeploy/codedeploy.ts'
import { missing, tools } from '../../../support/equipment.ts'
import { describeWith } from '../../../support/needs.ts'
import { hasEnded } from '../../../support/has-ended.ts'
import { directoryWith, order, removeDirectories } from '../../../support/order.ts'
import { signingSecret } from '../../../support/secret.ts'

/* Bundles of plain bash, so that a test says exactly what each hook does; release.test.ts deploys the Flask app. */

const opened: InstanceGroup[] = []
afterEach(() => Promise.all(opened.splice(0).map((group) => group.close())))
afterAll(removeDirectories)

interface BundleParts {
  version?: string
  hooks?: Record<string, string>
  timeout?: number
  files?: Record<string, string>
  behavior?: string
  rest?: string
}

/** A bundle whose hooks are the given lines of bash. Each file goes to /srv. */
const bundle = ({ version, hooks = {}, timeout = 60, files = {}, behavior = 'OVERWRITE', rest = '' }: BundleParts) => {
  const events = Object.keys(hooks).map((event) => [event, [{ location: `scripts/${event}.sh`, timeout }]])
  return directoryWith({
    ...(version !== undefined && { VERSION: `${version}\n` }),
    'appspec.yml': `version: 0.0
os: linux
file_exists_behavior: ${behavior}
files: ${JSON.stringify(Object.keys(files).map((source) => ({ source, destination: '/srv' })))}
hooks: ${JSON.stringify(Object.fromEntries(events))}
${rest}`,
    ...files,
    ...Object.fromEntries(
      Object.entries(hooks).map(([event, body]) => [`scripts/${event}.sh`, `#!/bin/bash\n${body}\n`]),
    ),
  })
}

const group = async (given: Partial<InstanceGroupOptions> = {}) => {
  const directory = await directoryWith()
  const codeDeploy = await createCodeDeploy().openInstanceGroup({
    directory,
    port: 1,
    tools,
    packageIndex: { prepare: () => Promise.resolve({}) },
    clock: systemClock,
    ...given,
  })
  opened.push(codeDeploy)
  const release = async (parts: BundleParts | string, runGiven: Partial<ReturnType<typeof order>> = {}) => {
    const input = typeof parts === 'string' ? parts : await bundle(parts)
    const run = order({ inputArtifacts: { Bundle: input }, ...runGiven })
    const outcome = await codeDeploy.runner(run)
    return { outcome, lines: run.lines, said: run.lines.flatMap((line) => line.match(/> .*/) ?? []) }
  }
  return { codeDeploy, release, root: join(directory, 'root') }
}

/** For bundles without hooks, which are deployed where bash is missing too. */
const WITH_BASH = { tools: { ...tools, bash: { path: 'bash', version: '5' } } }

describe('if hooks cannot be run', () => {
  test.each([
    ['bash is missing', { tools: { ...tools, bash: missing } }, 'it is not installed'],
    [
      'no package can be had',
      { packageIndex: { prepare: () => Promise.resolve({ what: 'packages', why: 'no index answers' }) } },
      'no index answers',
    ],
  ])('because %s, files are copied, and log and summary say so', async (_, given, why) => {
    const { codeDeploy, release, root } = await group({ ...WITH_BASH, ...given })
    const { outcome, lines, said } = await release({ hooks: { AfterInstall: 'echo "> ran"' }, files: { 'a.txt': 'a' } })
    expect(outcome).toMatchObject({
      status: 'Succeeded',
      summary: expect.stringContaining(`nothing was started: ${why}`),
    })
    expect(lines).toContain(`Hooks are not run: ${why}`)
    expect(said).toEqual([])
    expect(await readFile(join(root, 'srv/a.txt'), 'utf8')).toBe('a')
    expect(codeDeploy.application()).toBeNull()
  })
})

test.each([
  ['without an appspec', {}, 'appspec.yml is not at the top of the bundle'],
  ['with a malformed one', { 'appspec.yml': 'version: 0.0\nos: linux\nhooks: 3\n' }, 'appspec.yml:3: hooks: '],
  ['with one that is no YAML', { 'appspec.yml': 'version: "0.0\n' }, 'appspec.yml:'],
])('a bundle %s fails, and the next good one does not', async (_, files, summary) => {
  const { release } = await group()
  const { outcome } = await release(await directoryWith(files))
  expect(outcome).toMatchObject({ status: 'Failed', errorCode: 'JobFailed' })
  expect(outcome.summary).toContain(`DownloadBundle on local failed after 0 s: `)
  expect(outcome.summary).toContain(summary)
  expect(outcome.summary).toContain('Nothing to roll back to')
  expect((await release({ files: { 'a.txt': 'a' } })).outcome.status).toBe('Succeeded')
})

test.each([
  ['is appspec.yaml', 'appspec.yaml'],
  ['lies in the one directory of the bundle', 'flask-app-main/appspec.yml'],
])('an appspec that %s is found', async (_, path) => {
  const { release, root } = await group(WITH_BASH)
  const files = path.includes('/') ? { 'flask-app-main/a.txt': 'a' } : { 'a.txt': 'a' }
  const appspec = 'version: 0.0\nos: linux\nfiles: [{ source: a.txt, destination: /srv }]\nhooks:\n  BeforeInstall:\n'
  const { outcome, lines } = await release(await directoryWith({ ...files, [path]: appspec }))
  expect(outcome.summary).toContain('is deployed')
  expect(await readFile(join(root, 'srv/a.txt'), 'utf8')).toBe('a')
  expect(lines.join('\n').includes('must be 2.0 or newer')).toBe(path === 'appspec.yaml')
})

test('of two appspecs, appspec.yml is used', async () => {
  const { release } = await group()
  const files = { 'appspec.yml': 'version: 0.0\nos: linux\n', 'appspec.yaml': 'version: 1.0\n' }
  expect((await release(await directoryWith(files))).outcome.status).toBe('Succeeded')
})

test.each([
  ['1a2b3c4d5e6f7a8b9c0d1a2b3c4d5e6f7a8b9c0d\n', '1a2b3c4'],
  ['2026.11.23-4\r\n', '2026.11.23-4'],
  ['1.4.2', '1.4.2'],
])('VERSION %j is shown as %s', async (VERSION, name) => {
  const { release } = await group(WITH_BASH)
  const { outcome } = await release(await directoryWith({ VERSION, 'appspec.yml': 'version: 0.0\nos: linux\n' }))
  expect(outcome.summary).toBe(`${name} is deployed.`)
})

test('a deployment without an input artifact is a configuration error', async () => {
  const { release } = await group()
  const { outcome } = await release('', { inputArtifacts: {} })
  expect(outcome).toMatchObject({ status: 'Failed', errorCode: 'ConfigurationError' })
})

describe('files', () => {
  test('of the last deployment are removed, others are not', async () => {
    const { release, root } = await group()
    await release({ files: { 'old.txt': 'old', 'both.txt': 'old' } })
    await writeFile(join(root, 'srv/made-by-the-app'), '')
    await release({ files: { 'both.txt': 'new' } })
    expect(await readdir(join(root, 'srv'))).toEqual(['both.txt', 'made-by-the-app'])
    expect(await readFile(join(root, 'srv/both.txt'), 'utf8')).toBe('new')
  })

  test.each([
    ['DISALLOW', 'Failed', 'a file exists already at /srv/a.txt', 'theirs'],
    ['RETAIN', 'Succeeded', '', 'theirs'],
    ['OVERWRITE', 'Succeeded', '', 'ours'],
  ])('that are in the way: %s', async (behavior, status, summary, content) => {
    const { release, root } = await group()
    await release({ files: { 'other.txt': '' } })
    await writeFile(join(root, 'srv/a.txt'), 'theirs')
    const { outcome } = await release({ behavior, files: { 'a.txt': 'ours' } })
    expect(outcome.status).toBe(status)
    expect(outcome.summary).toContain(summary)
    expect(await readFile(join(root, 'srv/a.txt'), 'utf8')).toBe(content)
  })

  test.each([
    ['../outside', 'files: ../outside lies outside the bundle'],
    ['absent', 'files: absent is not in the bundle'],
  ])('a source %s is refused', async (source, summary) => {
    const { release } = await group()
    const appspec = `version: 0.0\nos: linux\nfiles: [{ source: ${source}, destination: /srv }]\n`
    const { outcome } = await release(await directoryWith({ 'appspec.yml': appspec }))
    expect(outcome.summary).toContain(`Install on local failed after 0 s: ${summary}`)
  })

  test('get the modes of permissions', async () => {
    const { release, root } = await group()
    const { lines } = await release({
      files: { 'run.sh': '', 'secret.txt': '', 'odd.sh': '' },
      rest: `permissions:
  - { object: /srv, mode: 640, owner: root }
  - { object: /srv, pattern: '*.sh', except: [odd.sh], mode: '0755', type: [file] }
  - { object: /elsewhere, mode: 777 }
`,
    })
    const modes = ['run.sh', 'secret.txt', 'odd.sh'].map((name) => statSync(join(root, 'srv', name)).mode & 0o777)
    expect(modes).toEqual([0o755, 0o640, 0o640])
    expect(lines).toContain('[Install] 4 files got their mode; owners and groups need root, and are left as they are')
  })

  test('are not copied at all if two sources have the same target', async () => {
    const { release, root } = await group()
    const files = '[{ source: a/x, destination: /srv }, { source: b, destination: /srv }]'
    const appspec = `version: 0.0\nos: linux\nfile_exists_behavior: OVERWRITE\nfiles: ${files}\n`
    const { outcome } = await release(await directoryWith({ 'a/x': 'a', 'b/x': 'b', 'appspec.yml': appspec }))
    expect(outcome.summary).toContain('files: two sources name the same destination /srv/x')
    expect(await readdir(root)).toEqual([])
  })

  test('never leave the sandbox', async () => {
    const { release, root } = await group()
    const appspec = 'version: 0.0\nos: linux\nfiles: [{ source: a, destination: /../../../../srv }]\n'
    expect((await release(await directoryWith({ a: 'a', 'appspec.yml': appspec }))).outcome.status).toBe('Succeeded')
    expect(await readdir(root)).toEqual(['srv'])
  })
})

await describeWith(['bash'], 'hooks', () => {
  const speaking = (version: string): Record<string, string> =>
    Object.fromEntries(
      ['ApplicationStart', 'ValidateService', 'ApplicationStop', 'AfterInstall', 'BeforeInstall'].map((event) => [
        event,
        `echo "> $LIFECYCLE_EVENT ${version}"`,
      ]),
    )
  const spoken = (version: string, stopped?: string) => [
    ...(stopped === undefined ? [] : [`> ApplicationStop ${stopped}`]),
    ...['BeforeInstall', 'AfterInstall', 'ApplicationStart', 'ValidateService'].map((event) => `> ${event} ${version}`),
  ]

  test('run in CodeDeploy’s order, ApplicationStop from the revision before', async () => {
    const { release } = await group()
    expect((await release({ hooks: speaking('one') })).said).toEqual(spoken('one'))
    expect((await release({ hooks: speaking('two') })).said).toEqual(spoken('two', 'one'))
  })

  test('see CodeDeploy’s variables and nothing of the environment around them', async () => {
    process.env.SLACK_SIGNING_SECRET = signingSecret()
    try {
      const { release, root } = await group()
      const AfterInstall = 'env | sed "s/^/> /"'
      const configuration = { ApplicationName: 'shop', DeploymentGroupName: 'production' }
      const { outcome, said } = await release({ hooks: { AfterInstall } }, { configuration })
      expect(said.join('\n')).not.toContain(signingSecret())
      expect(said).toEqual(
        expect.arrayContaining([
          '> LIFECYCLE_EVENT=AfterInstall',
          `> DEPLOYMENT_ID=${outcome.externalExecutionId}`,
          '> APPLICATION_NAME=shop',
          '> DEPLOYMENT_GROUP_NAME=production',
          expect.stringMatching(/^> DEPLOYMENT_GROUP_ID=\S+$/),
          `> GREENLIGHT_APP_DIR=${join(root, 'opt/flask-app')}`,
          '> GREENLIGHT_PORT=1',
        ]),
      )
      expect(outcome.externalExecutionId).toMatch(/^d-[0-9A-F]{9}$/)
    } finally {
      delete process.env.SLACK_SIGNING_SECRET
    }
  })

  test('that fail end the deployment, and it is rolled back to the last successful revision', async () => {
    const { release, root, codeDeploy } = await group()
    await release({ version: '1111111'.padEnd(40, 'a'), hooks: speaking('one'), files: { 'a.txt': 'one' } })
    const hooks = { ...speaking('two'), ValidateService: 'echo "GET / → 502"; echo "gunicorn: no module"; exit 9' }
    const { outcome, said } = await release({ version: '2222222'.padEnd(40, 'b'), hooks, files: { 'a.txt': 'two' } })
    expect(outcome).toMatchObject({ status: 'Failed', errorCode: 'JobFailed' })
    expect(outcome.summary).toMatch(
      /^ValidateService on local failed after \d+ s: ValidateService\.sh exited 9: GET \/ → 502 · gunicorn: no module\. Rolled back to 1111111\.$/,
    )
    expect(said).toEqual([...spoken('two', 'one').slice(0, -1), ...spoken('one', 'one')])
    expect(await readFile(join(root, 'srv/a.txt'), 'utf8')).toBe('one')
    expect(codeDeploy.application()?.version).toBe('1111111')
  })

  test('that fail in the rollback too are both reported', async () => {
    const { release } = await group()
    await release({ version: '1111111', hooks: { ApplicationStart: 'test ! -e started && touch started' } })
    const { outcome } = await release({ version: '2222222', hooks: { BeforeInstall: 'exit 3' } })
    expect(outcome.summary).toMatch(
      /^BeforeInstall .* exited 3\. Rolling back to 1111111 failed too: ApplicationStart /,
    )
  })

  test('of ApplicationStop that fail block every deployment, until their failures are ignored', async () => {
    const blocked = await group()
    const hooks = { ApplicationStop: 'exit 4' }
    await blocked.release({ version: '1111111', hooks })
    const { outcome, lines } = await blocked.release({ version: '2222222', hooks: {} })
    expect(outcome.summary).toMatch(
      /^ApplicationStop .* exited 4\. Rolling back to 1111111 failed too: ApplicationStop /,
    )
    expect(lines.join('\n')).toContain('only ignoreApplicationStopFailures gets past it')
    const ignoring = await group({ ignoreApplicationStopFailures: true })
    await ignoring.release({ version: '1111111', hooks })
    expect((await ignoring.release({ version: '2222222', hooks: speaking('two') })).said).toEqual(spoken('two'))
  })

  test('are ended at their timeout with every process that they started', async () => {
    const { release } = await group()
    const AfterInstall = 'sleep 300 & echo "> $!"; sleep 300'
    const { outcome, said } = await release({ timeout: 1, hooks: { AfterInstall } })
    expect(outcome.summary).toContain('AfterInstall.sh was ended after its timeout of 1 s')
    await hasEnded(Number(said[0]?.slice(2)))
  })

  test('of one event have time limits of their own, and one together', async () => {
    const { release } = await group({ eventSeconds: 1 })
    const script = (name: string, body: string) => ({ [name]: `#!/bin/bash\n${body}\n` })
    const two = {
      'appspec.yml': 'version: 0.0\nos: linux\nhooks: { AfterInstall: [{ location: one.sh }, { location: two.sh }] }\n',
      ...script('one.sh', 'echo "> one"'),
      ...script('two.sh', 'echo "> two"; sleep 300'),
    }
    const { outcome, said, lines } = await release(await directoryWith(two))
    expect(said.slice(0, 2)).toEqual(['> one', '> two'])
    expect(outcome.summary).toContain('two.sh was ended after the 1 s that the scripts of one event have together')
    expect(lines).toContain('[AfterInstall] its scripts may run 7200 s by their timeouts; CodeDeploy ends it after 1 s')
  })

  test.each([
    ['in it', { 'scripts/hook.sh': '#!/usr/bin/env bash\r\nexit 0\r\n' }, 'hook.sh'],
    [
      'in one that it sources',
      {
        'scripts/hook.sh': '#!/bin/bash\nset -e\n. "${0%/*}/settings.sh"\n',
        'scripts/settings.sh': 'set -euo pipefail\r\n',
      },
      'settings.sh',
    ],
  ])('that fail because of Windows line ends %s say so', async (_, scripts, name) => {
    const { release } = await group()
    const appspec = 'version: 0.0\nos: linux\nhooks: { AfterInstall: [{ location: scripts/hook.sh }] }\n'
    const { outcome } = await release(await directoryWith({ 'appspec.yml': appspec, ...scripts }))
    expect(outcome.summary).toContain(`(${name}: lines end as on Windows, with CR LF; Linux wants LF)`)
  })

  test('that leave a process holding their output fail', async () => {
    const { release } = await group()
    const { outcome } = await release({ hooks: { ApplicationStart: 'sleep 300 &' } })
    expect(outcome.summary).toContain('ApplicationStart.sh left a process behind that holds its output')
  })

  test.each([
    ['is not in the bundle', 'scripts/none.sh is not in the bundle', ''],
    ['has no interpreter', 'the interpreter in its first line, does not exist', '#!/nowhere/bash\n'],
  ])('fail if their script %s', async (_, summary, content) => {
    const { release } = await group()
    const appspec = 'version: 0.0\nos: linux\nhooks: { AfterInstall: [{ location: scripts/none.sh }] }\n'
    const files = { 'appspec.yml': appspec, ...(content && { 'scripts/none.sh': content }) }
    expect((await release(await directoryWith(files))).outcome.summary).toContain(summary)
  })

  test('are stopped with an abandoned execution, and it is rolled back to the last successful revision', async () => {
    const { release } = await group()
    await release({ version: '1111111', hooks: speaking('one') })
    const abort = new AbortController()
    const log = (line: string) => line.includes('> begun') && abort.abort()
    const hooks = { AfterInstall: 'echo "> begun"; sleep 300' }
    const { outcome } = await release({ hooks }, { log, signal: abort.signal })
    expect(outcome.summary).toMatch(
      /^AfterInstall on local failed after \d+ s: it was stopped\. Rolled back to 1111111\.$/,
    )
  })

  test('run one deployment at a time', async () => {
    const { release } = await group()
    const bundles = await Promise.all(['one', 'two'].map((version) => bundle({ hooks: speaking(version) })))
    const [first, second] = await Promise.all(bundles.map((input) => release(input)))
    expect(first?.said).toEqual(spoken('one'))
    expect(second?.said).toEqual(spoken('two', 'one'))
  })

  test('are stopped when the workspace closes, without a rollback', async () => {
    const { codeDeploy, release } = await group()
    await release({ version: '1111111', hooks: speaking('one') })
    let closed: Promise<void> | undefined
    const log = (line: string) => {
      if (line.includes('> begun')) closed = codeDeploy.close()
    }
    const { outcome } = await release({ hooks: { AfterInstall: 'echo "> begun"; sleep 300' } }, { log })
    await closed
    expect(outcome.summary).toContain('Not rolled back: the workspace is closing.')
  })
})
