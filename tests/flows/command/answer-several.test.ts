import type { Verdict } from '../../../functions/domain/policy.ts'
import type { SeveralAnswers } from '../../../functions/domain/several.ts'
import { severalStatement } from '../../../functions/domain/several.ts'
import { performDue } from '../../../functions/flows/effects/perform-effect.ts'
import { queuedEffects } from '../../../functions/flows/effects/queued-effects.ts'
import { answerSeveral } from '../../../functions/flows/command/answer-several.ts'
import type { AnswerOutcome } from '../../../functions/ports/answers.ts'
import type { CommandAnswer } from '../../../functions/ports/cards.ts'
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

describe('what became of an answer', () => {
  const WHO = actor('U0DANA', { from: null })

  /** Answers for Dana directly. `answer`: what she is told. */
  const answering = async (stored: Partial<Approval>[], count = 2) => {
    const memory = botInMemory({ approvers: [{ name: 'engineers', people: ['U0DANA'], groups: [], count }] })
    const { services } = memory
    for (const one of stored) await services.approvals.create(approval(one))
    const told: [CommandAnswer, string][] = []
    const answers: typeof services.answers = {
      ...services.answers,
      messageFor: (...given) => (told.push(given), '{}'),
    }
    const approvals = stored.map(({ id }) => id!)
    const given: SeveralAnswers = { id: 's1', approvals, verdict: 'Approved', comment: '', who: WHO, at: START }
    const answer = async (more: Partial<SeveralAnswers> = {}, { isLast = false } = {}) => {
      const one = { ...given, ...more }
      const seal = await services.seals.seal(severalStatement(one))
      return answerSeveral({ ...services, answers }, one, seal, { isLast })
    }
    return { ...memory, services, answer, told }
  }
  const several = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `a${index}` }))
  const kinds = ([told]: [CommandAnswer, string][]) =>
    told?.[0].kind === 'several' ? told[0].answered.map(({ kind }) => kind) : null

  test('the verdict is sent first, then the person hears, then every message is brought up to date', async () => {
    const { answer, told } = await answering(several(2), 1)
    const { next } = await answer()
    const dos = next.map((effect) => effect.do)
    const after = dos.slice(4)
    expect(dos.slice(0, 4)).toEqual(['settle-approval', 'settle-approval', 'tell-person', 'show-homes'])
    expect(after.length).toBeGreaterThan(0)
    expect(after).not.toContain('settle-approval')
    expect(next[3]).toEqual({ do: 'show-homes', users: ['U0DANA'], opened: null })
    expect(told).toEqual([[expect.objectContaining({ kind: 'several', unclear: 0 }), '']])
  })

  test('in a channel, no Home tab is shown', async () => {
    const { answer } = await answering(several(2))
    const { next } = await answer({ who: { ...WHO, from: 'C0RELEASES' } })
    expect(next.map((effect) => effect.do)).not.toContain('show-homes')
  })

  test.each([
    [10, { length: 10 }, []],
    [11, null, ['VerdictNotProven']],
  ])('%i answers at once', async (count, answered, metrics) => {
    const { answer, told, counted, logged } = await answering(several(count))
    await answer()
    if (answered) expect(kinds(told)).toMatchObject(answered)
    else expect(told).toEqual([])
    expect(counted.filter((metric) => metric !== 'VoteCounted')).toEqual(metrics)
    expect(logged.filter(({ level }) => level === 'error')).toHaveLength(answered ? 0 : 1)
  })

  test('answers of half an hour ago are logged', async () => {
    const { answer, logged, pass, told } = await answering(several(2))
    pass(30 * MINUTE)
    await answer()
    expect(told).toEqual([[{ kind: 'several-late' }, '']])
    expect(logged).toMatchObject([{ level: 'warn', about: { user: 'U0DANA', answers: 's1' } }])
  })

  test('the freezes that were set in Slack are read once for all', async () => {
    const { answer, services } = await answering(several(3))
    let reads = 0
    const { all } = services.freezes
    services.freezes = { ...services.freezes, all: () => (reads++, all()) }
    await answer()
    expect(reads).toBe(1)
  })

  test.each([false, true])('one that cannot be read, at the last try: %s', async (isLast) => {
    const { answer, services, told, counted, logged } = await answering(several(2))
    const { read } = services.approvals
    services.approvals = {
      ...services.approvals,
      read: async (id) => (id === 'a1' ? Promise.reject(new Error('throttled')) : read(id)),
    }
    const performed = await answer({}, { isLast })
    expect(performed).toMatchObject(isLast ? { kind: 'done' } : { kind: 'again', afterSeconds: 2 })
    expect(told.map(([one]) => one)).toMatchObject(isLast ? [{ kind: 'several', unclear: 1 }] : [])
    expect(counted).toEqual(isLast ? ['VoteCounted', 'EffectFailed'] : ['VoteCounted'])
    expect(logged).toContainEqual(
      expect.objectContaining({ level: 'error', about: { approval: 'a1', error: new Error('throttled') } }),
    )
  })

  test('while Slack does not say who the person is, it is checked, also if the queue delivers it twice', async () => {
    const { answer, services, told, pass } = await answering(several(1))
    const { directory } = services
    services.directory = { ...directory, person: () => new Promise(() => {}) }
    const answered = answer()
    await new Promise((resolve) => setImmediate(resolve))
    pass(5_000)
    await answered
    expect(kinds(told)).toEqual(['checked'])
    services.directory = directory
    told.length = 0
    await answer()
    expect(kinds(told)).toEqual(['checked'])
  })

  const deferred = (userId: string, at: number) => ({
    who: actor(userId),
    act: { do: 'vote', verdict: 'Approved', comment: '' } as const,
    at,
  })
  test.each<[string, Partial<Approval>, string]>([
    ['is a vote', { votes: [vote('U0DANA', 'Approved', { at: START })] }, 'counted'],
    ['is not the vote of another person', { votes: [vote('U0ELI', 'Approved', { at: START })] }, 'past'],
    ['waits to be checked', { deferredClicks: [deferred('U0DANA', START)] }, 'checked'],
    ['is not a click of another person', { deferredClicks: [deferred('U0ELI', START)] }, 'past'],
    ['is not a later click of the person', { deferredClicks: [deferred('U0DANA', START + 1)] }, 'past'],
    ['is not a later vote of the person', { votes: [vote('U0DANA', 'Approved', { at: START + 1 })] }, 'refused'],
  ])('one that the queue had, and that %s', async (_, more, kind) => {
    const { answer, told } = await answering([{ id: 'a0', queuedClicks: [`U0DANA ${START}`], ...more }])
    await answer()
    expect(kinds(told)).toEqual([kind])
  })
})
