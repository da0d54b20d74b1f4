import { createRequire } from 'node:module'
import { allows, policyDocument } from '../../local/aws/iam/iam.ts'
import { renderTemplate } from '../../local/aws/template/template.ts'
import { type Alarm, type Datum, queueMetrics, rings, ruleMetrics, topicMetrics } from '../support/cloudwatch.ts'
import { contentOf, readTemplate } from './read-template.ts'

/*
 * The alarms of a joined account. Whether a request or a state change reaches the bot follows from the policies of both
 * sides: those that infra/spokes.cjs writes for the bot, and those of infra/spoke.yml.
 */

type Variables = { resolveVariable: (name: string) => Promise<unknown> }
const { resources } = createRequire(import.meta.url)('../../infra/spokes.cjs') as {
  resources: (serverless: Variables) => Promise<{ Resources: Record<string, { Type: string; Properties: never }> }>
}

const NOW = Date.UTC(2026, 10, 23, 9, 30)
const BOT = { accountId: '111122223333', region: 'eu-west-1' }
const JOINED = { accountId: '444455556666', region: 'us-east-1' }
const ROLE = `arn:aws:iam::${BOT.accountId}:role/greenlight-prod-Role`
const ALARM_TOPIC = `arn:aws:sns:${JOINED.region}:${JOINED.accountId}:alarms`

const template = (botName: string) =>
  renderTemplate(contentOf('spoke.yml'), {
    ...JOINED,
    stackName: `${botName}-spoke`,
    parameters: {
      BotAccountId: BOT.accountId,
      BotRegion: BOT.region,
      BotName: botName,
      ReaderRoleArns: ROLE,
      DeciderRoleArns: ROLE,
      ExternalId: '0123456789abcdef',
      AlarmTopicArn: ALARM_TOPIC,
    },
  })
const prod = template('greenlight-prod')

const resourceOf = (of: typeof prod, type: string): Record<string, unknown> => {
  const [[, properties] = ['', {}], ...more] = Object.entries(of.resources(type))
  expect(more).toEqual([])
  return properties
}

const alarms = prod.resources('AWS::CloudWatch::Alarm') as unknown as Record<string, Alarm>
const ringing = (data: readonly Datum[]): string[] =>
  Object.entries(alarms)
    .filter(([, alarm]) => rings(alarm, data, NOW))
    .map(([id]) => id)

/** What the bot's stack allows if these are its joined accounts. */
const bot = async (joined: string[]) => {
  const variables: Record<string, unknown> = {
    'param:spokes': joined,
    'param:spokeExternalId': '0123456789abcdef',
    'param:pipelines': '*',
    'self:service': 'greenlight',
    'sls:stage': 'prod',
  }
  const { Resources } = await resources({ resolveVariable: (name) => Promise.resolve(variables[name]) })
  const of = (type: string) =>
    Object.values(Resources)
      .filter(({ Type }) => Type === type)
      .map(({ Properties }) => Properties as Record<string, unknown>)
  const written = (value: unknown): string =>
    JSON.stringify(value, (_, part: unknown) =>
      typeof part === 'object' && part !== null && 'Fn::Sub' in part ? part['Fn::Sub'] : part,
    )
      .replaceAll('${AWS::Partition}', 'aws')
      .replaceAll('${AWS::Region}', BOT.region)
      .replaceAll('${AWS::AccountId}', BOT.accountId)
  return {
    bus: of('AWS::Events::EventBusPolicy').map(({ Statement }) =>
      policyDocument.parse({ Version: '2012-10-17', Statement: [JSON.parse(written(Statement))] }),
    ),
    topics: of('AWS::Lambda::Permission').map(({ SourceArn }) => JSON.parse(written(SourceArn)) as string),
  }
}

/** A state change in the joined account. */
const stateChange = async (of: typeof prod, joined: string[], queuePolicy = true): Promise<Datum[]> => {
  const { bus } = await bot(joined)
  const { Name, Targets } = resourceOf(of, 'AWS::Events::Rule') as {
    Name: string
    Targets: { Arn: string; DeadLetterConfig: { Arn: string } }[]
  }
  const [target] = Targets
  const taken = allows(bus, {
    action: 'events:PutEvents',
    resource: target!.Arn,
    principal: JOINED.accountId,
    context: { 'events:source': 'aws.codepipeline', 'events:eventBusInvocation': 'true' },
  })
  if (taken) return ruleMetrics(Name, 'delivered', NOW)
  const { PolicyDocument } = resourceOf(of, 'AWS::SQS::QueuePolicy')
  const kept =
    queuePolicy &&
    allows([policyDocument.parse(PolicyDocument)], {
      action: 'sqs:SendMessage',
      resource: target!.DeadLetterConfig.Arn,
      principal: 'events.amazonaws.com',
      context: { 'aws:SourceArn': `arn:aws:events:${JOINED.region}:${JOINED.accountId}:rule/${Name}` },
    })
  if (!kept) return ruleMetrics(Name, 'lost', NOW)
  const queue = target!.DeadLetterConfig.Arn.split(':').at(-1)!
  return [...ruleMetrics(Name, 'kept', NOW), ...queueMetrics(queue, [{ sentAt: NOW, visibleAt: NOW }], NOW)]
}

/** A request for approval in the joined account. */
const request = async (of: typeof prod, joined: string[]): Promise<Datum[]> => {
  const { topics } = await bot(joined)
  const name = String(resourceOf(of, 'AWS::SNS::Topic').TopicName)
  const arn = `arn:aws:sns:${JOINED.region}:${JOINED.accountId}:${name}`
  return topicMetrics(name, topics.includes(arn), NOW)
}

const WITH = [`${JOINED.accountId}/${JOINED.region}`]
/** The bot was deployed without this account. */
const WITHOUT: string[] = []

/** Alarm → what it is for. */
const CAUSES: Record<string, (of: typeof prod) => Promise<Datum[]>> = {
  ApprovalNotDelivered: (of) => request(of, WITHOUT),
  EventNotForwarded: (of) => stateChange(of, WITHOUT),
  EventLost: (of) => stateChange(of, WITHOUT, false),
}

test('each alarm has a cause here, and tells the topic of the joined account', () => {
  expect(Object.keys(alarms).sort()).toEqual(Object.keys(CAUSES).sort())
  for (const alarm of Object.values(alarms)) expect(alarm).toMatchObject({ AlarmActions: [ALARM_TOPIC] })
})

test('without a topic for them there are no alarms', () => {
  const all = Object.values(readTemplate('spoke.yml').Resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
  expect(all.map(({ Condition }) => Condition)).toEqual(all.map(() => 'HasAlarmTopic'))
})

test('no alarm rings while requests and state changes reach the bot', async () => {
  expect(ringing([...(await request(prod, WITH)), ...(await stateChange(prod, WITH))])).toEqual([])
})

test.each(Object.keys(CAUSES))('%s rings for its cause, and not for the same with another bot', async (id) => {
  expect(ringing(await CAUSES[id]!(prod))).toEqual([id])
  expect(ringing(await CAUSES[id]!(template('greenlight-eu-test')))).toEqual([])
})

test('what the bot’s bus refuses is kept for two weeks, and tried for a day before', () => {
  expect(resourceOf(prod, 'AWS::SQS::Queue')).toMatchObject({ MessageRetentionPeriod: 1_209_600 })
  expect(resourceOf(prod, 'AWS::Events::Rule').Targets).toMatchObject([
    { RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 } },
  ])
})

test('a stack set leaves the bot’s own account and Region to the bot’s own stack', () => {
  const { Conditions, Resources } = readTemplate('spoke-stack-set.yml')
  const units = { OrganizationalUnitIds: { Ref: 'OrganizationalUnitIds' } }
  expect(Conditions).toMatchObject({
    InTheBotsRegion: { 'Fn::Equals': [{ Ref: 'JoinedRegion' }, { Ref: 'BotRegion' }] },
  })
  expect(Resources.Spokes?.Properties.StackInstancesGroup).toMatchObject([
    {
      DeploymentTargets: {
        'Fn::If': [
          'InTheBotsRegion',
          { ...units, AccountFilterType: 'DIFFERENCE', Accounts: [{ Ref: 'BotAccountId' }] },
          units,
        ],
      },
    },
  ])
})

test('a stack set passes on every parameter of a joined account, with the same limits', () => {
  const { Parameters, Resources } = readTemplate('spoke-stack-set.yml')
  const joined = readTemplate('spoke.yml').Parameters
  const given = Resources.Spokes?.Properties.Parameters as { ParameterKey: string; ParameterValue: object }[]
  expect(given.map(({ ParameterKey }) => ParameterKey)).toEqual(Object.keys(joined))
  for (const { ParameterKey, ParameterValue } of given) {
    expect(JSON.stringify(ParameterValue)).toContain(`{"Ref":"${ParameterKey}"}`)
    for (const limit of ['Type', 'Default', 'AllowedPattern', 'ConstraintDescription'] as const)
      expect(Parameters[ParameterKey]?.[limit]).toBe(joined[ParameterKey]?.[limit])
  }
})
