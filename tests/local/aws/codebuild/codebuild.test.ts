import { readFile, readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { systemClock } from '../../../../functions/clock.ts'
import {
  type CodeBuildOptions,
  createCodeBuild,
  createPublishedBuilds,
} from '../../../../local/aws/codebuild/codebuild.ts'
import { missing, tools } from '../../../support/equipment.ts'
import { describeWith } from '../../../support/needs.ts'
import { hasEnded } from '../../../support/has-ended.ts'
import { directoryWith, order, removeDirectories } from '../../../support/order.ts'
import { accessKeySecret, botToken } from '../../../support/secret.ts'
import { SECRET_MARK } from '../../../../local/secret-mark.ts'

afterAll(removeDirectories)

const CALLER = { accountId: '111122223333', region: 'eu-west-1', arn: 'arn:aws:iam::111122223333:user/dana' }
const COMMIT = '9d1e77c0b5a44f6cbf9a6c3b0d2d8f7a1e5c4b3a'

const build = async (
  files: Record<string, string>,
  given: Partial<CodeBuildOptions> & { timeoutMs?: number } = {},
  runGiven: Partial<ReturnType<typeof order>> = {},
) => {
  const { timeoutMs = 60_000, ...options } = given
  const [source, output, directory] = await Promise.all([directoryWith(files), directoryWith(), directoryWith()])
  const runner = createCodeBuild({
    directory,
    tools,
    packageIndex: { prepare: () => Promise.resolve({}) },
    clock: systemClock,
    commitIn: () => COMMIT,
    projects: { 'flask-app': { buildspec: 'buildspec.yml', timeoutMs } },
    ...options,
  })
  const run = order({
    inputArtifacts: { Source: source },
    outputArtifacts: { Bundle: output },
    ...runGiven,
    configuration: { ProjectName: 'flask-app', ...runGiven.configuration },
  })
  const outcome = await runner(run)
  return { outcome, lines: run.lines, source, output, directory }
}

/** A buildspec of phases given as lists of commands. */
const phases = (commands: Record<string, string[]>, rest = '') =>
  `version: 0.2\n${rest}\nphases: ${JSON.stringify(
    Object.fromEntries(Object.entries(commands).map(([name, list]) => [name, { commands: list }])),
  )}\n`

const echoed = (lines: string[]) => lines.filter((line) => line.startsWith('> '))

describe('a source that cannot be built', () => {
  test.each([
    ['without a buildspec', {}, 'buildspec.yml is not in the source'],
    ['with a malformed one', { 'buildspec.yml': 'version: 0.2\nphases: 3\n' }, 'buildspec.yml:2: phases: '],
  ])('fails %s, and says why', async (_, files, summary) => {
    const { outcome } = await build(files)
    expect(outcome).toMatchObject({ status: 'Failed', errorCode: 'ConfigurationError' })
    expect(outcome.summary).toContain(summary)
  })

  test('fails without an input artifact', async () => {
    expect((await build({}, {}, { inputArtifacts: {} })).outcome.summary).toBe('The build has no input artifact')
  })

  test('fails as a batch of builds', async () => {
    const configuration = { ProjectName: 'flask-app', BatchEnabled: 'true' }
    expect((await build({}, {}, { configuration })).outcome.summary).toBe('The workspace runs no batch of builds')
  })
})

test('a project that is not in the template is named', async () => {
  const { outcome } = await build({}, {}, { configuration: { ProjectName: 'other' } })
  expect(outcome).toMatchObject({ errorCode: 'ConfigurationError', summary: 'There is no CodeBuild project "other"' })
})

describe('if commands cannot be run', () => {
  const rest = 'artifacts: { files: ["**/*"] }\nenv: { exported-variables: [APP_VERSION] }'
  const spec = phases({ build: ['echo "> built"', 'pip install -r requirements.txt'] }, rest)
  const bash = { path: 'bash', version: '5' }
  const forPython = `
version: 0.2
env: { exported-variables: [APP_VERSION] }
phases: { install: { runtime-versions: { python: 3.12 } }, build: { commands: ['echo "> built"', 'python3 app.py'] } }
artifacts: { files: ['**/*'] }
`

  test.each([
    ['bash is missing', spec, { tools: { ...tools, bash: missing } }, 'it is not installed'],
    ['it asks for Python', forPython, { tools: { ...tools, bash, python: missing } }, 'it is not installed'],
    [
      'no package can be had',
      spec,
      {
        tools: { ...tools, bash },
        packageIndex: { prepare: () => Promise.resolve({ what: 'packages', why: 'no index answers' }) },
      },
      'no index answers',
    ],
  ])('because %s, files are passed on and the summary says so', async (_, spec, given, why) => {
    const { outcome, lines, output } = await build({ 'buildspec.yml': spec, 'requirements.txt': 'flask' }, given)
    expect(outcome).toMatchObject({
      status: 'Succeeded',
      summary: `Files handed on as they are; the build was not run: ${why}.`,
      outputVariables: { APP_VERSION: 'not-built' },
    })
    expect(lines.join('\n')).toContain(`Not run: the commands of buildspec.yml, because ${why}`)
    expect(echoed(lines)).toEqual([])
    expect(await readdir(output)).toEqual(['buildspec.yml', 'requirements.txt'])
  })
})

await describeWith(['bash'], 'a build', () => {
  test('runs its phases in order in one shell, and exports variables', async () => {
    const { outcome, lines } = await build({
      'buildspec.yml': phases(
        {
          post_build: ['echo "> $STEP in $(basename "$PWD"), $CODEBUILD_BUILD_SUCCEEDING"'],
          install: ['export STEP=installed', 'mkdir below && cd below'],
          pre_build: ['echo "> $STEP $GIVEN"'],
          build: ['STEP="$STEP, built"', 'export COMMIT=$CODEBUILD_RESOLVED_SOURCE_VERSION'],
        },
        'env: { variables: { GIVEN: "by the file" }, exported-variables: [STEP, COMMIT, NEVER_SET] }',
      ),
    })
    expect(echoed(lines)).toEqual(['> installed by the file', '> installed, built in below, 1'])
    expect(outcome).toMatchObject({
      status: 'Succeeded',
      externalExecutionId: expect.stringMatching(/^flask-app:[0-9a-f-]{36}$/),
      outputVariables: { STEP: 'installed, built', COMMIT },
    })
    expect(outcome.outputVariables).not.toHaveProperty('NEVER_SET')
  })

  test('fails at the first command that fails, names it with its last lines, and passes nothing on', async () => {
    const { outcome, lines, output } = await build({
      'buildspec.yml': phases(
        {
          build: [
            'echo "> one"',
            'echo "assert 1 == 2"; echo ------; echo "FAILED (failures=1)"; exit 3',
            'echo "> no"',
          ],
          post_build: ['echo "> post_build $CODEBUILD_BUILD_SUCCEEDING"'],
        },
        'artifacts: { files: ["**/*"] }',
      ),
    })
    expect(outcome).toMatchObject({ status: 'Failed', errorCode: 'JobFailed' })
    expect(outcome.summary).toMatch(
      /^`echo "assert 1 == 2".*` in phase BUILD exited 3: assert 1 == 2 · FAILED \(failures=1\)\.$/,
    )
    expect(echoed(lines)).toEqual(['> one', '> post_build 0'])
    expect(await readdir(output)).toEqual([])
  })

  test.each(['install', 'pre_build'])('skips the later phases if %s fails', async (phase) => {
    const { outcome, lines } = await build({
      'buildspec.yml': phases({ [phase]: ['false'], build: ['echo "> build"'], post_build: ['echo "> post"'] }),
    })
    expect(outcome.summary).toBe(`\`false\` in phase ${phase.toUpperCase()} exited 1.`)
    expect(echoed(lines)).toEqual([])
  })

  test('continues as on-failure says, and stays failed', async () => {
    const { outcome, lines } = await build({
      'buildspec.yml': `
version: 0.2
phases:
  install: { on-failure: CONTINUE, commands: ['exit 4'] }
  build: { on-failure: ABORT, commands: ['echo "> build"', 'exit 5'] }
  post_build: { commands: ['echo "> post"'] }
`,
    })
    expect(echoed(lines)).toEqual(['> build'])
    expect(outcome.summary).toBe('`exit 4` in phase INSTALL exited 4.')
  })

  test('always runs finally, with what the commands left', async () => {
    const { outcome, lines } = await build({
      'buildspec.yml': `
version: 0.2
phases:
  build:
    commands: ['export LEFT=behind', 'exit 6']
    finally: ['echo "> $LEFT"']
`,
    })
    expect(echoed(lines)).toEqual(['> behind'])
    expect(outcome.summary).toBe('`exit 6` in phase BUILD exited 6.')
  })

  test('inherits no environment variables', async () => {
    process.env.SLACK_BOT_TOKEN = botToken()
    process.env.AWS_SECRET_ACCESS_KEY = accessKeySecret()
    try {
      const { lines, directory } = await build({ 'buildspec.yml': phases({ build: ['env | sed "s/^/> /"'] }) })
      const seen = echoed(lines).map((line) => line.slice(2))
      expect(seen.join('\n')).not.toContain(SECRET_MARK)
      expect(seen).toContain(`HOME=${directory}`)
      expect(seen).toContain('AWS_REGION=eu-west-1')
      const known =
        /^(PATH|LANG|LC_ALL|TZ|HOME|PWD|SHLVL|_|AWS_(DEFAULT_)?REGION|TMPDIR|CODEBUILD_\w+|GREENLIGHT_AT|SSL_\w+|PIP_\w+|REQUESTS_CA_BUNDLE|\w+_(proxy|PROXY))=/
      expect(seen.filter((line) => !known.test(line))).toEqual([])
    } finally {
      delete process.env.SLACK_BOT_TOKEN
      delete process.env.AWS_SECRET_ACCESS_KEY
    }
  })

  test('takes the plain variables of the action, and names those that it cannot have', async () => {
    const EnvironmentVariables = JSON.stringify([
      { name: 'COLOUR', value: 'green' },
      { name: 'PASSWORD', value: '/shop/password', type: 'PARAMETER_STORE' },
    ])
    const spec = { 'buildspec.yml': phases({ build: ['echo "> $COLOUR ${PASSWORD-unset}"'] }) }
    const { lines } = await build(spec, {}, { configuration: { EnvironmentVariables } })
    expect(echoed(lines)).toEqual(['> green unset'])
    expect(lines).toContain('PASSWORD is not set: Parameter Store and Secrets Manager are not here')
    const { outcome } = await build(spec, {}, { configuration: { EnvironmentVariables: 'COLOUR=green' } })
    expect(outcome).toMatchObject({ status: 'Failed', errorCode: 'ConfigurationError' })
  })

  test('leaves the source as it was', async () => {
    const spec = phases({ build: ['echo changed > a.txt', 'touch new'] })
    const { source } = await build({ 'buildspec.yml': spec, 'a.txt': 'a' })
    expect(await readFile(join(source, 'a.txt'), 'utf8')).toBe('a')
    expect(await readdir(source)).toEqual(['a.txt', 'buildspec.yml'])
  })

  test('passes on what artifacts names, with its modes', async () => {
    const { outcome, output } = await build({
      'buildspec.yml': phases(
        {
          build: [
            'mkdir -p out/sub',
            'echo 1 > out/run.sh; chmod +x out/run.sh',
            'echo 2 > out/sub/.hidden; touch out/no.log',
          ],
        },
        'artifacts: { base-directory: out, files: ["*.sh", "sub/**/*", "*.log"], exclude-paths: ["*.log"] }',
      ),
    })
    expect(outcome).toMatchObject({ status: 'Succeeded', summary: 'Built, 2 files handed on.' })
    expect((await readdir(output, { recursive: true })).sort()).toEqual(['run.sh', 'sub', 'sub/.hidden'])
    expect((await stat(join(output, 'run.sh'))).mode & 0o111).not.toBe(0)
  })

  test.each([
    ['{ base-directory: dist, files: ["*"] }', 'artifacts: base-directory dist is missing'],
    ['{ files: ["*.jar"] }', 'artifacts: no file matches *.jar'],
  ])('fails if there is nothing to pass on: %s', async (artifacts, summary) => {
    const { outcome } = await build({ 'buildspec.yml': phases({ build: ['true'] }, `artifacts: ${artifacts}`) })
    expect(outcome).toMatchObject({ status: 'Failed', summary })
  })

  test('asks the package index for the requirements that its commands name, and for no others', async () => {
    const asked: string[] = []
    const prepare = (file: string) => {
      asked.push(basename(file))
      return Promise.resolve({ PIP_NO_INDEX: '1', PIP_FIND_LINKS: `/wheels/${basename(file)}` })
    }
    const commands = ['# pip install -r requirements-test.txt -r requirements.txt', 'echo "> $PIP_FIND_LINKS"']
    const files = { 'requirements.txt': '', 'requirements-test.txt': '', 'requirements-docs.txt': '' }
    const named = await build({ 'buildspec.yml': phases({ build: commands }), ...files }, { packageIndex: { prepare } })
    expect(asked).toEqual(['requirements-test.txt', 'requirements.txt'])
    expect(echoed(named.lines)).toEqual(['> /wheels/requirements-test.txt /wheels/requirements.txt'])
    await build({ 'buildspec.yml': phases({ build: ['true'] }), ...files }, { packageIndex: { prepare } })
    expect(asked).toHaveLength(2)
  })

  describe('with reports', () => {
    const reports = 'reports: { unit-tests: { base-directory: out, files: ["*.xml"] } }'
    const junit = `<testsuites><testsuite><testcase name="test_one" time="0.1"/><testcase name="test_two" time="0.2">
<skipped message="later"/></testcase><testcase classname="a &gt; b" name="test_three"><failure message="1 != &quot;2&quot;">no</failure>
</testcase><testcase name="test_four"></testcase></testsuite></testsuites>`
    const write = ['mkdir out', `cat >out/a.xml <<'XML'\n${junit}\nXML`]

    test('counts their results, if it fails', async () => {
      const { outcome, lines } = await build({ 'buildspec.yml': phases({ build: [...write, 'exit 1'] }, reports) })
      expect(lines).toContain('Report unit-tests: 2 of 4 tests passed, 1 failed: test_three (1 != "2"), 1 skipped')
      expect(outcome).toMatchObject({
        status: 'Failed',
        summary: '2 of 4 tests passed, 1 failed: test_three (1 != "2"), 1 skipped.',
      })
    })

    test('publishes each, as BatchGetReports answers it', async () => {
      const builds = createPublishedBuilds()
      const answer = (operation: string, input: object) => builds.answer(operation, input, CALLER)
      const two = `{ unit: { files: ["out/a.xml"] }, missing: { files: ["out/b.xml"] } }`
      const files = { 'buildspec.yml': phases({ build: [...write, 'exit 1'] }, `reports: ${two}`) }
      const { outcome } = await build(files, { publish: builds.publish })
      const { builds: found } = answer('BatchGetBuilds', { ids: [outcome.externalExecutionId, 'other:1'] }) as {
        builds: { reportArns: string[] }[]
      }
      expect(found).toMatchObject([{ buildStatus: 'FAILED', projectName: 'flask-app' }])
      const { reportArns } = found[0]!
      expect(reportArns).toEqual([expect.stringMatching(/:report\/flask-app-unit:[\w-]+$/)])
      expect(answer('BatchGetReports', { reportArns })).toMatchObject({
        reports: [
          {
            type: 'TEST',
            status: 'FAILED',
            testSummary: {
              total: 4,
              statusCounts: { SUCCEEDED: 2, FAILED: 1, SKIPPED: 1 },
              durationInNanoSeconds: 300_000_000,
            },
          },
        ],
        reportsNotFound: [],
      })
    })

    test('or if it succeeds', async () => {
      const passed = ['mkdir out', `echo '<testsuite><testcase name="one"/></testsuite>' > out/a.xml`]
      const { outcome } = await build({ 'buildspec.yml': phases({ build: passed }, reports) })
      expect(outcome).toMatchObject({ status: 'Succeeded', summary: '1 test passed.' })
    })

    test('names the reports that were not written, and those that it cannot read', async () => {
      const other = 'reports: { one: { files: ["*.xml"] }, two: { files: ["*"], file-format: CUCUMBERJSON } }'
      const { outcome, lines } = await build({ 'buildspec.yml': phases({ build: ['true'] }, other) })
      expect(outcome).toMatchObject({ status: 'Succeeded', summary: 'Built.' })
      expect(lines).toContain('Report one: no file matches *.xml')
      expect(lines).toContain('Report two: CUCUMBERJSON is not read here, only JUNITXML is')
    })
  })

  test('is ended at its time limit, with every process that it started', async () => {
    const spec = phases({ build: ['sleep 300 & echo "> $!"', 'sleep 300'], post_build: ['echo "> post"'] })
    const { outcome, lines } = await build({ 'buildspec.yml': spec }, { timeoutMs: 700 })
    expect(outcome).toMatchObject({
      status: 'Failed',
      summary: expect.stringContaining("the build's time limit"),
    })
    const [child, ...rest] = echoed(lines)
    expect(rest).toEqual([])
    await hasEnded(Number(child?.slice(2)))
  })

  test('is ended when its execution is abandoned', async () => {
    const abort = new AbortController()
    const log = (line: string) => line === '> begun' && abort.abort()
    const spec = { 'buildspec.yml': phases({ build: ['echo "> begun"; sleep 300'] }) }
    const { outcome } = await build(spec, {}, { log, signal: abort.signal })
    expect(outcome).toMatchObject({ status: 'Failed', summary: expect.stringContaining('abandoned') })
  })
})
