import { readFile } from 'node:fs/promises'
import { CloudFormationClient, CreateStackCommand, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation'
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateUserCommand,
  DetachUserPolicyCommand,
  IAMClient,
} from '@aws-sdk/client-iam'

const UserName = 'installer'
const POLICIES = ['BotStack', 'BotResources']

/** A person who may do what infra/installer.yml allows for the bot, and nothing else. */
export interface Installer {
  environment: { AWS_ACCESS_KEY_ID: string; AWS_SECRET_ACCESS_KEY: string }
  /** Runs `used` while the person has none of these policies. */
  withoutPolicies<Result>(used: () => Promise<Result>): Promise<Result>
}

type Connection = ConstructorParameters<typeof IAMClient>[0]

/** Deploys infra/installer.yml, as docs/install.md says, and gives a user the two policies for the bot. */
export const createInstaller = async (connection: Connection): Promise<Installer> => {
  const cloudFormation = new CloudFormationClient(connection ?? {})
  const StackName = 'greenlight-installer'
  const TemplateBody = await readFile('infra/installer.yml', 'utf8')
  await cloudFormation.send(new CreateStackCommand({ StackName, TemplateBody, Capabilities: ['CAPABILITY_NAMED_IAM'] }))
  const { StackResources = [] } = await cloudFormation.send(new DescribeStackResourcesCommand({ StackName }))
  const arns = POLICIES.map(
    (name) => StackResources.find(({ LogicalResourceId }) => LogicalResourceId === name)?.PhysicalResourceId,
  )
  const iam = new IAMClient(connection ?? {})
  await iam.send(new CreateUserCommand({ UserName }))
  const attach = async (): Promise<void> => {
    for (const PolicyArn of arns) await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }))
  }
  await attach()
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  return {
    environment: {
      AWS_ACCESS_KEY_ID: AccessKey?.AccessKeyId ?? '',
      AWS_SECRET_ACCESS_KEY: AccessKey?.SecretAccessKey ?? '',
    },
    withoutPolicies: async (used) => {
      for (const PolicyArn of arns) await iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn }))
      try {
        return await used()
      } finally {
        await attach()
      }
    },
  }
}
