import { readFileSync } from 'node:fs'
import { APPROVAL_DECIDED, approvalDecidedSchema } from '../../functions/aws/approval-decided.ts'
import { systemClock } from '../../functions/clock.ts'
import { closedConfiguration } from '../../functions/config/configuration.ts'
import type { Approval, Tombstone } from '../../functions/domain/approval.ts'
import { settled } from '../../functions/domain/approval.ts'
import { announceVerdict } from '../../functions/flows/announce-verdict.ts'
import type { Announcements, Records } from '../../functions/flows/ports.ts'
import { MINUTE, POLICY, START, WHERE, acted, actor, approval, deciding } from '../domain/records-for-tests.ts'

test('the schema in docs/events is the one in code: node scripts/event-schema.ts', () => {
  expect(readFileSync('docs/events/approval-decided.schema.json', 'utf8')).toBe(approvalDecidedSchema())
})

test('the example in docs/events.md is one', () => {
  const [, example = ''] = /```json\n(.*?)```/s.exec(readFileSync('docs/events.md', 'utf8')) ?? []
  const { detail } = JSON.parse(example) as { detail: unknown }
  expect(APPROVAL_DECIDED.parse(detail)).toEqual(detail)
})

/** The events that are put when this approval, which has ended, is announced twice. */
const announcedOf = async (ended: Approval) => {
  const events: Parameters<Announcements['put']>[0][] = []
  let record: Approval | Tombstone = ended
  const approvals: Records<Approval | Tombstone, string> = {
    read: () => Promise.resolve(record),
    create: () => Promise.resolve(false),
    change: (_, step) => {
      const [next, result] = step(record)
      record = next
      return Promise.resolve(result)
    },
  }
  const services = {
    approvals,
    announcements: { put: (event: (typeof events)[0]) => Promise.resolve(void events.push(event)) },
    clock: { ...systemClock, now: () => START + MINUTE },
    configuration: closedConfiguration,
    log: { info: () => {}, warn: () => {}, error: () => {}, count: () => {} },
  }
  await announceVerdict(services, ended.id)
  await announceVerdict(services, ended.id)
  return events
}

const FREEZE = { name: 'code freeze', zone: 'UTC', span: { every: 'day', from: 0, to: 1_439 } } as const
const glass = (): Approval => {
  const { standing, ...asked } = approval()
  const frozen = { ...standing!, policy: { ...POLICY, freezes: [FREEZE], breakGlass: ['U0DANA'] } }
  return acted({ ...asked, standing: frozen }, actor('U0DANA'), { do: 'break-glass', reason: 'fire' }, START)
}

const ENDINGS: [string, Approval, object][] = [
  [
    'approved in Slack',
    settled(deciding(), { how: 'slack', verdict: 'Approved' }, START),
    { how: 'slack', verdict: 'Approved', environment: 'Production', glassBroken: null },
  ],
  ['expired', settled(approval(), { how: 'expired' }, START), { how: 'expired', verdict: null, votes: [] }],
  [
    'decided in the console, after the glass was broken',
    settled(glass(), { how: 'console', verdict: 'Rejected', by: null, summary: null }, START),
    { verdict: 'Rejected', glassBroken: { user: 'U0DANA', name: 'dana', reason: 'fire', freeze: 'code freeze' } },
  ],
]

test.each(ENDINGS)(
  'what is announced of an approval that was %s fits the schema, and is said once',
  async (_, ended, what) => {
    const events = await announcedOf(ended)
    expect(events).toHaveLength(1)
    expect(APPROVAL_DECIDED.parse(events[0]!.detail)).toMatchObject(what)
    expect(events[0]!.detail).toMatchObject({ record: { entries: ended.journal.count, hash: ended.journal.head } })
    expect(JSON.stringify(events)).not.toContain(ended.token)
  },
)

test.each([
  ['eu-west-1', 'aws'],
  ['cn-north-1', 'aws-cn'],
  ['us-gov-west-1', 'aws-us-gov'],
])('a pipeline in %s is named in its partition, %s', async (region, partition) => {
  const ended = settled(approval({ where: { ...WHERE, region } }), { how: 'expired' }, START)
  const [event] = await announcedOf(ended)
  expect(event!.resources).toEqual([`arn:${partition}:codepipeline:${region}:111122223333:shop-web`])
})
