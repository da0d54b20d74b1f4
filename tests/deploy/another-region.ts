import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation'
import { LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda'
import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns'
import { runGreenlight, type Ran } from '../cli/scripted-terminal.ts'
import { ACCOUNT, STACK, type Installation } from './installation.ts'
import { BOT_TOKEN, SIGNING_SECRET } from './installed-slack.ts'
import { fetchWithRequestUrl } from './request-url.ts'
import { OWN_REGION } from './spokes.ts'

const STANDBY = 'greenlight-standby'
const THERE = 'eu-central-1'
const EXTERNAL_ID = '0123456789abcdef0123456789abcdef'

/** Declares the steps of docs/another-region.md, beside the installation that a failed Region would hide. */
export const testAnotherRegion = (opened: () => Installation): void => {
  let installation: Installation
  let original: string
  beforeAll(async () => {
    installation = opened()
    original = await readFile(join(installation.project.directory, 'serverless.yml'), 'utf8')
  })
  afterAll(() => writeFile(join(installation.project.directory, 'serverless.yml'), original))

  const serverless = (command: string) =>
    installation.project.serverless(command, '--stage', 'standby', '--region', THERE)

  /** The first bot has a joined Region, and the second its own params. */
  const setSpokes = async (spokes: string): Promise<void> => {
    const text = original
      .replace('    spokes: []\n', `    spokes: [${OWN_REGION}]\n`)
      .replace('\nprovider:\n', `\n  standby:\n    spokes: [${spokes}]\n\nprovider:\n`)
    expect(text.length).toBeGreaterThan(original.length + OWN_REGION.length)
    await writeFile(join(installation.project.directory, 'serverless.yml'), text)
  }

  const greenlight = async (argv: string[], environment: Record<string, string> = {}): Promise<Ran> => {
    const { connection, project, slack } = installation
    const there = { ...installation, connection: { ...connection, region: THERE } }
    return runGreenlight([...argv, '--installation', 'standby', '--region', THERE], {
      directory: project.directory,
      environment: {
        AWS_ENDPOINT_URL: connection.endpoint,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        SLACK_API_URL: slack.url,
        ...environment,
      },
      fetch: await fetchWithRequestUrl(there, STANDBY),
    })
  }

  const outputs = async (): Promise<Record<string, string>> => {
    const client = new CloudFormationClient({ ...installation.connection, region: THERE })
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: STANDBY }))
    return Object.fromEntries(
      Stacks?.[0]?.Outputs?.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]) ?? [],
    )
  }

  const functionsIn = async (region: string): Promise<string[]> => {
    const names: string[] = []
    const client = new LambdaClient({ ...installation.connection, region })
    for await (const { Functions = [] } of paginateListFunctions({ client }, {}))
      names.push(...Functions.map(({ FunctionName = '' }) => FunctionName))
    return names
  }

  let before: string[]

  test('step 1: a bot is deployed beside the first, without joined Regions', async () => {
    before = await functionsIn(installation.connection.region)
    await setSpokes('')
    expect(await serverless('deploy')).toContain(`Service deployed to stack ${STANDBY}`)
    expect((await functionsIn(THERE)).sort()).toEqual(
      before.map((name) => name.replace(`${STACK}-`, `${STANDBY}-`)).sort(),
    )
  })

  test('steps 2 and 3: it gets the Slack app’s secrets, and says what the request URL is', async () => {
    const secrets = { SLACK_BOT_TOKEN: BOT_TOKEN, SLACK_SIGNING_SECRET: SIGNING_SECRET }
    const { out, err, exitCode } = await greenlight(['init'], secrets)
    expect([exitCode, err]).toEqual([0, ''])
    expect(out).toContain('/greenlight/standby/slack/bot-token')
    expect(out).toContain(`request_url: ${(await outputs()).SlackRequestUrl}`)
  })

  test('step 4: a Region joins it under its own name, beside the stack of the first bot', async () => {
    const { ReaderRoleArns = '', DeciderRoleArns = '' } = await outputs()
    const parameters = {
      BotAccountId: ACCOUNT,
      BotRegion: THERE,
      BotName: STANDBY,
      ReaderRoleArns,
      DeciderRoleArns,
      ExternalId: EXTERNAL_ID,
    }
    const region = { ...installation.connection, region: OWN_REGION }
    await new CloudFormationClient(region).send(
      new CreateStackCommand({
        StackName: 'greenlight-standby-spoke',
        TemplateBody: await readFile(join(installation.project.directory, 'infra', 'spoke.yml'), 'utf8'),
        Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
          ParameterKey,
          ParameterValue,
        })),
        Capabilities: ['CAPABILITY_NAMED_IAM'],
      }),
    )
    await setSpokes(OWN_REGION)
    expect(await serverless('deploy')).toContain(`Service deployed to stack ${STANDBY}`)
    for (const bot of [STANDBY]) {
      const TopicArn = `arn:aws:sns:${OWN_REGION}:${ACCOUNT}:${bot}-approvals`
      const { Subscriptions = [] } = await new SNSClient(region).send(new ListSubscriptionsByTopicCommand({ TopicArn }))
      expect(Subscriptions.map(({ Endpoint }) => Endpoint?.split(':').at(-1))).toEqual([`${bot}-approval-requested`])
    }
  })

  test('step 5: doctor misses no more than pipelines of that Region, and a subscription of its alarms', async () => {
    const { out } = await greenlight(['doctor', '--json'])
    const { checks } = JSON.parse(out) as { checks: { title: string; kind: string }[] }
    const wrong = checks.filter(({ kind }) => kind !== 'ok')
    expect(wrong.map(({ title }) => title)).toEqual(['Pipelines that request approval', 'Alarm subscriptions'])
  })

  test('and back: the second is removed, and the first is as it was', async () => {
    const region = { ...installation.connection, region: OWN_REGION }
    expect(await serverless('remove')).toContain('successfully removed')
    await new CloudFormationClient(region).send(new DeleteStackCommand({ StackName: 'greenlight-standby-spoke' }))
    expect(await functionsIn(THERE)).toEqual([])
    expect(await functionsIn(installation.connection.region)).toEqual(before)
  })
}
