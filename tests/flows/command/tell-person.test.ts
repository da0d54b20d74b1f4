import { afterAnswer, tellPerson } from '../../../functions/flows/command/tell-person.ts'
import type { AnswerOutcome } from '../../../functions/ports/answers.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'

const UNCLEAR: AnswerOutcome = { kind: 'unclear', because: 'HTTP 503' }
const refused = (isFinal: boolean): AnswerOutcome => ({ kind: 'refused', because: 'HTTP 404', isFinal })

test.each<[AnswerOutcome, boolean, object, number]>([
  [{ kind: 'posted' }, false, { kind: 'done' }, 0],
  [{ kind: 'posted' }, true, { kind: 'done' }, 0],
  [{ kind: 'busy', afterSeconds: 30 }, false, { kind: 'again', afterSeconds: 30 }, 0],
  [{ kind: 'busy', afterSeconds: 30 }, true, { kind: 'done' }, 1],
  [UNCLEAR, false, { kind: 'again', afterSeconds: 2, because: 'HTTP 503' }, 0],
  [UNCLEAR, true, { kind: 'done' }, 1],
  [refused(false), false, { kind: 'again', afterSeconds: 2, because: 'HTTP 404' }, 0],
  [refused(true), false, { kind: 'done' }, 1],
])('after %j, at the last try %s, the answer is %j', (outcome, isLast, performed, times) => {
  let lost = 0
  expect(afterAnswer(outcome, { isLast }, () => lost++)).toMatchObject(performed)
  expect(lost).toBe(times)
})

test('a private message that Slack never takes is logged and counted', async () => {
  const { services, logged, counted } = botInMemory()
  const outcome = refused(true)
  const answers = { ...services.answers, tell: async () => outcome }
  await tellPerson({ ...services, answers }, { userId: 'U0DANA', channel: null, message: '{}' }, { isLast: false })
  expect(counted).toEqual(['DirectMessageRefused'])
  expect(logged).toMatchObject([{ level: 'warn', about: { user: 'U0DANA', ...outcome } }])
})
