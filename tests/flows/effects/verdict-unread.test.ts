import type { Approval } from '../../../functions/domain/approval.ts'
import { settled } from '../../../functions/domain/approval.ts'
import { again } from '../../../functions/flows/effects/performed.ts'
import { verdictUnread } from '../../../functions/flows/effects/verdict-unread.ts'
import { readApproval } from '../../../functions/flows/approval/change-approval.ts'
import { botInMemory, slowly } from '../../support/bot-in-memory.ts'
import { MINUTE, START, approval, deciding } from '../../support/records.ts'

const { id } = approval()
const BECAUSE = 'CloudWatch did not answer'
const CHECK = { do: 'check-approval', approval: id } as const
const RETRY = again(5, BECAUSE, [CHECK])
const BY_PEOPLE: Approval = { ...deciding(), state: { name: 'deciding', verdict: 'Approved', since: START } }
const BY_RULE: Approval = { ...BY_PEOPLE, votes: [], approvedBy: { after: MINUTE, alarms: ['errors'] } }

/** So long after the verdict was fixed; `now`: the approval as the table has it by then. */
const unreadAfter = async (ms: number, known: Approval, now = known) => {
  const bot = botInMemory()
  const { services } = bot
  await services.approvals.create(now)
  services.approvals = { ...services.approvals, change: slowly(services.approvals.change) }
  bot.pass(ms)
  const performed = await verdictUnread(services, known, 'Approved', RETRY)
  return { ...bot, performed, read: (await readApproval(services, id))! }
}

test.each<[string, number, Approval, Approval | null]>([
  ['of a rule, for less than a minute', MINUTE - 1, BY_RULE, null],
  ['of a rule whose verdict is on its way', MINUTE, BY_RULE, { ...BY_RULE, sending: { owner: 'x', until: START } }],
  ['of a rule that has changed', MINUTE, BY_RULE, { ...BY_RULE, approvedBy: { after: 0, alarms: [] } }],
  ['of people, for a minute', MINUTE, BY_PEOPLE, null],
  ['of people, for less than ten minutes', 10 * MINUTE - 1, BY_PEOPLE, null],
  ['that is not fixed', 10 * MINUTE, approval(), null],
])('a verdict %s, is tried again, and nothing is said', async (_, ms, known, now) => {
  const { performed, read, logged, counted } = await unreadAfter(ms, known, now ?? known)
  expect(performed).toEqual(RETRY)
  expect(read).toEqual(now ?? known)
  expect([logged, counted]).toEqual([[], []])
})

test('after a minute, what a rule approved waits for people again, and is still compared with its pipeline', async () => {
  const { performed, read, logged } = await unreadAfter(MINUTE, BY_RULE)
  expect(performed).toEqual({
    kind: 'done',
    next: [CHECK, { do: 'show-approval', approval: id }, { do: 'file-entries', approval: id }],
  })
  expect(read).toMatchObject({
    state: { name: 'waiting' },
    soak: { kind: 'stopped', because: BECAUSE, isUnread: true },
  })
  expect(read.journal.unfiled.at(-1)).toMatchObject({
    at: START + MINUTE,
    happened: { what: 'not-sent', verdict: 'Approved', because: BECAUSE },
  })
  expect(logged).toMatchObject([{ level: 'warn', about: { approval: id, because: BECAUSE } }])
})

test('after ten minutes, people are told that the verdict of people is not sent yet', async () => {
  const { performed, read, logged, counted } = await unreadAfter(10 * MINUTE, BY_PEOPLE)
  expect(performed).toEqual({ ...RETRY, next: [CHECK, { do: 'show-approval', approval: id }] })
  expect(read.state).toEqual(BY_PEOPLE.state)
  expect(read.problem).toBe(
    `The verdict is not sent to AWS yet: ${BECAUSE}. Greenlight tries again. The AWS console still works`,
  )
  expect(logged).toMatchObject([{ level: 'error', about: { approval: id, verdict: 'Approved', because: BECAUSE } }])
  expect(counted).toEqual(['EffectFailed'])
})

test('an approval that has ended meanwhile has no problem', async () => {
  const over = settled(BY_PEOPLE, { how: 'expired' }, START)
  const { read } = await unreadAfter(10 * MINUTE, BY_PEOPLE, over)
  expect(read).toEqual(over)
})
