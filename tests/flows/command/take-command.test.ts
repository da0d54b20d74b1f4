import { configurationFrom } from '../../../functions/config/configuration.ts'
import { CONFIGURATION } from '../../../functions/config/schema.ts'
import type { TypedCommand } from '../../../functions/domain/command.ts'
import { ANSWERABLE_FOR, commandStatement } from '../../../functions/domain/command.ts'
import type { Due } from '../../../functions/domain/effect.ts'
import { takeCommand } from '../../../functions/flows/command/take-command.ts'
import { performDue } from '../../../functions/flows/effects/perform-effect.ts'
import { queuedEffects } from '../../../functions/flows/effects/queued-effects.ts'
import type { AnswerOutcome, CommandAnswers } from '../../../functions/ports/answers.ts'
import type { Services } from '../../../functions/ports/services.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { actor, execution } from '../../support/records.ts'

const MOST_ATTEMPTS = 11

const configuration = configurationFrom(
  CONFIGURATION.parse({
    defaults: { approvals: 'C0RELEASES', may: { freeze: { people: ['U0DANA'] } } },
    routes: [{ match: {}, approvers: [{ name: 'engineers', people: ['U0ANA'] }] }],
  }),
)

/** A bot whose Slack answers as given, one after the other; after that it takes every message. */
const bot = (answers: AnswerOutcome[] = []) => {
  const memory = botInMemory()
  const services = { ...memory.services, configuration }
  const sent: string[] = []
  const send: CommandAnswers['send'] = async (responseUrl, message) => {
    sent.push(message)
    return answers.shift() ?? services.answers.send(responseUrl, message)
  }
  const queued = queuedEffects({ ...services, answers: { ...services.answers, send } })
  const take = async (text: string, attempt = 1, by: Partial<Services> = {}) => {
    const command: TypedCommand = {
      id: 'c1',
      text,
      who: actor('U0DANA'),
      at: services.clock.now(),
      responseUrl: 'https://hooks.slack.com/commands/1',
    }
    const seal = await services.seals.seal(commandStatement(command))
    await perform({ effect: { do: 'take-command', command, seal }, attempt }, by)
  }
  const perform = (due: Due, by: Partial<Services> = {}) => performDue({ ...services, ...by }, due, queued)
  const said = () => memory.slack.answers.map(({ message }) => message.text)
  const deferred = () => memory.queued.map(({ due }) => due)
  return { ...memory, services, sent, take, perform, said, deferred }
}

const noSigner: Partial<Services> = {
  signatures: {
    sign: () => Promise.reject(new Error('KMS did not answer')),
    verify: () => Promise.resolve(false),
  },
}
const FREEZE = 'freeze shop-* for 2h because incident'

describe('a command that fails', () => {
  test('is tried again, and its person hears nothing of that', async () => {
    const { take, said, deferred, counted } = bot()
    await take(FREEZE, MOST_ATTEMPTS - 1, noSigner)
    expect(deferred()).toMatchObject([{ effect: { do: 'take-command' }, attempt: MOST_ATTEMPTS }])
    expect(said()).toEqual([])
    expect(counted).not.toContain('EffectFailed')
  })

  test('at the last try, is over: its person is told once, what they typed is given back, and an alarm rings', async () => {
    const { take, said, deferred, counted, services } = bot()
    await take(FREEZE, MOST_ATTEMPTS, noSigner)
    expect(said()).toEqual([
      `Greenlight could not finish this, because AWS or Slack did not answer. /greenlight freezes shows whether it was done. You typed: /greenlight ${FREEZE}`,
    ])
    expect(deferred()).toEqual([])
    expect(counted).toContain('EffectFailed')
    expect(await services.freezes.all()).toEqual([])
  })

  test('is logged without the address at which Slack takes answers', async () => {
    const { take, logged } = bot()
    await take(FREEZE, MOST_ATTEMPTS, noSigner)
    const failed = logged.filter(({ message }) => message === 'A command failed for good, and its person is told')
    expect(failed).toMatchObject([{ level: 'error', about: { user: 'U0DANA', command: 'c1' } }])
    expect(JSON.stringify(logged)).not.toContain('hooks.slack.com')
  })

  test('also if it is not known whether it was sealed', async () => {
    const { take, said } = bot()
    const holds = () => Promise.reject(new Error('The signing secret cannot be read'))
    await take(FREEZE, MOST_ATTEMPTS, { seals: { seal: () => Promise.resolve(''), holds } })
    expect(said()).toHaveLength(1)
  })
})

describe('a command that comes again while Slack does not say who its person is', () => {
  const silent = ({ services }: ReturnType<typeof bot>, isFinal = false): Partial<Services> => ({
    directory: {
      ...services.directory,
      person: async () => ({ kind: 'unread', because: 'Slack does not answer', ...(isFinal && { isFinal }) }),
    },
  })

  test.each([FREEZE, 'hold shop-web Production because x', 'away for 1h <@U0ELI>'])(
    '%s: its person is not told that nothing was changed, and it is tried again',
    async (text) => {
      const one = bot()
      await one.take(text)
      const before = one.said()
      await one.take(text, 1, silent(one))
      expect(one.said()).toEqual(before)
      expect(one.deferred().at(-1)).toMatchObject({ effect: { do: 'take-command' }, attempt: 2 })
    },
  )

  test('what only reads is answered at once', async () => {
    const one = bot()
    await one.take('pending', 1, silent(one))
    expect(one.said()).toEqual([expect.stringContaining('Greenlight cannot tell who you are: Slack does not answer.')])
  })

  test('if Slack would never say it, nothing was changed before either', async () => {
    const one = bot()
    await one.take(FREEZE, 1, silent(one, true))
    expect(one.said()).toEqual([expect.stringContaining('Nothing was changed.')])
  })
})

test('a stand-in is not said to be unknown while Slack does not answer', async () => {
  const one = bot()
  const { directory } = one.services
  const person = async (userId: string) =>
    userId === 'U0ELI' ? ({ kind: 'unread', because: 'Slack does not answer' } as const) : directory.person(userId)
  const allowing = { configuration: { ...configuration, allowsStandIns: true }, directory: { ...directory, person } }
  await one.take('away for 1h <@U0ELI>', 1, allowing)
  expect(one.said()).toEqual([])
  expect(one.deferred()).toMatchObject([{ effect: { do: 'take-command' }, attempt: 2 }])
})

describe('an answer that Slack does not take', () => {
  test.each<[string, AnswerOutcome, number]>([
    ['because it asks to wait', { kind: 'busy', afterSeconds: 30 }, 30],
    ['for a fault of its own', { kind: 'unclear', because: 'HTTP 503' }, 2],
  ])('%s is sent again, as it was: the command is not done again', async (_, outcome, delay) => {
    const { take, perform, sent, said, queued, deferred, services } = bot([outcome])
    await take(FREEZE)
    const [retry] = deferred().filter(({ effect }) => effect.do === 'answer-command')
    expect(queued.find(({ due }) => due === retry)!.delaySeconds).toBe(delay)
    const failing = { ...services.freezes, create: () => Promise.reject(new Error('done again')) }
    await perform(retry!, { ...noSigner, freezes: failing })
    expect(sent).toHaveLength(2)
    expect(new Set(sent).size).toBe(1)
    expect(said()).toHaveLength(1)
    expect(await services.freezes.all()).toHaveLength(1)
  })

  test.each<[string, AnswerOutcome, number]>([
    ['and will never take', { kind: 'refused', because: 'HTTP 404', isFinal: true }, 1],
    ['at the last try', { kind: 'unclear', because: 'HTTP 503' }, MOST_ATTEMPTS],
  ])('%s is logged without the address, and over', async (_, outcome, attempt) => {
    const { perform, deferred, logged } = bot([outcome])
    const responseUrl = 'https://hooks.slack.com/commands/1'
    await perform({ effect: { do: 'answer-command', userId: 'U0DANA', responseUrl, message: '{}' }, attempt })
    expect(deferred()).toEqual([])
    expect(logged).toEqual([
      {
        level: 'warn',
        message: 'Slack did not take the answer to a command',
        about: { user: 'U0DANA', ...outcome },
      },
    ])
  })
})

describe('what follows from a command', () => {
  const taken = async (
    text: string,
    { userId = 'U0DANA', isButton = false, late = 0, seal = null as string | null } = {},
  ) => {
    const { services, pass, ...memory } = bot()
    await services.executions.create({ ...execution(), stageOrder: ['Source', 'Production'] })
    const responseUrl = isButton ? null : 'https://hooks.slack.com/commands/1'
    const typed: TypedCommand = { id: 'c1', text, who: actor(userId), at: services.clock.now(), responseUrl }
    pass(late)
    const own = await services.seals.seal(commandStatement(typed))
    const allowing = { ...services, configuration: { ...configuration, allowsStandIns: true } }
    return { ...memory, ...(await takeCommand(allowing, typed, seal ?? own, { isLast: false })) }
  }
  const ANSWER = { do: 'answer-command', userId: 'U0DANA', responseUrl: 'https://hooks.slack.com/commands/1' }

  test.each([
    ['help', [ANSWER]],
    [FREEZE, [ANSWER, { do: 'tend-freeze', freeze: expect.stringMatching(/^freeze-/) as string }]],
    ['away for 1h <@U0ELI>', [ANSWER, { do: 'tend-absence', absence: expect.stringMatching(/^away-/) as string }]],
    ['hold shop-web Production because x', [{ do: 'steer-pipeline' }]],
  ])('%s', async (text, next) => {
    const performed = await taken(text)
    expect(performed.next).toHaveLength(next.length)
    expect(performed.next).toMatchObject(next)
  })

  test('a button of the Home tab: its person is told alone, and the tab shows what became of it', async () => {
    const { next } = await taken('unmute', { isButton: true })
    expect(next).toEqual([
      expect.objectContaining({ do: 'tell-person', userId: 'U0DANA', channel: null }),
      { do: 'show-homes', users: ['U0DANA'], opened: null },
    ])
  })

  test.each([
    ['status', 'not-told'],
    [FREEZE, 'not-done'],
  ])('%s of a person whom Slack does not know is %s', async (text, kind) => {
    const { next, slack } = await taken(text, { userId: 'U0NOONE' })
    const [told] = next
    if (told?.do !== 'answer-command') throw new Error(JSON.stringify(next))
    slack.answer(told.responseUrl, told.message)
    expect(slack.answers.at(-1)!.answer).toEqual({ kind, because: 'Greenlight cannot tell who you are.' })
  })

  test.each([
    ['without a seal', { seal: 'f'.repeat(64) }, 'error', ['VerdictNotProven']],
    ['that is half an hour old', { late: ANSWERABLE_FOR }, 'warn', []],
  ] as const)('a command %s is dropped', async (_, how, level, metrics) => {
    const { next, logged, counted } = await taken('help', how)
    expect(next).toEqual([])
    expect(logged).toMatchObject([{ level, about: { user: 'U0DANA' } }])
    expect(counted).toEqual(metrics)
  })

  test('a command that is younger is done', async () => {
    expect((await taken('help', { late: ANSWERABLE_FOR - 1 })).next).toHaveLength(1)
  })
})
