import type { Verdict } from '../../../functions/domain/policy.ts'
import type { SeveralAnswers } from '../../../functions/domain/several.ts'
import { severalStatement } from '../../../functions/domain/several.ts'
import { performDue } from '../../../functions/flows/effects/perform-effect.ts'
import { queuedEffects } from '../../../functions/flows/effects/queued-effects.ts'
import type { AnswerOutcome } from '../../../functions/ports/answers.ts'
import type { Services } from '../../../functions/ports/services.ts'
import type { Approval } from '../../../functions/domain/approval.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { MINUTE, START, actor, approval, vote } from '../../support/records.ts'

const MOST_ATTEMPTS = 11

/** Two engineers must approve, so that one vote decides nothing. */
const bot = async (stored: readonly (Partial<Approval> & { id: string })[], outcomes: AnswerOutcome[] = []) => {
  const memory = botInMemory({
    approvers: [{ name: 'engineers', people: ['U0DANA'], groups: ['S0ENGINEERS'], count: 2 }],
  })
  const { services } = memory
  for (const one of stored) await services.approvals.create(approval(one))
  const tell: typeof services.answers.tell = async (...told) => outcomes.shift() ?? services.answers.tell(...told)
  const queued = queuedEffects({ ...services, answers: { ...services.answers, tell } })
  const given: SeveralAnswers = {
    id: 's1',
    approvals: stored.map(({ id }) => id),
    verdict: 'Approved',
    comment: 'Both are fine',
    who: actor('U0DANA'),
    at: START,
  }
  const answer = async ({
    attempt = 1,
    by = {},
    seal,
    ...changed
  }: Partial<SeveralAnswers> & {
    attempt?: number
    by?: Partial<Services>
    seal?: string
  } = {}) => {
    const answers = { ...given, ...changed }
    const sealed = seal ?? (await services.seals.seal(severalStatement(answers)))
    const due = { effect: { do: 'answer-several' as const, answers, seal: sealed }, attempt }
    await performDue({ ...services, ...by }, due, queued)
  }
  const votesOn = async (id: string) =>
    ((await services.approvals.read(id)) as Approval).votes.map(({ userId }) => userId)
  const said = () => memory.slack.told.map(({ message }) => message.text)
  return { ...memory, services, answer, votesOn, said }
}

const twice = (id: string) => ({ id, votes: [{ ...vote('U0DANA'), at: START - 1 }] })

test('each is judged on its own, and one message tells of each', async () => {
  const { answer, votesOn, said, slack } = await bot([
    { id: 'a1' },
    twice('a2'),
    { id: 'a3', expiresAt: START - 1 },
    { id: 'a4', state: { name: 'deciding', verdict: 'Rejected', since: START } },
  ])
  await answer({ approvals: ['a1', 'a2', 'a3', 'a4', 'a5'], who: { ...actor('U0DANA'), from: 'C0RELEASES' } })
  expect(await votesOn('a1')).toEqual(['U0DANA'])
  expect(await votesOn('a3')).toEqual([])
  expect(said()).toHaveLength(1)
  const lines = said()[0]!.split('\n')
  expect(lines).toEqual([
    'You approved 1 of 5:',
    expect.stringMatching(/Your approval counts\. 1 of 2 approved/),
    expect.stringContaining('You approved this already'),
    expect.stringContaining('Waiting for engineers: '),
    expect.stringContaining('This approval has expired'),
    expect.stringContaining('Just rejected by'),
    expect.stringContaining('no record of this approval'),
  ])
  expect(slack.told[0]).toMatchObject({ userId: 'U0DANA', channel: 'C0RELEASES' })
})

test('a refusal that the queue delivers twice is recorded once, and told again', async () => {
  const { answer, said, services } = await bot([{ id: 'a1', expiresAt: START - 1 }])
  await answer()
  await answer()
  const { journal } = (await services.approvals.read('a1')) as Approval
  expect(journal.unfiled.filter(({ happened }) => happened.what === 'refused')).toHaveLength(1)
  expect(said()).toHaveLength(2)
  expect(said()[1]).toBe(said()[0])
})

test('one that counted and does not any more is told so at the second delivery, and not as unclear', async () => {
  const { answer, said, services } = await bot([{ id: 'a1' }, { id: 'a2' }])
  await answer()
  await services.approvals.change('a1', (known) => [{ ...(known as Approval), votes: [] }, null])
  await answer()
  expect(said()).toHaveLength(2)
  expect(said()[1]).toMatch(/: Your answer is on record, and does not count now\. If the approval still waits/)
  expect(said()[1]).not.toContain('AWS did not answer')
})

test.each<Verdict>(['Approved', 'Rejected'])('%s that the queue delivers twice counts once', async (verdict) => {
  const { answer, votesOn, said, services } = await bot([{ id: 'a1' }, { id: 'a2' }])
  await answer({ verdict })
  const [before] = [await services.approvals.read('a1')]
  await answer({ verdict })
  expect(await services.approvals.read('a1')).toEqual(before)
  expect(await votesOn('a2')).toEqual(['U0DANA'])
  const [first, second] = said()
  expect(second!.replaceAll(/Telling .*/g, '')).toBe(first!.replaceAll(/Telling .*/g, ''))
})

test('one that cannot be read keeps no other from counting, and is tried again', async () => {
  const { answer, votesOn, said, queued, services } = await bot([{ id: 'a1' }, { id: 'a2' }])
  const approvals: Services['approvals'] = {
    ...services.approvals,
    read: async (id) => (id === 'a2' ? Promise.reject(new Error('throttled')) : services.approvals.read(id)),
  }
  await answer({ by: { approvals } })
  expect(await votesOn('a1')).toEqual(['U0DANA'])
  expect(said()).toEqual([])
  expect(queued.map(({ due }) => due)).toContainEqual(
    expect.objectContaining({ effect: expect.objectContaining({ do: 'answer-several' }), attempt: 2 }),
  )

  await answer({ by: { approvals }, attempt: MOST_ATTEMPTS })
  expect(said()[0]).toMatch(
    /^You approved 1 of 2:\n• .*Your approval counts.*\nGreenlight cannot tell whether 1 of your answers counts/,
  )
})

test('answers that no function has sealed, for other approvals or another person, do nothing', async () => {
  const { answer, votesOn, said, counted } = await bot([{ id: 'a1' }, { id: 'a2' }])
  await answer({ seal: 'f'.repeat(64) })
  expect(await votesOn('a1')).toEqual([])
  expect(said()).toEqual([])
  expect(counted).toContain('VerdictNotProven')
})

test('answers of half an hour ago are not judged, and the person is told', async () => {
  const { answer, votesOn, said, pass } = await bot([{ id: 'a1' }, { id: 'a2' }])
  pass(30 * MINUTE)
  await answer()
  expect(await votesOn('a1')).toEqual([])
  expect(said()).toEqual([expect.stringContaining('could not judge your answers within half an hour')])
})

test('a message that Slack does not take is sent again, and nothing is judged again', async () => {
  const { answer, said, queued, votesOn } = await bot([{ id: 'a1' }, { id: 'a2' }], [{ kind: 'busy', afterSeconds: 7 }])
  await answer()
  expect(said()).toEqual([])
  const again = queued.find(({ due }) => due.effect.do === 'tell-person')
  expect(again).toMatchObject({ delaySeconds: 7, due: { attempt: 2 } })
  expect(await votesOn('a1')).toEqual(['U0DANA'])
})
