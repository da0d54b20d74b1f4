import { createRequire } from 'node:module'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { allows, policyDocument } from '../../local/aws/iam/iam.ts'
import { createEventBus } from '../../local/aws/eventbridge/eventbridge.ts'
import { type JoinedAccount, openJoinedAccount } from '../../local/workspace/joined-account.ts'
import { renderTemplate } from '../../local/aws/template/template.ts'

type Variables = { resolveVariable: (name: string) => Promise<unknown> }
const { resources, list, accounts } = createRequire(import.meta.url)('../../infra/spokes.cjs') as {
  resources: (serverless: Variables) => Promise<{ Resources: Record<string, { Type: string; Properties: unknown }> }>
  list: (serverless: Variables) => Promise<unknown>
  accounts: (serverless: Variables) => Promise<unknown>
}

const HOME = '111122223333'
const SPOKE = { accountId: '444455556666', region: 'us-east-1' }
const READERS = ['ApprovalRequestedRole', 'ButtonClickedRole', 'EffectDueRole', 'PipelineChangedRole']
const DECIDERS = ['ButtonClickedRole', 'EffectDueRole']
const arnOf = (role: string) => `arn:aws:iam::${HOME}:role/greenlight-prod-${role}-X1`
const PARAMETERS = {
  BotAccountId: HOME,
  BotRegion: 'eu-west-1',
  ReaderRoleArns: READERS.map(arnOf).join(','),
  DeciderRoleArns: DECIDERS.map(arnOf).join(','),
  ExternalId: '0123456789abcdef',
  Pipelines: 'shop-*',
}

describe('infra/spoke.yml', () => {
  let spoke: JoinedAccount
  beforeAll(async () => {
    spoke = await openJoinedAccount(SPOKE, PARAMETERS)
  })
  const role = (name: string) => spoke.roles.find(({ arn }) => arn.endsWith(`role/greenlight-prod-us-east-1-${name}`))!
  const pipeline = 'arn:aws:codepipeline:us-east-1:444455556666:shop-web'

  test.each(['reader', 'decider'])('the %s trusts exactly those of the bot’s roles, with the external ID', (name) => {
    const meant = name === 'reader' ? READERS : DECIDERS
    const letsIn = (arn: string, externalId?: string, principal = HOME) =>
      allows([role(name).trust], {
        action: 'sts:AssumeRole',
        principal,
        context: { 'aws:PrincipalArn': arn, ...(externalId !== undefined && { 'sts:ExternalId': externalId }) },
      })
    for (const one of [...READERS, 'MinutePassedRole', 'TrafficShiftingRole'])
      expect([one, letsIn(arnOf(one), PARAMETERS.ExternalId)]).toEqual([one, meant.includes(one)])
    const known = arnOf('EffectDueRole')
    expect(letsIn(known)).toBe(false)
    expect(letsIn(known, 'fedcba9876543210')).toBe(false)
    expect(letsIn(known, PARAMETERS.ExternalId, '999988887777')).toBe(false)
  })

  test('the reader reads and the decider decides: the named pipelines, in this Region, and nothing else', () => {
    const may = (name: string, operation: string, resource: string, sourceIdentity = 'U0DANA') =>
      allows(role(name).policies, {
        action: `codepipeline:${operation}`,
        resource,
        context: { 'aws:SourceIdentity': sourceIdentity },
      })
    const actionsOf = (name: string) =>
      role(name).policies.flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action))
    expect(actionsOf('reader').sort()).toEqual([
      'cloudformation:DescribeChangeSet',
      'cloudformation:DescribeStackEvents',
      'cloudwatch:DescribeAlarms',
      'codebuild:BatchGetBuildBatches',
      'codebuild:BatchGetBuilds',
      'codebuild:BatchGetReports',
      'codedeploy:BatchGetDeploymentTargets',
      'codedeploy:GetDeployment',
      'codedeploy:ListDeploymentTargets',
      'codepipeline:GetPipeline',
      'codepipeline:GetPipelineExecution',
      'codepipeline:GetPipelineState',
      'codepipeline:ListActionExecutions',
      'codepipeline:ListPipelineExecutions',
      'codepipeline:ListPipelines',
      'codepipeline:ListRuleExecutions',
      'ecs:DescribeServices',
      'logs:FilterLogEvents',
      'logs:GetLogEvents',
    ])
    expect(actionsOf('decider')).toEqual([
      'codepipeline:PutApprovalResult',
      'codepipeline:DisableStageTransition',
      'codepipeline:EnableStageTransition',
      'codepipeline:RetryStageExecution',
      'codepipeline:RollbackStage',
      'codepipeline:StartPipelineExecution',
      'codepipeline:StopPipelineExecution',
    ])
    expect(actionsOf('forwarder')).toEqual(['events:PutEvents'])
    expect(may('reader', 'GetPipelineState', pipeline)).toBe(true)
    expect(may('decider', 'PutApprovalResult', `${pipeline}/Production/Approve`)).toBe(true)
    for (const [operation, resource] of [
      ['RetryStageExecution', `${pipeline}/Production`],
      ['RollbackStage', `${pipeline}/Production`],
      ['DisableStageTransition', `${pipeline}/Production`],
      ['EnableStageTransition', `${pipeline}/Production`],
      ['StopPipelineExecution', pipeline],
      ['StartPipelineExecution', pipeline],
    ] as const) {
      expect([operation, may('decider', operation, resource, 'steer-U0DANA')]).toEqual([operation, true])
      expect([operation, may('decider', operation, resource)]).toEqual([operation, false])
      const other = resource.replace('shop-web', 'billing')
      expect([operation, may('decider', operation, other, 'steer-U0DANA')]).toEqual([operation, false])
    }
    expect(may('reader', 'GetPipelineState', pipeline.replace('shop-web', 'billing'))).toBe(false)
    expect(
      may('decider', 'PutApprovalResult', `${pipeline.replace('us-east-1', 'us-west-2')}/Production/Approve`),
    ).toBe(false)
  })

  test('CodePipeline’s events of those pipelines are forwarded, once, to the bot’s bus', () => {
    const event = (source: string, name: string, type = 'CodePipeline Stage Execution State Change') => {
      const bus = createEventBus({ account: SPOKE.accountId, region: SPOKE.region, now: () => 0 })
      let forwarded = false
      bus.addRule({ name: 'forward', pattern: spoke.forwarded, deliver: () => void (forwarded = true) })
      bus.emit({ source, 'detail-type': type, detail: { pipeline: name } } as never)
      return forwarded
    }
    expect(event('aws.codepipeline', 'shop-web')).toBe(true)
    expect(event('aws.codepipeline', 'billing')).toBe(false)
    expect(event('greenlight', 'shop-web')).toBe(false)
    expect(event('aws.codepipeline', 'shop-web', 'Something Else')).toBe(false)
  })

  test('the topic lets the bot’s account subscribe the bot’s function alone', async () => {
    const content = await readFile('infra/spoke.yml', 'utf8')
    const template = renderTemplate(content, { ...SPOKE, parameters: PARAMETERS })
    const [policy] = Object.values(template.resources('AWS::SNS::TopicPolicy'))
    const document = policyDocument.parse(policy?.PolicyDocument)
    const mayDo = (action: string, context: Record<string, string>, principal = HOME) =>
      allows([document], {
        action,
        principal,
        context,
        resource: String((policy?.Topics as string[])[0]),
      })
    const bot = 'arn:aws:lambda:eu-west-1:111122223333:function:greenlight-prod-approval-requested'
    expect(mayDo('sns:Subscribe', { 'sns:Protocol': 'lambda', 'sns:Endpoint': bot })).toBe(true)
    expect(mayDo('sns:Subscribe', { 'sns:Protocol': 'lambda', 'sns:Endpoint': `${bot}-2` })).toBe(false)
    expect(mayDo('sns:Subscribe', { 'sns:Protocol': 'email', 'sns:Endpoint': 'finn@shop.example' })).toBe(false)
    expect(mayDo('sns:Publish', {})).toBe(false)
    expect(mayDo('sns:Publish', {}, SPOKE.accountId)).toBe(true)
  })

  test('in another Region of the bot’s own account there are no roles to assume', async () => {
    const { roles } = await openJoinedAccount({ accountId: HOME, region: 'us-west-2' }, PARAMETERS)
    expect(roles.map(({ arn }) => arn)).toEqual([`arn:aws:iam::${HOME}:role/greenlight-prod-us-west-2-forwarder`])
  })

  test.each([
    ['BotAccountId', '1111', '12 digits'],
    ['BotRegion', 'Ireland', 'eu-west-1'],
    ['ExternalId', 'short', '16 to 128'],
    ['ReaderRoleArns', 'greenlight-role', 'copy the output'],
    ['Pipelines', '*-*', 'at most one *'],
  ])('a wrong %s is refused in words that help', async (name, value, words) => {
    await expect(openJoinedAccount(SPOKE, { ...PARAMETERS, [name]: value })).rejects.toThrow(words)
  })
})

describe('infra/spokes.cjs', () => {
  const params = (given: Record<string, unknown>): Variables => {
    const all: Record<string, unknown> = {
      'param:spokes': [],
      'param:spokeExternalId': '',
      'param:pipelines': 'shop-*',
      'self:service': 'greenlight',
      'sls:stage': 'prod',
      ...given,
    }
    return { resolveVariable: (name) => Promise.resolve(all[name]) }
  }
  const two = params({
    'param:spokes': ['444455556666/us-east-1', 'us-west-2'],
    'param:spokeExternalId': '0123456789abcdef',
  })

  test('adds nothing without joined accounts', async () => {
    expect(await resources(params({}))).toEqual({ Resources: {} })
    expect(await list(params({}))).toBe('')
    expect(await accounts(params({}))).toEqual([{ Ref: 'AWS::AccountId' }])
  })

  test('configures the functions and the rule for each', async () => {
    expect(await list(two)).toEqual({ 'Fn::Sub': '444455556666/us-east-1,${AWS::AccountId}/us-west-2' })
    expect(await accounts(two)).toEqual([{ Ref: 'AWS::AccountId' }, '444455556666'])
  })

  test('lets only the functions that decide assume the decider’s role, each by its full name', async () => {
    const { ReadInSpokes, DecideInSpokes, DecideInOtherRegions } = (await resources(two)).Resources
    const policy = z.object({
      Roles: z.array(z.object({ Ref: z.string() })),
      PolicyDocument: z.object({
        Statement: z.array(
          z.object({ Resource: z.array(z.object({ 'Fn::Sub': z.string() })), Condition: z.unknown().optional() }),
        ),
      }),
    })
    const [read, decide, elsewhere] = [ReadInSpokes, DecideInSpokes, DecideInOtherRegions].map((one) =>
      policy.parse(one?.Properties),
    )
    expect(read!.Roles.map(({ Ref }) => Ref)).toEqual(READERS)
    expect(decide!.Roles.map(({ Ref }) => Ref)).toEqual(DECIDERS)
    const resourcesOf = ({ PolicyDocument }: typeof read & object) =>
      PolicyDocument.Statement.flatMap(({ Resource }) => Resource.map((one) => one['Fn::Sub']))
    expect(resourcesOf(read!)).toEqual([
      'arn:${AWS::Partition}:iam::444455556666:role/greenlight-prod-us-east-1-reader',
      'arn:${AWS::Partition}:codepipeline:us-west-2:${AWS::AccountId}:shop-*',
    ])
    expect(resourcesOf(decide!)).toEqual([
      'arn:${AWS::Partition}:iam::444455556666:role/greenlight-prod-us-east-1-decider',
    ])
    expect(elsewhere!.Roles.map(({ Ref }) => Ref)).toEqual(['DeciderRole'])
    expect(resourcesOf(elsewhere!)).toEqual([
      'arn:${AWS::Partition}:codepipeline:us-west-2:${AWS::AccountId}:shop-*/*/*',
      'arn:${AWS::Partition}:codepipeline:us-west-2:${AWS::AccountId}:shop-*/*',
      'arn:${AWS::Partition}:codepipeline:us-west-2:${AWS::AccountId}:shop-*',
    ])
    const steers = { StringLike: { 'aws:SourceIdentity': 'steer-*' } }
    expect(elsewhere!.PolicyDocument.Statement.map(({ Condition }) => Condition)).toEqual([undefined, steers, steers])
  })

  test('writes no policy without a statement, which IAM refuses', async () => {
    const regions = (await resources(params({ 'param:spokes': ['us-west-2'] }))).Resources
    expect(regions).not.toHaveProperty('DecideInSpokes')
    expect(regions).toHaveProperty('DecideInOtherRegions')
    const accounts = (
      await resources(
        params({ 'param:spokes': ['444455556666/us-east-1'], 'param:spokeExternalId': '0123456789abcdef' }),
      )
    ).Resources
    expect(accounts).toHaveProperty('DecideInSpokes')
    expect(accounts).not.toHaveProperty('DecideInOtherRegions')
  })

  test('lets each topic invoke, and each account’s rules put the events that the bot follows', async () => {
    const { Resources } = await resources(two)
    const sources = Object.values(Resources)
      .filter(({ Type }) => Type === 'AWS::Lambda::Permission')
      .map(({ Properties }) => (Properties as { SourceArn: { 'Fn::Sub': string } }).SourceArn['Fn::Sub'])
    expect(sources).toEqual([
      'arn:${AWS::Partition}:sns:us-east-1:444455556666:greenlight-prod-approvals',
      'arn:${AWS::Partition}:sns:us-west-2:${AWS::AccountId}:greenlight-prod-approvals',
    ])
    expect(Resources['Spoke444455556666Events']?.Properties).toMatchObject({
      Statement: {
        Principal: { AWS: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::444455556666:root' } },
        Condition: {
          StringEquals: { 'events:source': ['aws.codepipeline', 'aws.codebuild', 'aws.codedeploy'] },
          Bool: { 'events:eventBusInvocation': 'true' },
        },
      },
    })
  })

  test('refuses an invalid account or Region, and other accounts without an external ID', async () => {
    await expect(list(params({ 'param:spokes': ['Ireland'] }))).rejects.toThrow('"Ireland" is neither like')
    await expect(list(params({ 'param:spokes': '444455556666/us-east-1' }))).rejects.toThrow('spokeExternalId')
    expect(await list(params({ 'param:spokes': 'us-west-2' }))).toEqual({ 'Fn::Sub': '${AWS::AccountId}/us-west-2' })
  })
})
