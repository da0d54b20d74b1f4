import { Sha256 } from '@smithy/core/checksum'
import { SignatureV4 } from '@smithy/signature-v4'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { assumeRole } from '../../functions/aws/assume-role.ts'
import { codePipeline } from '../../functions/aws/codepipeline.ts'
import { codePipelineSteering } from '../../functions/aws/steering-calls.ts'
import { codePipelineClients } from '../../functions/aws/codepipeline-clients.ts'
import type { AwsConnection } from '../../functions/aws/connection.ts'
import { allowedAccountsFrom } from '../../functions/aws/allowed-accounts.ts'
import { roleCredentials } from '../../functions/aws/role-credentials.ts'
import { steeredFor } from '../../functions/aws/steering-session.ts'
import type { HttpServer } from '../../local/http-server.ts'
import { listen } from '../../local/http-server.ts'
import { TOKEN, WHERE } from '../support/records.ts'
import { accessKeySecret } from '../support/secret.ts'

const HOUR = 3_600_000
const HOME = { accountId: '111122223333', region: 'eu-west-1' }
const SPOKE = { accountId: '444455556666', region: 'us-east-1' }
const READER = 'arn:aws:iam::444455556666:role/greenlight-prod-us-east-1-reader'
const ENVIRONMENT = {
  ACCOUNT_ID: HOME.accountId,
  AWS_REGION: HOME.region,
  SPOKES: '444455556666/us-east-1,111122223333/us-west-2',
  SPOKE_ROLE: 'arn:aws:iam::{account}:role/greenlight-prod-{region}-{role}',
  SPOKE_EXTERNAL_ID: 'agreed-upon-external-id',
}

interface Asked {
  /** `sts` or `codepipeline`. */
  service: string
  region: string
  accessKeyId: string
  sessionToken: string | null
  form: Record<string, string>
}

let server: HttpServer
let connection: AwsConnection
let now: number
let asked: Asked[]
let requests: { headers: Headers; body: string }[]
let answerSts: () => Response
let warned: string[]
let answerPipelines: () => Response

/** As in the example of "AssumeRole", STS API reference; the nth session has the key ASIA<n>. */
const session = (nth: number): Response =>
  new Response(`<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
    <AssumedRoleUser><Arn>arn:aws:sts::444455556666:assumed-role/x/y</Arn><AssumedRoleId>AROA:y</AssumedRoleId></AssumedRoleUser>
    <Credentials><AccessKeyId>ASIA${nth}</AccessKeyId><SecretAccessKey>a/b+c=</SecretAccessKey>
    <SessionToken>t/o+k=${nth}</SessionToken><Expiration>${new Date(now + HOUR).toISOString()}</Expiration></Credentials>
    </AssumeRoleResult></AssumeRoleResponse>`)
const refusal = (code: string, status: number): Response =>
  new Response(`<ErrorResponse><Error><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`, { status })

const sts = () => asked.filter(({ service }) => service === 'sts')

beforeAll(async () => {
  server = await listen(async (request) => {
    const { headers } = request
    const body = await request.text()
    requests.push({ headers, body })
    const [, accessKeyId = '', region = '', service = ''] =
      /Credential=([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/.exec(headers.get('authorization') ?? '') ?? []
    const form = service === 'sts' ? Object.fromEntries(new URLSearchParams(body)) : {}
    asked.push({ service, region, accessKeyId, sessionToken: headers.get('x-amz-security-token'), form })
    return service === 'sts' ? answerSts() : answerPipelines()
  }, 0)
  connection = {
    region: HOME.region,
    endpoint: server.url,
    credentials: { accessKeyId: 'BOT', secretAccessKey: accessKeySecret() },
  }
})
afterAll(() => server.close())
beforeEach(() => {
  now = Date.UTC(2026, 10, 23, 9, 30)
  asked = []
  warned = []
  requests = []
  answerSts = () => session(sts().length)
  answerPipelines = () => Response.json({ stageStates: [] })
})

const clients = (environment: Record<string, string> = {}) => {
  const credentialsOf = roleCredentials(connection, 'greenlight-prod-effect-due', {
    clock: { now: () => now },
    log: { warn: (message) => warned.push(message) },
  })
  return codePipelineClients(connection, allowedAccountsFrom({ ...ENVIRONMENT, ...environment }), credentialsOf)
}
const pipelines = (environment: Record<string, string> = {}) => codePipeline(clients(environment))
const at = (place: { accountId: string; region: string }) => ({ ...place, pipeline: 'reports' })
/** For whom the bot started the execution that CodePipeline tells of with this trigger. */
const steeredIn = async (place: typeof HOME, trigger: { triggerType: string; triggerDetail: string }) => {
  answerPipelines = () =>
    Response.json({ pipelineExecution: { pipelineName: 'reports', status: 'InProgress', trigger } })
  const allowed = allowedAccountsFrom({
    ...ENVIRONMENT,
    DECIDER_ROLE: OWN_DECIDER.replace(':sts:', ':iam:').replace('assumed-role', 'role/of/ours'),
  })
  const bot = codePipeline(clients(), steeredFor(allowed))
  const executionId = '0b1c2d3e-4f5a-6b7c-8d9e-0f1a2b3c4d5e'
  return (await bot.execution({ ...at(place), executionId }))?.trigger?.steeredFor
}
const OWN_DECIDER = 'arn:aws:sts::111122223333:assumed-role/greenlight-prod-DeciderRole-x'
const SPOKE_DECIDER = 'arn:aws:sts::444455556666:assumed-role/greenlight-prod-us-east-1-decider'

test.each([
  ['in its own account', HOME, OWN_DECIDER],
  ['in another Region of its own account', { ...HOME, region: 'us-west-2' }, OWN_DECIDER],
  ['in a joined account', SPOKE, SPOKE_DECIDER],
])('the bot knows for whom it started an execution %s', async (_, place, role) => {
  const by = (session: string, triggerType = 'StartPipelineExecution') =>
    steeredIn(place, { triggerType, triggerDetail: `${role}/${session}` })
  expect(await by('steer-U0DANA')).toBe('U0DANA')
  expect(await by('steer-W0DANA', 'ManualRollback')).toBe('W0DANA')
  expect(await by('U0DANA')).toBeUndefined()
  expect(await by('steer-greenlight-automatic')).toBeUndefined()
  expect(await by('steer-U0DANA/more')).toBeUndefined()
  // What a webhook sends is no caller.
  expect(await by('steer-U0DANA', 'WebhookV2')).toBeUndefined()
})

test.each([
  ['another role', HOME, 'arn:aws:sts::111122223333:assumed-role/Console'],
  ['a role whose name begins alike', HOME, `${OWN_DECIDER}y`],
  ['a role of that name in another account', HOME, OWN_DECIDER.replace('111122223333', '999988887777')],
  ['a role of that name in another partition', HOME, OWN_DECIDER.replace(':aws:', ':aws-cn:')],
  ['a joined account’s role, which has no part here', HOME, SPOKE_DECIDER],
  ['its own role, which has no part there', SPOKE, OWN_DECIDER],
  ['a user', HOME, 'arn:aws:iam::111122223333:user/greenlight-prod-DeciderRole-x'],
])('a session of %s that has such a name names no one', async (_, place, role) => {
  const triggerDetail = `${role}/steer-U0DANA`
  expect(await steeredIn(place, { triggerType: 'StartPipelineExecution', triggerDetail })).toBeUndefined()
})

const put = (
  bot: ReturnType<typeof pipelines>,
  place: { accountId: string; region: string },
  by: readonly string[] = ['U0DANA', 'U0CHEN'],
) => bot.putApprovalResult({ ...WHERE, ...place }, TOKEN, 'Approved', { summary: 'Approved', by })

test('without a role in its own account, the bot uses its own credentials in every Region', async () => {
  const bot = pipelines()
  await bot.stages(at(HOME))
  await bot.stages(at({ ...HOME, region: 'us-west-2' }))
  await put(bot, HOME)
  expect(asked.map(({ service, region, accessKeyId }) => [service, region, accessKeyId])).toEqual([
    ['codepipeline', 'eu-west-1', 'BOT'],
    ['codepipeline', 'us-west-2', 'BOT'],
    ['codepipeline', 'eu-west-1', 'BOT'],
  ])
})

test('in another account it reads with the reader’s session and decides with the decider’s, in the pipeline’s Region', async () => {
  const bot = pipelines()
  await bot.stages(at(SPOKE))
  expect(await put(bot, SPOKE)).toEqual({ kind: 'recorded' })
  expect(
    asked.map(({ service, region, accessKeyId, sessionToken }) => [service, region, accessKeyId, sessionToken]),
  ).toEqual([
    ['sts', 'eu-west-1', 'BOT', null],
    ['codepipeline', 'us-east-1', 'ASIA1', 't/o+k=1'],
    ['sts', 'eu-west-1', 'BOT', null],
    ['codepipeline', 'us-east-1', 'ASIA2', 't/o+k=2'],
  ])
  expect(sts().map(({ form }) => form)).toEqual(
    [
      { role: 'reader', session: { RoleSessionName: 'greenlight-prod-effect-due' } },
      { role: 'decider', session: { RoleSessionName: 'U0DANA,U0CHEN', SourceIdentity: 'U0DANA,U0CHEN' } },
    ].map(({ role, session }) => ({
      Action: 'AssumeRole',
      Version: '2011-06-15',
      RoleArn: `arn:aws:iam::444455556666:role/greenlight-prod-us-east-1-${role}`,
      ...session,
      ExternalId: 'agreed-upon-external-id',
      DurationSeconds: '3600',
    })),
  )
})

test.each([HOME, SPOKE])(
  'a person steers in a session that says so, apart from that of their verdicts: %j',
  async (place) => {
    const there = clients({ DECIDER_ROLE: 'arn:aws:iam::111122223333:role/greenlight-prod-DeciderRole-x' })
    await put(codePipeline(there), place, ['U0DANA'])
    const execution = { ...at(place), executionId: '0b1c2d3e-4f5a-6b7c-8d9e-0f1a2b3c4d5e' }
    const steering = { act: 'release', execution, stage: null, choice: null, reason: null } as const
    const sender = { by: 'U0DANA', once: 'steering-0123456789ab' }
    expect(await codePipelineSteering(there).steer(steering, sender)).toEqual({ kind: 'taken' })
    expect(sts().map(({ form }) => [form['RoleSessionName'], form['SourceIdentity']])).toEqual([
      ['U0DANA', 'U0DANA'],
      ['steer-U0DANA', 'steer-U0DANA'],
    ])
    expect(asked.filter(({ service }) => service === 'codepipeline').map(({ accessKeyId }) => accessKeyId)).toEqual([
      'ASIA1',
      'ASIA2',
    ])
  },
)

test('a role that is the same in every Region is used in each of them, and sends a verdict once', async () => {
  const bot = pipelines({
    SPOKES: '444455556666/us-east-1,444455556666/us-west-2',
    SPOKE_ROLE: 'arn:aws:iam::{account}:role/greenlight',
  })
  const elsewhere = { ...SPOKE, region: 'us-west-2' }
  await bot.stages(at(SPOKE))
  await bot.stages(at(elsewhere))
  answerPipelines = () => new Response('{"__type":"InternalFailure"}', { status: 500 })
  await expect(put(bot, elsewhere)).rejects.toThrow('UnknownError')
  expect(asked.map(({ service, region }) => [service, region])).toEqual([
    ['sts', 'eu-west-1'],
    ['codepipeline', 'us-east-1'],
    ['codepipeline', 'us-west-2'],
    ['sts', 'eu-west-1'],
    ['codepipeline', 'us-west-2'],
  ])
})

test('fifty at once share one session, and it is renewed before it ends, once', async () => {
  const bot = pipelines()
  const fifty = () => Promise.all(Array.from({ length: 50 }, () => bot.stages(at(SPOKE))))
  await fifty()
  now += HOUR - 6 * 60_000
  await fifty()
  expect(sts()).toHaveLength(1)
  now += 2 * 60_000
  asked = [asked[0]!]
  await fifty()
  expect(sts()).toHaveLength(2)
  expect(new Set(asked.filter(({ service }) => service !== 'sts').map(({ accessKeyId }) => accessKeyId))).toEqual(
    new Set(['ASIA2']),
  )
})

test('a role that refuses the bot is a refusal that names it, and is asked again the next time', async () => {
  const bot = pipelines()
  answerSts = () => refusal('AccessDenied', 403)
  const outcome = await put(bot, SPOKE)
  expect(outcome).toEqual({
    kind: 'refused',
    because: expect.stringMatching(
      /may not assume the role arn:.*:role\/greenlight-prod-us-east-1-decider .*docs\/accounts\.md/,
    ) as string,
  })
  expect(JSON.stringify(outcome)).not.toContain('agreed-upon')
  await expect(bot.stages(at(SPOKE))).rejects.toMatchObject({ name: 'RoleRefused', isUnjoined: false })
  answerSts = () => session(1)
  expect(await put(bot, SPOKE)).toEqual({ kind: 'recorded' })
})

test.each(['ValidationError', 'RegionDisabledException'])('if STS answers %s, the verdict is refused', async (code) => {
  answerSts = () => refusal(code, 400)
  expect(await put(pipelines(), SPOKE)).toMatchObject({ kind: 'refused' })
})

test.each([
  ['Throttling', 400],
  ['InternalFailure', 500],
  ['ExpiredToken', 400],
  ['ExpiredTokenException', 400],
  ['PackedPolicyTooLarge', 400],
])('if STS answers %s, it throws, so that the queue tries again', async (code, status) => {
  answerSts = () => refusal(code, status)
  await expect(put(pipelines(), SPOKE)).rejects.toThrow(code)
})

test('an account or Region that is not registered with this bot is refused before any call', async () => {
  const bot = pipelines()
  for (const place of [
    { accountId: '999988887777', region: 'us-east-1' },
    { ...SPOKE, region: 'eu-west-1' },
    { ...HOME, region: 'eu-north-1' },
  ]) {
    expect(await put(bot, place)).toMatchObject({
      kind: 'refused',
      because: expect.stringContaining(place.accountId) as string,
    })
    await expect(bot.stages(at(place))).rejects.toMatchObject({ name: 'OutOfReach', isUnjoined: true })
  }
  expect(asked).toEqual([])
})

describe('a verdict in the bot’s own account', () => {
  const OWN = 'arn:aws:iam::111122223333:role/greenlight-prod-DeciderRole-x'
  const own = () => pipelines({ DECIDER_ROLE: OWN })
  const names = () => sts().map(({ form }) => [form['RoleSessionName'], form['SourceIdentity']])

  test('is sent in the name of those who decided, in every Region, and reads with its own credentials', async () => {
    const bot = own()
    await bot.stages(at(HOME))
    await put(bot, HOME)
    await put(bot, { ...HOME, region: 'us-west-2' })
    expect(asked.map(({ service, region, accessKeyId }) => [service, region, accessKeyId])).toEqual([
      ['codepipeline', 'eu-west-1', 'BOT'],
      ['sts', 'eu-west-1', 'BOT'],
      ['codepipeline', 'eu-west-1', 'ASIA1'],
      ['codepipeline', 'us-west-2', 'ASIA1'],
    ])
    expect(sts()[0]!.form).toEqual({
      Action: 'AssumeRole',
      Version: '2011-06-15',
      RoleArn: OWN,
      RoleSessionName: 'U0DANA,U0CHEN',
      SourceIdentity: 'U0DANA,U0CHEN',
      DurationSeconds: '3600',
    })
  })

  test('has a session of its own for each group of people, kept for the next try', async () => {
    const bot = own()
    for (const by of [['U0DANA'], ['U0ELI'], ['U0DANA']]) await put(bot, HOME, by)
    expect(names()).toEqual([
      ['U0DANA', 'U0DANA'],
      ['U0ELI', 'U0ELI'],
    ])
    now += HOUR
    await put(bot, HOME, ['U0DANA'])
    expect(names()).toHaveLength(3)
  })

  test('names as many people as STS takes, and how many more there are', async () => {
    const people = Array.from({ length: 9 }, (_, index) => `U0123456789${index}`)
    await put(own(), HOME, people)
    const [name = ''] = names()[0]!
    expect(name).toBe(`${people.slice(0, 4).join(',')}+5`)
    expect(name).toMatch(/^[\w+=,.@-]{2,64}$/)
  })

  test('takes no name that is no Slack user ID', async () => {
    await put(own(), HOME, ['U0DANA', 'dana ross', ''])
    expect(names()).toEqual([['U0DANA', 'U0DANA']])
  })

  test('is not sent if the role refuses the people’s names', async () => {
    answerSts = () => refusal('AccessDenied', 403)
    expect(await put(own(), HOME)).toMatchObject({ kind: 'refused' })
    expect(asked.map(({ service }) => service)).toEqual(['sts'])
  })
})

test('a role of an earlier infra/spoke.yml takes no source identity: the verdict is sent without it, with a warning', async () => {
  answerSts = () => (sts().at(-1)!.form['SourceIdentity'] ? refusal('AccessDenied', 403) : session(sts().length))
  expect(await put(pipelines(), SPOKE)).toEqual({ kind: 'recorded' })
  expect(sts().map(({ form }) => [form['RoleSessionName'], form['SourceIdentity']])).toEqual([
    ['U0DANA,U0CHEN', 'U0DANA,U0CHEN'],
    ['U0DANA,U0CHEN', undefined],
  ])
  expect(warned).toEqual(['A role takes no source identity: deploy infra/spoke.yml of this version in its account'])
})

test.each<[string, Record<string, string>]>([
  ['ACCOUNT_ID', { ACCOUNT_ID: '1111' }],
  ['SPOKES', { SPOKES: '444455556666' }],
  ['SPOKES', { SPOKES: '444455556666/us-east-1, 111122223333/us-west-2' }],
])('a wrong %s is named', (name, environment) => {
  expect(() => allowedAccountsFrom({ ...ENVIRONMENT, ...environment })).toThrow(name)
})

test('the request has the signature that AWS requires, and the input of the SDK’s own client', async () => {
  const role = { arn: READER, externalId: 'agreed-upon-external-id', isJoined: true }
  await assumeRole(connection, role, { sessionName: 'a-test', sourceIdentity: 'U0DANA', now })
  const ours = requests[0]!
  const signed = /SignedHeaders=([^,]+)/.exec(ours.headers.get('authorization')!)![1]!.split(';')
  const { headers } = await new SignatureV4({
    service: 'sts',
    region: HOME.region,
    credentials: connection.credentials!,
    sha256: Sha256,
  }).sign(
    {
      method: 'POST',
      protocol: 'http:',
      hostname: '127.0.0.1',
      path: '/',
      // The requests, as received over HTTP.
      headers: Object.fromEntries(signed.map((name) => [name, ours.headers.get(name) ?? ''])),
      body: ours.body,
    },
    { signingDate: new Date(now) },
  )
  expect(signed).toEqual(expect.arrayContaining(['host', 'x-amz-date', 'content-type']))
  expect(headers.authorization).toBe(ours.headers.get('authorization'))

  const sdk = new STSClient({ ...connection, maxAttempts: 1 })
  const { Credentials } = await sdk.send(
    new AssumeRoleCommand({
      RoleArn: READER,
      RoleSessionName: 'a-test',
      ExternalId: role.externalId,
      SourceIdentity: 'U0DANA',
      DurationSeconds: 3600,
    }),
  )
  expect(Credentials).toMatchObject({ AccessKeyId: 'ASIA2', Expiration: new Date(now + HOUR) })
  expect(sts()[1]!.form).toEqual(sts()[0]!.form)
})
