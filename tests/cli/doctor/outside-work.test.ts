import type { Evidence } from '../../../cli/doctor/evidence.ts'
import { forwardsOutsideWork } from '../../../cli/doctor/outside-work.ts'
import { NotChecked } from '../../../cli/doctor/not-checked.ts'
import type { Installation } from '../../../cli/installation.ts'
import { CONFIGURATION } from '../../../functions/config/schema.ts'
import { openJsonService } from '../../support/json-service.ts'

const ACCOUNT = '444455556666'
const RULE = 'greenlight-prod-outside-changed-forward'

let aws: Awaited<ReturnType<typeof openJsonService>>
beforeAll(async () => {
  aws = await openJsonService()
})
afterAll(() => aws.close())

interface World {
  match?: object
  outside?: object
  /** Null if there is no such rule. */
  state?: 'ENABLED' | 'DISABLED' | null
  /** What the bot's bus takes from the account; null for a bus without a policy. */
  sources?: string | string[] | null
  isOwn?: boolean
  principal?: object | string
}

const foundIn = async ({
  match = {},
  outside = { builds: 'nightly' },
  state = 'ENABLED',
  sources = ['aws.codepipeline', 'aws.codebuild', 'aws.codedeploy'],
  isOwn = false,
  principal = { AWS: `arn:aws:iam::${ACCOUNT}:root` },
}: World) => {
  aws.answersBy(({ operation, input }) => {
    if (operation === 'DescribeRule' && input['Name'] === RULE)
      return state
        ? { status: 200, body: { Name: RULE, State: state } }
        : { status: 400, body: { __type: 'ResourceNotFoundException' } }
    if (operation === 'DescribeEventBus') {
      const Condition = { StringLike: { 'events:source': sources } }
      const Statement = [{ Effect: 'Allow', Principal: principal, Action: 'events:PutEvents', Condition }]
      return { status: 200, body: sources ? { Policy: JSON.stringify({ Statement }) } : {} }
    }
    throw new Error(`not expected: ${operation}`)
  })
  const connection = { ...aws.connection, requestHandler: {} } as never
  const evidence = {
    installation: { stackName: 'greenlight-prod', region: 'eu-west-1', stage: 'prod' } as unknown as Installation,
    aws: async () => connection,
    configuration: async () =>
      CONFIGURATION.parse({
        defaults: { approvals: 'C0RELEASES', status: 'C0STATUS' },
        routes: [
          { match: { pipeline: 'web-*' }, consoleOnly: 'no one' },
          { match: { pipeline: 'shop-*', ...match }, consoleOnly: 'no one', ...(outside && { outside }) },
        ],
      }),
  } as unknown as Evidence
  return forwardsOutsideWork({ accountId: ACCOUNT, region: 'us-east-1', connection }, evidence, isOwn)
}

describe('a joined account whose builds and deployments a route wants to see', () => {
  test.each<[string, World]>([
    ['with its rule and a bus that takes its events', {}],
    ['with a bus that takes all of CodeBuild and CodeDeploy', { sources: 'aws.code*' }],
    ['with a bus that takes those of the organization', { principal: '*' }],
    ['that is another Region of the bot’s own account', { isOwn: true, sources: null }],
  ])('is right %s', async (_, world) => {
    expect(await foundIn(world)).toEqual([])
  })

  const DEPLOY = expect.stringMatching(
    /^Deploy infra\/spoke\.yml again in account 444455556666, us-east-1, with OutsideWork=yes .*routes\.1/,
  )
  test.each<[string, World, string]>([
    [
      'without its rule',
      { state: null },
      'does not exist: builds and deployments outside pipelines there have no messages',
    ],
    ['with its rule disabled', { state: 'DISABLED' }, 'is disabled: builds and deployments outside pipelines'],
  ])('%s is to be deployed again', async (_, world, what) => {
    expect(await foundIn(world)).toEqual([{ what: expect.stringContaining(what), fix: DEPLOY }])
  })

  test.each<[string, World, string]>([
    ['from before', { sources: 'aws.codepipeline' }, 'aws.codebuild and aws.codedeploy'],
    ['without a policy', { sources: null }, 'aws.codebuild and aws.codedeploy'],
    ['of another account', { principal: { AWS: '123456789012' } }, 'aws.codebuild and aws.codedeploy'],
    ['without CodeDeploy', { sources: ['aws.codepipeline', 'aws.codebuild'] }, 'aws.codedeploy'],
  ])('needs a bot that is deployed again, if its bus has a policy %s', async (_, world, refused) => {
    expect(await foundIn(world)).toEqual([
      {
        what: `The bot’s event bus does not take events of ${refused} from account 444455556666.`,
        fix: expect.stringContaining('npx serverless deploy --force'),
      },
    ])
  })
})

test.each<[string, World]>([
  ['no route asks for', { outside: undefined as never }],
  ['a route of another account asks for', { match: { account: '123456789012' } }],
  ['a route of another Region asks for', { match: { region: 'eu-*' } }],
])('an account whose builds and deployments %s needs no rule', async (_, world) => {
  const asked = aws.asked.length
  expect(await foundIn({ ...world, state: null, ...('outside' in world && { outside: null as never }) })).toEqual([])
  expect(aws.asked).toHaveLength(asked)
})

test('a configuration that is not valid is left to its own check', async () => {
  const evidence = { configuration: () => Promise.reject(new NotChecked('not valid')) } as unknown as Evidence
  const place = { accountId: ACCOUNT, region: 'us-east-1', connection: aws.connection as never }
  expect(await forwardsOutsideWork(place, evidence, false)).toEqual([])
})
