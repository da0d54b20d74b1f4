import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation'
import { readManifest } from '../../cli/setup/manifest.ts'
import type { Terminal } from '../../cli/terminal.ts'
import { runGreenlight, type Ran } from '../cli/scripted-terminal.ts'
import { createInstaller, type Installer } from './installer.ts'
import { openInstalledSlack, type InstalledSlack } from './installed-slack.ts'
import { startMoto } from './moto.ts'
import { copyProject, type Project } from './serverless.ts'

export const REGION = 'eu-west-1'
export const STACK = 'greenlight-prod'
/** moto's. */
export const ACCOUNT = '123456789012'

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' }

/** An empty AWS account, a Slack with the app installed, and a copy of the project to deploy. */
export interface Installation {
  connection: { region: string; endpoint: string; credentials: typeof CREDENTIALS }
  /** Who runs `serverless`. */
  installer: Installer
  project: Project
  slack: InstalledSlack
  /** Runs `serverless` for the Region of the test. */
  serverless(...argv: string[]): Promise<string>
  greenlight(argv: string[], replaced?: Partial<Terminal>): Promise<Ran>
  /** Logical id → physical name of the deployed resources. */
  resources(): Promise<Record<string, string>>
  close(): Promise<void>
}

export const openInstallation = async (): Promise<Installation> => {
  const moto = await startMoto()
  const aws = { AWS_ENDPOINT_URL: moto.url, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' }
  const { scopes } = await readManifest(process.cwd())
  const connection = { region: REGION, endpoint: moto.url, credentials: CREDENTIALS }
  const installer = await createInstaller(connection)
  const [slack, project] = await Promise.all([
    openInstalledSlack(scopes),
    copyProject({ ...aws, ...installer.environment }),
  ])
  return {
    connection,
    installer,
    project,
    slack,
    serverless: (...argv) => project.serverless(...argv, '--region', REGION),
    greenlight: (argv, replaced = {}) =>
      runGreenlight([...argv, '--region', REGION], {
        directory: project.directory,
        ...replaced,
        environment: { ...aws, SLACK_API_URL: slack.url, ...replaced.environment },
      }),
    resources: async () => {
      const names: Record<string, string> = {}
      const client = new CloudFormationClient(connection)
      for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName: STACK }))
        for (const { LogicalResourceId, PhysicalResourceId } of StackResourceSummaries)
          if (LogicalResourceId) names[LogicalResourceId] = PhysicalResourceId ?? ''
      return names
    },
    close: async () => {
      await Promise.all([slack.close(), moto.close(), project.dispose()])
    },
  }
}
