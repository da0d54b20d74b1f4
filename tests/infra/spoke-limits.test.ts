import { createRequire } from 'node:module'
import { packageService } from '../support/package-service.ts'
import { allowedTo, type Template } from '../support/template.ts'

/*
 * How many accounts and Regions can join a bot. AWS limits the size of policies, and a deploy that exceeds one fails
 * half-way. The longest Region's name stands for every Region.
 */

interface Properties {
  StatementId?: string
  Statement?: object
  FunctionName?: unknown
  SourceArn?: unknown
  Roles?: { Ref: string }[]
  PolicyDocument?: object
}
type Resources = Record<string, { Type: string; Properties: Properties }>
interface Variables {
  resolveVariable(name: string): Promise<unknown>
}
const { resources, list, accounts } = createRequire(import.meta.url)('../../infra/spokes.cjs') as {
  resources(variables: Variables): Promise<{ Resources: Resources }>
  list(variables: Variables): Promise<{ 'Fn::Sub': string }>
  accounts(variables: Variables): Promise<unknown[]>
}

const REGION = 'ap-southeast-1'
const ORGANIZATION = 'o-a1b2c3d4e5'

const SOURCES = ['aws.codepipeline', 'aws.codebuild', 'aws.codedeploy']

const spokesOf = (count: number) => Array.from({ length: count }, (_, at) => `${444455550000 + at}/${REGION}`)
const joined = (count: number, organizationId = ''): Variables => {
  const all: Record<string, unknown> = {
    'param:spokes': spokesOf(count),
    'param:spokeExternalId': '0123456789abcdef',
    'param:organizationId': organizationId,
    'param:pipelines': '*',
    'self:service': 'greenlight',
    'sls:stage': 'prod',
  }
  return { resolveVariable: (name) => Promise.resolve(all[name]) }
}

/** With every reference as long as its value. */
const written = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown): unknown => {
    const call = typeof part === 'object' && part !== null ? Object.entries(part)[0] : undefined
    return call?.[0] === 'Fn::Sub' ? call[1] : part
  })
    .replaceAll('${AWS::Partition}', 'aws')
    .replaceAll('${AWS::Region}', REGION)
    .replaceAll('${AWS::AccountId}', '111122223333')

const sum = (sizes: number[]) => sizes.reduce((total, size) => total + size, 0)
const ofType = (all: Resources, type: string) => Object.entries(all).filter(([, { Type }]) => Type === type)

const busPolicySize = (all: Resources) =>
  sum(
    ofType(all, 'AWS::Events::EventBusPolicy').map(
      ([, { Properties }]) => written({ Sid: Properties.StatementId, ...Properties.Statement }).length + 1,
    ),
  )

/** As Lambda writes the statement, with the Sid that CloudFormation gives it. */
const functionPolicySize = (all: Resources) =>
  sum(
    ofType(all, 'AWS::Lambda::Permission').map(
      ([id, { Properties }]) =>
        written({
          Sid: `greenlight-prod-${id}-ABCDEFGHIJKL`,
          Effect: 'Allow',
          Principal: { Service: 'sns.amazonaws.com' },
          Action: 'lambda:InvokeFunction',
          Resource: `arn:aws:lambda:${REGION}:111122223333:function:greenlight-prod-approval-requested`,
          Condition: { ArnLike: { 'AWS:SourceArn': Properties.SourceArn } },
        }).length + 1,
    ),
  )

let template: Template
beforeAll(async () => {
  template = (await packageService()).template
}, 120_000)

const rolePolicySize = (all: Resources, door: string, role: string) =>
  written(allowedTo(template, door)).length +
  sum(
    ofType({ ...(template.Resources as unknown as Resources), ...all }, 'AWS::IAM::Policy')
      .filter(([, { Properties }]) => Properties.Roles?.some(({ Ref }) => Ref === role))
      .map(([, { Properties }]) => written(Properties.PolicyDocument).length),
  )

test('thirty accounts fit into the event bus’s policy, and more are refused before the deploy', async () => {
  const { Resources } = await resources(joined(30))
  expect(busPolicySize(Resources)).toBeLessThan(10_240)
  await expect(resources(joined(31))).rejects.toThrow('without organizationId, the event bus takes 30 accounts')
})

test('up to fifteen accounts may put events of the three services alone, and more any whose name begins like theirs', async () => {
  const conditions = async (count: number) =>
    ofType((await resources(joined(count))).Resources, 'AWS::Events::EventBusPolicy').map(([, { Properties }]) => {
      const { Bool: _, ...sources } = (Properties.Statement as { Condition: Record<string, object> }).Condition
      return sources
    })
  expect(await conditions(15)).toEqual(Array(15).fill({ StringEquals: { 'events:source': SOURCES } }))
  expect(await conditions(16)).toEqual(Array(16).fill({ StringLike: { 'events:source': 'aws.code*' } }))
})

test('a deploy that joins fifteen accounts to fifteen never exceeds the event bus’s policy', async () => {
  const [before, after] = [(await resources(joined(15))).Resources, (await resources(joined(30))).Resources]
  expect(busPolicySize({ ...after, ...before })).toBeLessThan(10_240)
})

test('with an organization, the bus has one statement, which names it', async () => {
  const { Resources } = await resources(joined(37, ORGANIZATION))
  expect(ofType(Resources, 'AWS::Events::EventBusPolicy').map(([, { Properties }]) => Properties.Statement)).toEqual([
    expect.objectContaining({
      Principal: '*',
      Action: 'events:PutEvents',
      Condition: {
        StringEquals: { 'events:source': SOURCES, 'aws:PrincipalOrgID': ORGANIZATION },
        Bool: { 'events:eventBusInvocation': 'true' },
      },
    }),
  ])
})

test('37 accounts and Regions fit into every other limit, and more are refused before the deploy', async () => {
  const variables = joined(37, ORGANIZATION)
  const { Resources } = await resources(variables)
  expect(functionPolicySize(Resources)).toBeLessThan(20_480)
  const doors = { 'button-clicked': 'ButtonClickedRole', 'effect-due': 'EffectDueRole' }
  for (const [door, role] of Object.entries(doors)) expect(rolePolicySize(Resources, door, role)).toBeLessThan(10_240)
  // An event pattern has 2,048 characters, and all of a function's environment variables 4 KB.
  expect(written(await accounts(variables)).length).toBeLessThan(1_500)
  expect((await list(variables))['Fn::Sub'].length).toBeLessThan(2_500)
  await expect(resources(joined(38, ORGANIZATION))).rejects.toThrow('a bot serves 37 accounts and Regions')
})

test('an organization has an ID of its form', async () => {
  await expect(resources(joined(1, 'shop'))).rejects.toThrow('"shop" is not like o-a1b2c3d4e5')
})
