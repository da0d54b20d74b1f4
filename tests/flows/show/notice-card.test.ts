import type { Approval } from '../../../functions/domain/approval.ts'
import { settled } from '../../../functions/domain/approval.ts'
import type { NoticeKind } from '../../../functions/domain/notice.ts'
import { isMutable, noticeCard } from '../../../functions/flows/show/notice-card.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import {
  DAY,
  MINUTE,
  POLICY,
  START,
  acted,
  actor,
  approval,
  deciding,
  under,
  vote,
  voted,
} from '../../support/records.ts'

const NOTICES: Record<NoticeKind, boolean> = {
  turn: true,
  reminder: true,
  overtaken: true,
  outcome: true,
  direct: false,
  'last-call': false,
  'glass-broken': false,
  escalation: false,
  'past-policy': false,
  deployment: false,
  review: false,
  'review-overdue': false,
  'override-confirmed': false,
}

test.each(Object.entries(NOTICES))('whether a %s mentions no one who has muted it: %s', (kind, mutable) => {
  expect(isMutable(kind as NoticeKind)).toBe(mutable)
})

const mentioned = (of: Approval, kind: NoticeKind, key: string = kind) =>
  noticeCard(botInMemory().services, of, { kind, key, dueAt: START, channel: null }, {}).mention

const DANA_VOTED = voted(approval(), POLICY, vote('U0DANA'))

test('a reminder and a last call mention those who have not approved yet', () => {
  expect(mentioned(approval(), 'reminder')).toEqual(['U0DANA', 'U0ELI', 'U0ANA', 'U0CHEN'])
  for (const kind of ['reminder', 'last-call'] as const)
    expect(mentioned(DANA_VOTED, kind)).toEqual(['U0ANA', 'U0CHEN'])
})

test('a last call for an approval that waits for its time mentions those who chose it', () => {
  const later = under(approval(), { ...POLICY, later: { within: DAY } })
  const chosen = ['U0DANA', 'U0CHEN'].reduce(
    (so, userId) =>
      acted(
        so,
        actor(userId),
        { do: 'vote', verdict: 'Approved', comment: '', notBefore: START + 60 * MINUTE },
        START + MINUTE,
      ),
    later,
  )
  expect(mentioned(chosen, 'last-call')).toEqual(['U0DANA', 'U0CHEN'])
})

test('a direct message mentions its person', () => {
  expect(mentioned(approval(), 'direct', 'direct-U0ELI')).toEqual(['U0ELI'])
})

test('that a newer change has overtaken it is told to those who have approved, while it waits', () => {
  expect(mentioned(DANA_VOTED, 'overtaken')).toEqual(['U0DANA'])
  expect(mentioned(deciding(), 'overtaken')).toEqual([])
})

test('the outcome is told to those who started the execution, and nothing is asked of anyone', () => {
  const over = settled(deciding(), { how: 'slack', verdict: 'Approved' }, START)
  expect(mentioned(over, 'outcome')).toEqual(['U0ANA'])
  expect(mentioned(over, 'reminder')).toEqual([])
  expect(mentioned(over, 'deployment')).toEqual([])
})
