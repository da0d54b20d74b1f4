import { jest } from '@jest/globals'
import { appendFile, mkdir, readFile, readdir, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '../../../functions/clock.ts'
import { createCodeBuild } from '../../../local/aws/codebuild/codebuild.ts'
import { createCodeDeploy } from '../../../local/aws/codedeploy/codedeploy.ts'
import { renderTemplate } from '../../../local/aws/template/template.ts'
import type { Tools } from '../../../local/process/capabilities.ts'
import { withCopiedEnvironments } from '../../../local/process/copied-environments.ts'
import { createPackageIndex } from '../../../local/process/package-index.ts'
import type { CommitKind } from '../../../local/source/example-commits.ts'
import { FLASK_APP } from '../../../local/source/flask-app-commits.ts'
import { createGitSource } from '../../../local/source/git-source.ts'
import { buildProjectsFromTemplate } from '../../../local/workspace/pipeline-from-template.ts'
import { tools as installed } from '../../support/equipment.ts'
import { describeWith } from '../../support/needs.ts'
import { freePort } from '../../support/free-port.ts'
import { directoryWith, order, removeDirectories } from '../../support/order.ts'

/*
 * Whole executions of the Flask app: a real commit, its real build, its real deployment, answered over HTTP. Then the
 * same on a machine without git, bash or Python: the workspace says so, and continues.
 */

/** As the workspace has them. */
const tools = await withCopiedEnvironments(installed)

const ANA = { name: 'Ana Soares', email: 'ana@shop.example' }
const projects = buildProjectsFromTemplate(
  renderTemplate(await readFile(new URL('../../../infra/pipeline.yml', import.meta.url), 'utf8'), {
    accountId: '111122223333',
    region: 'eu-west-1',
    parameters: {
      ApprovalTopicArn: 'arn:aws:sns:eu-west-1:111122223333:approvals',
      ConnectionArn: 'arn:aws:codeconnections:eu-west-1:111122223333:connection/1',
      RepositoryId: 'greenlight/flask-app',
    },
  }),
)

/** Virtual environments of builds and deployments: making one takes seconds. */
const shared = await directoryWith()

const openPipeline = async (tools: Tools) => {
  const [directory, port] = await Promise.all([directoryWith(), freePort()])
  const clock = systemClock
  const source = await createGitSource({
    name: 'flask-app',
    seed: FLASK_APP,
    directory: join(directory, 'git'),
    publicUrl: 'http://127.0.0.1/git/flask-app',
    people: [ANA],
    git: tools.git,
    clock,
  })
  const common = { tools, packageIndex: createPackageIndex(tools.python), clock }
  const build = createCodeBuild({ directory: join(shared, 'build'), ...common, projects, commitIn: source.commitIn })
  const [application, venvs] = [join(directory, 'deploy/root/opt/flask-app'), join(shared, 'venvs')]
  await Promise.all([application, venvs].map((path) => mkdir(path, { recursive: true })))
  await symlink(venvs, join(application, 'venvs'))
  const group = await createCodeDeploy().openInstanceGroup({ directory: join(directory, 'deploy'), port, ...common })

  /** Runs Source, Build and Test for a push, and passes the build's output to `change` before it is deployed. */
  const release = async (kind: CommitKind, change: (bundle: string) => Promise<unknown> = async () => {}) => {
    const { sha } = await source.push({ author: ANA, kind })
    const [checkout, bundle] = [join(directory, sha, 'source'), join(directory, sha, 'bundle')]
    await Promise.all([checkout, bundle].map((path) => mkdir(path, { recursive: true })))
    await source.runner(order({ outputArtifacts: { Source: checkout } }))
    const inputArtifacts = { Source: checkout }
    const outputArtifacts = { Bundle: bundle }
    const built = await build(order({ inputArtifacts, outputArtifacts, configuration: { ProjectName: 'flask-app' } }))
    const tested = await build(order({ inputArtifacts, configuration: { ProjectName: 'flask-app-test' } }))
    if (tested.status === 'Failed') return { version: sha.slice(0, 7), built, tested }
    await change(bundle)
    const deployed = await group.runner(order({ inputArtifacts: { Bundle: bundle } }))
    return { version: sha.slice(0, 7), built, tested, deployed }
  }
  const ask = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text()
  const liveVersion = async () => (JSON.parse(await ask('/healthz')) as { version: string }).version
  return { release, ask, liveVersion, group, directory, close: () => group.close() }
}

// Real virtual environments take long to make on a busy machine.
jest.setTimeout(180_000)
afterAll(removeDirectories)

/** This machine without some of its tools. */
const without = (...names: readonly (keyof Tools)[]): Tools => ({
  ...tools,
  ...Object.fromEntries(names.map((name) => [name, { missing: `${name} is left out` }])),
})

describe('without bash or Python', () => {
  test.each<(keyof Tools)[][]>([
    [['bash']],
    [['python']],
    [['git', 'bash']],
    [['git', 'python']],
    [['bash', 'python']],
    [['git', 'bash', 'python']],
  ])('a deployment without %j says so, and continues', async (left) => {
    const given = without(...left)
    const [why] = [given.bash, given.python].flatMap((tool) => ('missing' in tool ? [tool.missing] : []))
    const pipeline = await openPipeline(given)
    const { built, tested, deployed } = await pipeline.release('good')
    for (const outcome of [built, tested, deployed])
      expect(outcome).toMatchObject({ status: 'Succeeded', summary: expect.stringContaining(why!) })
    expect(pipeline.group.application()).toBeNull()
    expect(await readdir(join(pipeline.directory, 'deploy/root/opt/flask-app/release'))).toContain('wsgi.py')
    await pipeline.close()
  })
})

await describeWith(['packages'], 'without git, a deployment of the Flask app', () => {
  test('is built from the repository in memory, deployed, and answers', async () => {
    const pipeline = await openPipeline(without('git'))
    const { version, tested, deployed } = await pipeline.release('good')
    expect(tested).toMatchObject({ status: 'Succeeded', summary: '4 tests passed.' })
    expect(deployed).toMatchObject({ status: 'Succeeded' })
    expect(await pipeline.liveVersion()).toBe(version)
    await pipeline.close()
  })
})

await describeWith(['packages'], 'a deployment of the Flask app', () => {
  let pipeline: Awaited<ReturnType<typeof openPipeline>>
  let live: string
  beforeAll(async () => {
    pipeline = await openPipeline(tools)
  })
  afterAll(() => pipeline.close())

  test('is built, deployed, and answers', async () => {
    expect(pipeline.group.application()).toBeNull()
    const { version, built, tested, deployed } = await pipeline.release('good')
    expect(tested).toMatchObject({ status: 'Succeeded', summary: '4 tests passed.' })
    expect(built.outputVariables).toMatchObject({ APP_VERSION: version })
    expect(deployed).toMatchObject({ status: 'Succeeded' })
    expect(await pipeline.liveVersion()).toBe(version)
    expect(pipeline.group.application()).toMatchObject({ version, healthy: true })
    expect(await pipeline.ask('/')).toContain('Good things take a review.')
    live = version
  })

  test('replaces the one before, and looks different', async () => {
    const { version, deployed } = await pipeline.release('good')
    expect(deployed).toMatchObject({ status: 'Succeeded' })
    expect(await pipeline.liveVersion()).toBe(version)
    expect(await pipeline.ask('/')).toContain('Calm releases, any weekday.')
    expect(version).not.toBe(live)
    live = version
  })

  test('that crashes at start is rolled back to the version before', async () => {
    const { version, tested, deployed } = await pipeline.release('broken')
    expect(tested.status).toBe('Succeeded')
    expect(deployed).toMatchObject({ status: 'Failed', errorCode: 'JobFailed' })
    expect(deployed?.summary).toMatch(/^ValidateService on local failed after \d+ s: validate-service\.sh exited 1: /)
    expect(deployed?.summary).toContain("gunicorn: ModuleNotFoundError: No module named 'flask_login'")
    expect(deployed?.summary).toContain(`GET /healthz is not answered as version ${version}`)
    expect(deployed?.summary).toMatch(new RegExp(`Rolled back to ${live}\\.$`))
    expect(await pipeline.liveVersion()).toBe(live)
    expect(pipeline.group.application()).toMatchObject({ version: live, healthy: true })
  })

  test('whose tests fail is never deployed', async () => {
    const { tested, deployed } = await pipeline.release('failing-test')
    expect(tested).toMatchObject({ status: 'Failed', errorCode: 'JobFailed' })
    expect(tested.summary).toBe(
      '3 of 4 tests passed, 1 failed: test_the_health_check_names_the_release (AssertionError: 404 != 200).',
    )
    expect(deployed).toBeUndefined()
    expect(await pipeline.liveVersion()).toBe(live)
  })

  test.each([
    [
      'without requirements.txt',
      (bundle: string) => rm(join(bundle, 'requirements.txt')),
      /AfterInstall on local .* requirements\.txt is not in the release/,
    ],
    [
      'that asks for a package that does not exist',
      (bundle: string) => appendFile(join(bundle, 'requirements.txt'), 'flask==0.0.0.dev404\n'),
      /AfterInstall on local .* pip could not install what requirements\.txt asks for/,
    ],
    [
      'without a version',
      (bundle: string) => rm(join(bundle, 'VERSION')),
      /ValidateService on local .* VERSION is not in the release/,
    ],
  ])('%s fails and is rolled back', async (_, change, summary) => {
    const { deployed } = await pipeline.release('good', change)
    expect(deployed?.status).toBe('Failed')
    expect(deployed?.summary).toMatch(summary)
    expect(deployed?.summary).toContain(`Rolled back to ${live}.`)
    expect(await pipeline.liveVersion()).toBe(live)
  })

  test('succeeds after a failed one', async () => {
    const { version, deployed } = await pipeline.release('good')
    expect(deployed).toMatchObject({ status: 'Succeeded' })
    expect(await pipeline.liveVersion()).toBe(version)
  })

  test('stops when the workspace closes', async () => {
    await pipeline.close()
    await expect(pipeline.liveVersion()).rejects.toThrow()
    expect(pipeline.group.application()).toMatchObject({ healthy: false })
  })
})
