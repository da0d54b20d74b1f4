import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { ACCOUNT } from './account.ts'
import type { ActionRunner } from './codepipeline/runner.ts'
import type { Delivery, DeliverySettings } from './delivery.ts'
import { gitPages } from './git-pages.ts'
import { createCodeBuild } from './runners/build-codebuild.ts'
import { detectTools, type NotRun, notRunWithout } from './runners/capabilities.ts'
import { createCodeDeploy } from './runners/deploy-codedeploy.ts'
import { createPackageIndex, isNotRun, type PackageIndex } from './runners/package-index.ts'
import { buildProjectsFromTemplate, pipelineFromTemplate } from './runners/pipeline-from-template.ts'
import { createGitSource } from './runners/source-git.ts'
import { renderTemplate } from './runners/template.ts'
import { PEOPLE } from './slack/people.ts'

/** Where an example's pipeline runs, and what the pipeline and its repository are called. */
export interface Example {
  accountId: string
  region: string
  name: string
  approvalTopicArn: string
}

const FLASK_APP: Example = { ...ACCOUNT, name: 'flask-app' }

/** What a person would give to a deployment of infra/pipeline.yml. */
const parametersFor = ({ accountId, region, name, approvalTopicArn }: Example) => ({
  PipelineName: name,
  ConnectionArn: `arn:aws:codeconnections:${region}:${accountId}:connection/00000000-0000-4000-8000-000000000001`,
  RepositoryId: `greenlight/${name}`,
  ApprovalTopicArn: approvalTopicArn,
})

/** The example application: its repository, its build and its deployment, run for real as far as this machine can. */
export async function openFlaskApp(
  { clock, url, directory, changed }: DeliverySettings,
  example: Example = FLASK_APP,
): Promise<Delivery> {
  const { accountId, region, name } = example
  const tools = await detectTools()
  const notRun = notRunWithout(tools)
  const packageIndex = noting(createPackageIndex(tools.python), (found) => {
    if (notRun.some(({ what, why }) => what === found.what && why === found.why)) return
    notRun.push(found)
    changed()
  })
  const [source, port, content] = await Promise.all([
    createGitSource({
      directory,
      publicUrl: `${url}/git/${name}`,
      people: PEOPLE.map(({ realName, email }) => ({ name: realName, email })).slice(0, 3),
      git: tools.git,
      clock,
    }),
    freePort(),
    readFile(new URL('../infra/pipeline.yml', import.meta.url), 'utf8'),
  ])
  const template = renderTemplate(content, { accountId, region, parameters: parametersFor(example) })
  const build = createCodeBuild({
    projects: buildProjectsFromTemplate(template),
    directory: join(directory, 'builds'),
    tools,
    packageIndex,
    clock,
    commitIn: (artifact) => source.commitIn(artifact),
  })
  const codeDeploy = await createCodeDeploy({
    directory: join(directory, 'instance'),
    port,
    tools,
    packageIndex,
    clock,
    changed,
  })
  return {
    pipeline: pipelineFromTemplate(template),
    runners: {
      'Source/CodeStarSourceConnection': source.runner,
      'Build/CodeBuild': withLogLink(build, url),
      'Test/CodeBuild': withLogLink(build, url),
      'Deploy/CodeDeploy': withLogLink(codeDeploy.runner, url),
    },
    notRun,
    push: async ({ realName, email }, kind, message) => {
      await source.push({ author: { name: realName, email }, kind, ...(message !== undefined && { message }) })
      return null
    },
    application: () => codeDeploy.application(),
    pages: gitPages(source, name),
    close: () => codeDeploy.close(),
  }
}

/** The same index, telling when it could not give what was asked. */
function noting(index: PackageIndex, found: (notRun: NotRun) => void): PackageIndex {
  return {
    prepare: async (requirements, signal) => {
      const answer = await index.prepare(requirements, signal)
      if (isNotRun(answer)) found(answer)
      return answer
    },
  }
}

/** The same runner, whose outcome leads to its log. */
function withLogLink(runner: ActionRunner, url: string): ActionRunner {
  return async (run) => ({
    externalExecutionUrl: `${url}/console/logs/${run.actionExecutionId}`,
    ...(await runner(run)),
  })
}

/** A port that nobody listens on now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
