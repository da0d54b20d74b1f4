import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import { DisableRuleCommand, EnableRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { IAMClient, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam'
import { ListQueuesCommand, PurgeQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { ACCOUNT, REGION, STACK, type Installation } from './installation.ts'
import { testJoined, type Connection } from './joined-resources.ts'
import { connectionIn } from './other-account.ts'

const SPOKE = { accountId: '444455556666', region: 'us-east-1' }
/** Another Region of the bot's own account. */
export const OWN_REGION = 'us-west-2'
const EXTERNAL_ID = '0123456789abcdef0123456789abcdef'
const TITLE = 'Joined accounts and Regions'

/** Joins an account and a Region, and declares the tests of what that adds and of doctor's output. */
export const testSpokes = (opened: () => Installation): void => {
  let installation: Installation
  let home: string
  let spoke: Connection

  beforeAll(async () => {
    installation = opened()
    const { connection } = installation
    spoke = await connectionIn({ ...connection, region: SPOKE.region }, SPOKE.accountId)
    const { credentials } = spoke
    home = await mkdtemp(join(tmpdir(), 'greenlight-profile-'))
    await writeFile(
      join(home, 'credentials'),
      `[payments]\naws_access_key_id=${credentials.accessKeyId}\naws_secret_access_key=${credentials.secretAccessKey}\naws_session_token=${credentials.sessionToken}\n`,
    )
    process.env.AWS_SHARED_CREDENTIALS_FILE = join(home, 'credentials')
    await joinAccount()
  })
  afterAll(async () => {
    delete process.env.AWS_SHARED_CREDENTIALS_FILE
    await rm(home, { recursive: true, force: true })
  })

  /** The steps of docs/accounts.md: the stack in each joined account or Region, then the bot with its new params. */
  const joinAccount = async () => {
    const { connection } = installation
    await deploySpoke(spoke)
    await deploySpoke({ ...connection, region: OWN_REGION })
    const params = [`spokes=${SPOKE.accountId}/${SPOKE.region},${OWN_REGION}`, `spokeExternalId=${EXTERNAL_ID}`]
    const said = await installation.serverless('deploy', ...params.flatMap((param) => ['--param', param]))
    expect(said).toContain(`Service deployed to stack ${STACK}`)
  }

  const deploySpoke = async (there: Connection) => {
    const { connection, project } = installation
    const { Stacks } = await new CloudFormationClient(connection).send(new DescribeStacksCommand({ StackName: STACK }))
    const output = (name: string) =>
      Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === name)?.OutputValue ?? ''
    const parameters = {
      BotAccountId: ACCOUNT,
      BotRegion: REGION,
      ReaderRoleArns: output('ReaderRoleArns'),
      DeciderRoleArns: output('DeciderRoleArns'),
      ExternalId: EXTERNAL_ID,
    }
    await new CloudFormationClient(there).send(
      new CreateStackCommand({
        StackName: 'greenlight-spoke',
        TemplateBody: await readFile(join(project.directory, 'infra', 'spoke.yml'), 'utf8'),
        Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
          ParameterKey,
          ParameterValue,
        })),
        Capabilities: ['CAPABILITY_NAMED_IAM'],
      }),
    )
  }

  describe('the stack after a deploy with joined accounts', () =>
    testJoined(() => ({
      installation,
      externalId: EXTERNAL_ID,
      spokes: [
        { ...SPOKE, connection: spoke },
        { accountId: ACCOUNT, region: OWN_REGION, connection: { ...installation.connection, region: OWN_REGION } },
      ],
    })))

  const look = async (...argv: string[]) => {
    const { out } = await installation.greenlight(['doctor', '--json', ...argv])
    const { checks } = JSON.parse(out) as {
      checks: { title: string; kind: string; because?: string; findings?: { what: string; fix: string }[] }[]
    }
    return checks.find(({ title }) => title === TITLE)
  }
  const PROFILE = ['--spoke-profile', `${SPOKE.accountId}=payments`]

  test('doctor finds nothing wrong with it', async () => {
    expect(await look(...PROFILE)).toEqual({ title: TITLE, kind: 'ok' })
  })

  test('it does not pass without credentials for the account', async () => {
    expect(await look()).toEqual({
      title: TITLE,
      kind: 'not checked',
      because: 'Joined accounts need their own credentials: --spoke-profile 444455556666=<profile>.',
    })
  })

  test('its rule is disabled', async () => {
    const events = new EventBridgeClient(spoke)
    const Name = `${STACK}-pipeline-changed-forward`
    await events.send(new DisableRuleCommand({ Name }))
    const said = await look(...PROFILE)
    await events.send(new EnableRuleCommand({ Name }))
    expect(said?.findings).toEqual([
      {
        what: `The rule ${Name} in account 444455556666, us-east-1, is disabled.`,
        fix: expect.stringContaining('Deploy infra/spoke.yml again in account 444455556666, us-east-1'),
      },
    ])
  })

  test('a state change did not reach the bot', async () => {
    const sqs = new SQSClient(spoke)
    const { QueueUrls = [] } = await sqs.send(
      new ListQueuesCommand({ QueueNamePrefix: 'greenlight-spoke-NotForwarded' }),
    )
    const [QueueUrl] = QueueUrls
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }))
    const said = await look(...PROFILE)
    await sqs.send(new PurgeQueueCommand({ QueueUrl }))
    expect(said?.findings).toEqual([
      {
        what: '1 state change of account 444455556666, us-east-1, did not reach the bot.',
        fix: expect.stringContaining(`aws sqs purge-queue --region us-east-1 --queue-url ${QueueUrl}`),
      },
    ])
  })

  test('its role trusts every principal in the account of the bot', async () => {
    const trust = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' }
    await new IAMClient(spoke).send(
      new UpdateAssumeRolePolicyCommand({
        RoleName: `${STACK}-${SPOKE.region}-decider`,
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
      }),
    )
    const role = `arn:aws:iam::444455556666:role/${STACK}-us-east-1-decider`
    expect((await look(...PROFILE))?.findings?.map(({ what }) => what)).toEqual([
      `The role ${role} requires another external ID than spokeExternalId.`,
      `The role ${role} trusts other roles than DeciderRoleArns of the bot's stack.`,
      `The role ${role} takes no source identity: in CloudTrail, only its session names who decided.`,
    ])
  })
}
