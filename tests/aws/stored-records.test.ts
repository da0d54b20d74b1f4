import { readFileSync } from 'node:fs'
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { readRecord } from '../../functions/record/record-reader.ts'
import { documentClient } from '../../functions/aws/document-client.ts'
import { openTable } from '../../functions/aws/table.ts'
import type { StoredApproval } from '../../functions/aws/stored-approval.ts'
import type { Approval } from '../../functions/domain/approval.ts'
import type { Effect } from '../../functions/domain/effect.ts'
import { actOnApproval } from '../../functions/flows/approval/act-on-approval.ts'
import { readApproval } from '../../functions/flows/approval/change-approval.ts'
import { performDue, performNow } from '../../functions/flows/effects/perform-effect.ts'
import { sweep } from '../../functions/flows/effects/sweep.ts'
import { followPipeline } from '../../functions/flows/execution/follow-pipeline.ts'
import type { Services } from '../../functions/ports/services.ts'
import { parseDue } from '../../functions/aws/queued-effect.ts'
import { parsePipelineEvent } from '../../functions/aws/pipeline-event.ts'
import { approvalMessage } from '../../functions/slack/approval-message.ts'
import { openAws } from '../support/aws-endpoint.ts'
import { asText } from '../support/as-text.ts'
import { botInMemory } from '../support/bot-in-memory.ts'
import { cardOf } from '../support/cards.ts'
import {
  CARDS,
  CHANGE,
  DAY,
  KEY,
  MINUTE,
  ROUNDING,
  SECOND,
  START,
  WHERE,
  actor,
  approval,
  execution,
} from '../support/records.ts'
import { notShownYet } from '../../functions/domain/showing.ts'

type Item = { pk: string; sk: string; data: { kind: string } }

/** Items as an earlier version of the functions wrote them; tests/fixtures/README.md describes them. */
const ITEMS = JSON.parse(
  readFileSync(new URL('../fixtures/stored-records.json', import.meta.url), 'utf8'),
  (_, value: unknown) =>
    typeof value === 'object' && value !== null && 'base64' in value
      ? new Uint8Array(Buffer.from(String(value.base64), 'base64'))
      : value,
) as Item[]
const RECORDS = ITEMS.filter(({ sk }) => sk === 'RECORD')

/** The approvals among them, by the first digit of their id. */
const [WAITING, SENDING, DEPLOYING, FAILED, LARGE, ESCALATED] = ['1', '2', '3', '4', '5', '6'].map((digit) =>
  digit.repeat(32),
) as [string, string, string, string, string, string]

let aws: Awaited<ReturnType<typeof openAws>>
beforeEach(async () => {
  aws = await openAws()
  for (const Item of ITEMS) await documentClient(aws.client).send(new PutCommand({ TableName: 'greenlight', Item }))
})
afterEach(() => aws.close())

/** Today's functions with that table, some time after START; CodePipeline still waits for every approval. */
const botAfter = (ms: number) => {
  const bot = botInMemory({
    approvers: [
      { name: 'release managers', people: ['U0DANA', 'U0ELI'], groups: [], count: 1 },
      { name: 'engineers', people: [], groups: ['S0ENGINEERS'], count: 1 },
    ],
    forbid: ['author'],
    freezes: [{ name: 'stocktaking', zone: 'Europe/London', span: { every: 'day', from: 0, to: 1_439 } }],
  })
  bot.pass(ms)
  const sent: { token: string; verdict: string }[] = []
  const queued: Effect[] = []
  const services: Services = {
    ...bot.services,
    ...openTable(aws.client, 'greenlight'),
    queue: { send: async ({ effect }) => void queued.push(effect) },
    pipelines: {
      ...bot.services.pipelines,
      stages: async () => [{ stage: WHERE.stage, executionId: null, status: null, inbound: [], actions: [] }],
      actionRuns: async () => [],
      runs: async () => ({ runs: [], isWhole: true }),
      executions: async () => [],
      execution: async () => null,
      putApprovalResult: async (_, token, verdict) => {
        sent.push({ token, verdict })
        return { kind: 'recorded' }
      },
    },
  }
  const perform = (effects: Parameters<typeof performNow>[1]) => performNow(services, effects, MINUTE)
  return {
    ...bot,
    services,
    sent,
    queued,
    perform,
    read: async (id: string): Promise<Approval> => (await readApproval(services, id))!,
    /** What verification finds in the approval's audit record, once all of it is filed. */
    flaws: async (id: string) => {
      await perform([{ do: 'file-entries', approval: id }])
      return (await readRecord(documentClient(aws.client), 'greenlight', id, START)).flaws
    },
  }
}

/** Matches a value with all these parts, however deep; it may have others. */
const withParts = (parts: unknown): unknown =>
  Array.isArray(parts)
    ? parts.map(withParts)
    : parts && typeof parts === 'object'
      ? (expect.objectContaining(
          Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, withParts(part)])),
        ) as unknown)
      : parts

test('each record is written back under the names it was stored with, so that an older function can read it', async () => {
  const { services } = botAfter(0)
  for (const { pk, sk, data } of RECORDS) {
    const [kind, ...rest] = pk.split('#') as [string, ...string[]]
    if (kind === 'APPROVAL') await services.approvals.change(rest[0]!, (record) => [{ ...record }, null])
    else await services.executions.change({ ...KEY, executionId: rest[3]! }, (record) => [{ ...record }, null])
    const { Item } = await documentClient(aws.client).send(
      new GetCommand({ TableName: 'greenlight', Key: { pk, sk }, ConsistentRead: true }),
    )
    // Fields that an approval did not have when it was stored: its kind of gate, and the other approvals of its stage.
    const added = { gate: 'manual-approval', otherApprovals: [] }
    const gate = kind === 'APPROVAL' && data.kind === 'approval' ? added : {}
    // Fields that are new since then may stand beside the old.
    const change = 'change' in data ? { change: withParts(data.change) } : {}
    const revised = 'revision' in data ? { revision: withParts(data.revision) } : {}
    expect((Item as Item).data).toEqual({ ...data, ...gate, ...overrideWithWindows(data), ...change, ...revised })
  }
})

test('fields that are newer than the records above are stored and read as they are', async () => {
  const { services } = botAfter(0)
  const at = { channel: 'C0LEADS', ts: '1.2', link: null }
  const newer: Approval = {
    ...approval({ id: '9'.repeat(32), otherApprovals: ['Sign off'] }),
    mayAskMore: true,
    checkRetry: { attempt: 2, until: START + MINUTE },
    notices: { 'escalation-1': { name: 'said', at: START, place: at } },
    showing: { ...notShownYet(START), left: at },
    change: { ...CHANGE, into: ['Gate'], liveIn: ['Gate', 'Production'], seen: ['Gate: Approve (Sign off)'] },
  }
  await services.approvals.create(newer)
  expect(await services.approvals.read(newer.id)).toEqual(newer)
  const of = execution([], { revisions: [ROUNDING, CARDS] })
  await services.executions.change(of.key, () => [of, null], { fresh: () => of })
  expect(await services.executions.read(of.key)).toEqual(of)
})

test('records without them have what was true then', async () => {
  const { read, services } = botAfter(0)
  const { otherApprovals, checkRetry, mayAskMore, showing, change } = await read(WAITING)
  expect({ otherApprovals, checkRetry, mayAskMore, left: showing.left, liveIn: change.liveIn }).toEqual({
    ...{ otherApprovals: [], checkRetry: undefined, mayAskMore: undefined, left: undefined, liveIn: [] },
  })
  const stored = RECORDS.flatMap(({ pk, data }) => ('revision' in data && data.revision ? pk.split('#')[4]! : []))
  const { revisions } = (await services.executions.read({ ...KEY, executionId: stored[0]! }))!
  expect(revisions.map(({ title }) => title)).toEqual(['Fix rounding in basket totals'])
})

/** An override that was stored before overrides had windows lifts those that were open when it was made. */
const overrideWithWindows = (data: Item['data']) => {
  const { glass, standing } = data as Partial<StoredApproval>
  if (!glass || !standing || 'packed' in standing) return {}
  expect(standing.policy.freezes).toHaveLength(1)
  return { glass: { ...glass, windows: standing.policy.freezes } }
}

test('a waiting approval shows its deferred click and its override', async () => {
  const { read } = botAfter(0)
  const shown = asText(approvalMessage(cardOf(await read(WAITING))))
  for (const words of ['@U0DANA', '@U0CHEN', '@U0ELI', 'the shop is down']) expect(shown).toContain(words)
})

test('what was clicked before votes were signed does not count: both people click again, and decide', async () => {
  const { read, flaws, services } = botAfter(30 * MINUTE)
  expect((await read(WAITING)).votes).toEqual([])
  await sweep(services, [])
  await performDue(services, parseDue(JSON.stringify({ effect: { do: 'weigh-noted', approval: WAITING }, attempt: 1 })))
  expect(await read(WAITING)).toMatchObject({ state: { name: 'waiting' }, votes: [], deferredClicks: [] })
  const act = { do: 'vote', verdict: 'Approved', comment: '' } as const
  for (const who of ['U0CHEN', 'U0DANA']) await actOnApproval(services, { approvalId: WAITING, who: actor(who), act })
  const after = await read(WAITING)
  expect(after.state).toMatchObject({ name: 'deciding', verdict: 'Approved' })
  expect(after.votes.map(({ userId }) => userId)).toEqual(['U0CHEN', 'U0DANA'])
  expect(await flaws(WAITING)).toEqual([])
})

test('the sweep finds every record with work left', async () => {
  const { services, queued } = botAfter(DAY)
  await sweep(services, [])
  for (const approval of [WAITING, ESCALATED]) expect(queued).toContainEqual({ do: 'check-approval', approval })
  expect(queued).toContainEqual({ do: 'settle-approval', approval: SENDING })
  expect(queued).toContainEqual({ do: 'announce-verdict', approval: FAILED })
})

test('an escalated approval is judged by the policy of today: a freeze forbids approval and allows rejection', async () => {
  const { services, read, flaws } = botAfter(5 * MINUTE)
  const YES = { do: 'vote', verdict: 'Approved', comment: '' } as const
  const refused = await actOnApproval(services, { approvalId: ESCALATED, who: actor('U0DANA'), act: YES })
  expect(refused).toMatchObject({ kind: 'refused', refusal: { because: 'frozen', frozen: { name: 'stocktaking' } } })
  const NO = { do: 'vote', verdict: 'Rejected', comment: 'not today' } as const
  await actOnApproval(services, { approvalId: ESCALATED, who: actor('U0CHEN'), act: NO })
  expect((await read(ESCALATED)).state).toMatchObject({ name: 'deciding', verdict: 'Rejected' })
  expect(await flaws(ESCALATED)).toEqual([])
})

test('a verdict whose votes are not signed is not sent, and people are told', async () => {
  const { read, perform, sent, flaws, counted } = botAfter(2 * MINUTE)
  await perform([{ do: 'settle-approval', approval: SENDING }])
  expect(sent).toEqual([])
  expect(counted).toContain('VerdictNotProven')
  expect((await read(SENDING)).problem).toContain('Decide it in the AWS console')
  expect(await flaws(SENDING)).toEqual([])
})

test('the end of a deployment is recognized by an event of its execution', async () => {
  const { services, perform, read } = botAfter(10 * MINUTE)
  const { executionId } = await read(DEPLOYING)
  const event = parsePipelineEvent({
    account: KEY.accountId,
    region: KEY.region,
    time: new Date(START + 9 * MINUTE).toISOString(),
    'detail-type': 'CodePipeline Pipeline Execution State Change',
    detail: { pipeline: KEY.pipeline, 'execution-id': executionId, state: 'SUCCEEDED' },
  })
  await perform(await followPipeline(services, event!))
  expect((await read(DEPLOYING)).deployment).toMatchObject({ name: 'live', at: START + 9 * MINUTE })
})

test('before a message that was perhaps posted is posted again, Greenlight looks for it; it names a thousand approvers', async () => {
  const { slack, perform, read, services } = botAfter(MINUTE)
  const before = await read(LARGE)
  expect(slack.post('C0RELEASES', cardOf(before))).toMatchObject({ kind: 'posted' })
  const { place } = slack.messages[0]!
  await perform([{ do: 'show-approval', approval: LARGE }])
  expect(slack.messages.filter(({ subject }) => subject === `approval/${LARGE}`)).toHaveLength(1)
  expect((await read(LARGE)).showing).toMatchObject({ place, lease: null })
  expect(await services.attention.openApprovals(WHERE)).toContain(LARGE)
})

test('before a reminder that was perhaps sent is sent again, Greenlight looks for it, once the lease of its sender has expired', async () => {
  const early = botAfter(3 * MINUTE + 10 * SECOND)
  await early.perform([{ do: 'send-notices', approval: ESCALATED }])
  expect(early.slack.messages).toEqual([])
  const { slack, perform, read } = botAfter(5 * MINUTE)
  await perform([{ do: 'send-notices', approval: ESCALATED }])
  expect(slack.messages).toHaveLength(1)
  expect((await read(ESCALATED)).notices['reminder-1']).toMatchObject({ name: 'said' })
})
