import { readFileSync } from 'node:fs'
import { APPROVAL_DECIDED, approvalDecidedSchema } from '../../schemas/approval-decided-schema.ts'
import { systemClock } from '../../functions/clock.ts'
import { closedConfiguration } from '../../functions/config/configuration.ts'
import type { Approval, Tombstone } from '../../functions/domain/approval.ts'
import { withResolvedPolicy, settled } from '../../functions/domain/approval.ts'
import { announceVerdict } from '../../functions/flows/effects/announce-verdict.ts'
import type { Announcements } from '../../functions/ports/announcements.ts'
import type { Records } from '../../functions/ports/records.ts'
import {
  MINUTE,
  POLICY,
  START,
  WHERE,
  acted,
  actor,
  approval,
  deciding,
  policy,
  rule,
  under,
  vote,
  voted,
} from '../support/records.ts'

test('schemas/approval-decided.schema.json is what npm run schemas writes', () => {
  expect(readFileSync('schemas/approval-decided.schema.json', 'utf8')).toBe(approvalDecidedSchema())
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
const override = (): Approval => {
  const { resolvedPolicy, ...asked } = approval()
  const frozen = { ...resolvedPolicy!, policy: { ...POLICY, freezes: [FREEZE], breakGlass: ['U0DANA'] } }
  return acted({ ...asked, resolvedPolicy: frozen }, actor('U0DANA'), { do: 'break-glass', reason: 'fire' }, START)
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
    settled(override(), { how: 'console', verdict: 'Rejected', by: null, summary: null }, START),
    { verdict: 'Rejected', glassBroken: { user: 'U0DANA', name: 'dana', reason: 'fire', freeze: 'code freeze' } },
  ],
]

test.each(ENDINGS)('the event of an approval that was %s fits the schema, and is put once', async (_, ended, what) => {
  const events = await announcedOf(ended)
  expect(events).toHaveLength(1)
  expect(APPROVAL_DECIDED.parse(events[0]!.detail)).toMatchObject(what)
  expect(events[0]!.detail).toMatchObject({ record: { entries: ended.journal.count, hash: ended.journal.head } })
  expect(JSON.stringify(events)).not.toContain(ended.token)
})

/** Dana alone could approve; later the policy required two others, and not Dana. */
const withoutDana = (): Approval => {
  const early = voted(approval(), POLICY, vote('U0DANA'))
  return voted(early, policy([rule('engineers', ['U0ANA', 'U0CHEN'], 2)]), vote('U0ANA'), vote('U0CHEN'))
}

/** Eli rejected after the verdict was fixed. */
const rejectedInVain = (): Approval => {
  const early = { ...approval(), votes: [vote('U0ELI', 'Rejected')] }
  return voted(early, policy([rule('engineers', ['U0CHEN'])]), vote('U0CHEN'))
}

const inSlack = (of: Approval, verdict: 'Approved' | 'Rejected' = 'Approved') =>
  settled(of, { how: 'slack', verdict }, START)

const COUNTED: [string, Approval, Record<string, boolean>][] = [
  ['by all who voted', inSlack(deciding()), { U0DANA: true, U0CHEN: true }],
  ['without one who may not any more', inSlack(withoutDana()), { U0DANA: false, U0ANA: true, U0CHEN: true }],
  ['past the rejection of one who may not any more', inSlack(rejectedInVain()), { U0ELI: false, U0CHEN: true }],
  [
    'against an approval',
    inSlack(voted(approval(), POLICY, vote('U0DANA'), vote('U0CHEN', 'Rejected')), 'Rejected'),
    { U0DANA: false, U0CHEN: true },
  ],
  [
    'in the console, where no vote did it',
    settled(
      voted(approval(), POLICY, vote('U0DANA')),
      { how: 'console', verdict: 'Approved', by: null, summary: null },
      START,
    ),
    { U0DANA: false },
  ],
]

test.each(COUNTED)('an event says of each vote whether it made the verdict: %s', async (_, ended, counted) => {
  const [event] = await announcedOf(ended)
  const { votes } = APPROVAL_DECIDED.parse(event!.detail)
  expect(Object.fromEntries(votes.map((one) => [one.user, one.counted]))).toEqual(counted)
})

test('an event says for whom a stand-in voted, and that the others voted for themselves', async () => {
  const absence = { absence: 'away-1', name: 'Dana' }
  const standIn = { ...absence, userId: 'U0HALA', for: 'U0DANA', from: START - MINUTE, until: START + MINUTE }
  const standsInFor = [{ ...absence, userId: 'U0DANA' }]
  const of = voted(
    approval(),
    { ...POLICY, standIns: [standIn] },
    vote('U0HALA', 'Approved', { at: START, standsInFor }),
    vote('U0CHEN'),
  )
  const [event] = await announcedOf(inSlack(of))
  const { votes } = APPROVAL_DECIDED.parse(event!.detail)
  expect(votes.map(({ user, standsInFor: absent, counted }) => [user, absent, counted])).toEqual([
    ['U0HALA', { user: 'U0DANA', name: 'Dana' }, true],
    ['U0CHEN', null, true],
  ])
})

test('a policy that is read after the verdict does not change who gave it', async () => {
  const decided = deciding()
  const readAgain = withResolvedPolicy(
    decided,
    under(decided, policy([rule('others', ['U0GUS'])])).resolvedPolicy,
    START + MINUTE,
  )
  const [event] = await announcedOf(inSlack(readAgain))
  const { votes } = APPROVAL_DECIDED.parse(event!.detail)
  expect(votes.map(({ counted }) => counted)).toEqual([true, true])
})

test.each([
  ['eu-west-1', 'aws'],
  ['cn-north-1', 'aws-cn'],
  ['us-gov-west-1', 'aws-us-gov'],
])('a pipeline in %s is named in its partition, %s', async (region, partition) => {
  const ended = settled(approval({ where: { ...WHERE, region } }), { how: 'expired' }, START)
  const [event] = await announcedOf(ended)
  expect(event!.resources).toEqual([`arn:${partition}:codepipeline:${region}:111122223333:shop-web`])
})
