import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ActionRun, ActionRunner } from '../aws/action-runner.ts'
import { renderTemplate } from '../aws/template/template.ts'
import { changeSetAction } from '../aws/cloudformation/cloudformation.ts'
import {
  type BuildProject,
  type CodeBuildOptions,
  createBuildRunner,
  createCodeBuild,
} from '../aws/codebuild/codebuild.ts'
import type { Tools } from '../process/capabilities.ts'
import type { PackageIndex } from '../process/package-index.ts'
import { PEOPLE } from '../slack/people.ts'
import type { Seed } from '../source/example-commits.ts'
import { createGitSource } from '../source/git-source.ts'
import type { Delivery, DeliverySettings } from './delivery.ts'
import { buildProjectsFromTemplate, pipelineFromTemplate } from './pipeline-from-template.ts'

/** The account of an example's pipeline, and the names of the pipeline and its repository. */
export interface Example {
  accountId: string
  region: string
  name: string
  approvalTopicArn: string
}

/** An example's delivery, without the deployment. */
export type ExampleDelivery = Pick<Delivery, 'pipeline' | 'runners' | 'push' | 'source'> & {
  /** Builds the newest commit without the pipeline, for a caller. */
  buildOutside(callerArn: string): Promise<void>
}

/** The parameters that a person would give to infra/pipeline.yml, for every target. */
const parametersFor = ({ accountId, region, name, approvalTopicArn }: Example) => ({
  PipelineName: name,
  ConnectionArn: `arn:aws:codeconnections:${region}:${accountId}:connection/00000000-0000-4000-8000-000000000001`,
  RepositoryId: `greenlight/${name}`,
  ApprovalTopicArn: approvalTopicArn,
})

/**
 * Opens an example's repository and the pipeline of infra/pipeline.yml, whose builds run as far as this machine can.
 */
export const openExample = async (
  { clock, url, aws, directory }: DeliverySettings,
  options: {
    example: Example
    seed: Seed
    /** The parameters of infra/pipeline.yml that name the target. */
    target: Record<string, string>
    tools: Tools
    packageIndex: PackageIndex
  },
): Promise<ExampleDelivery> => {
  const { example, seed, tools, packageIndex } = options
  const { accountId, region, name } = example
  const [source, content] = await Promise.all([
    createGitSource({
      name,
      seed,
      directory,
      publicUrl: `${url}/git/${name}`,
      people: PEOPLE.map(({ realName, email }) => ({ name: realName, email })).slice(0, 3),
      git: tools.git,
      clock,
    }),
    readFile(new URL('../../infra/pipeline.yml', import.meta.url), 'utf8'),
  ])
  const parameters = { ...parametersFor(example), ...options.target }
  const template = renderTemplate(content, { accountId, region, parameters })
  const projects = buildProjectsFromTemplate(template)
  const building = {
    projects: { ...projects, ...nightlyProject(name, projects) },
    directory: join(directory, 'builds'),
    tools,
    packageIndex,
    clock,
    commitIn: (artifact) => source.commitIn(artifact),
    begin: aws.builds.begin,
    publish: aws.builds.publish,
    keepLine: aws.logs.put,
    logPage: (run) => logPage(run, url),
  } satisfies CodeBuildOptions
  const build = createCodeBuild(building)
  aws.builds.addProject(nightlyOf(name), {
    accountId,
    region,
    directory: join(directory, 'builds'),
    checkOut: source.checkOut,
    build: createBuildRunner(building),
  })
  return {
    pipeline: pipelineFromTemplate(template),
    runners: {
      'Source/CodeStarSourceConnection': source.runner,
      'Build/CodeBuild': withLogLink(build, url),
      'Test/CodeBuild': withLogLink(build, url),
      // No pipeline of the workspace has such an action before a person adds one.
      'Deploy/CloudFormation': changeSetAction(aws.cloudFormation.changeSets),
    },
    push: async ({ realName, email }, kind, message) => {
      await source.push({ author: { name: realName, email }, kind, ...(message !== undefined && { message }) })
      return null
    },
    source,
    buildOutside: async (arn) => {
      const [newest] = await source.commits(1)
      const input = { projectName: nightlyOf(name), sourceVersion: newest?.sha }
      aws.builds.answer('StartBuild', input, { accountId, region, arn })
    },
  }
}

/** The same runner, with an outcome that links to its log. */
export const withLogLink =
  (runner: ActionRunner, url: string): ActionRunner =>
  async (run) => ({
    externalExecutionUrl: logPage(run, url),
    ...(await runner(run)),
  })

const logPage = ({ actionExecutionId }: Pick<ActionRun, 'actionExecutionId'>, url: string): string =>
  `${url}/console/logs/${actionExecutionId}`

/** The project of an example that no pipeline runs: it tests the newest commit. */
export const nightlyOf = (name: string): string => `${name}-nightly`

const nightlyProject = (name: string, projects: Record<string, BuildProject>): Record<string, BuildProject> => {
  const { [`${name}-test`]: test } = projects
  return test ? { [nightlyOf(name)]: test } : {}
}
