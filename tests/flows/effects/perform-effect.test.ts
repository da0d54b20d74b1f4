import { settled } from '../../../functions/domain/approval.ts'
import type { Effect } from '../../../functions/domain/effect.ts'
import { changeApproval } from '../../../functions/flows/approval/change-approval.ts'
import { performDue, performNow } from '../../../functions/flows/effects/perform-effect.ts'
import { done } from '../../../functions/flows/effects/performed.ts'
import type { Services } from '../../../functions/ports/services.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { KEY, SECOND, START, TOKEN, approval, execution, notification } from '../../support/records.ts'

const { id } = approval()
const SHOW: Effect = { do: 'show-approval', approval: id }
const ANNOUNCE: Effect = { do: 'announce-verdict', approval: id }
const FILE: Effect = { do: 'file-entries', approval: id }
const REQUEST: Effect = { do: 'request-approval', notification: notification() }
/** The effect was performed so many times before the sweep took over, or it was given up. */
const MOST_ATTEMPTS = 11

type Call = () => Promise<never>
const hang: Call = () => new Promise(() => {})
const fail: Call = async () => {
  throw new Error('the table is down')
}

const busy =
  (afterSeconds: number): Services['slack']['post'] =>
  async () => ({ kind: 'busy', afterSeconds })

/**
 * A bot with an approval that has ended: it can be shown, announced and filed. `done` lists what was performed, in
 * order.
 */
const bot = async (instead: { post?: Call | Services['slack']['post']; put?: Call; file?: Call } = {}) => {
  const made = botInMemory()
  await made.services.approvals.create(settled(approval(), { how: 'expired' }, START))
  const { slack, announcements, entries, clock } = made.services
  const done: string[] = []
  const timers: (AbortSignal | undefined)[] = []
  const noting =
    <A extends unknown[], R>(what: string, call: (...given: A) => R) =>
    (...given: A): R => {
      done.push(what)
      return call(...given)
    }
  const services: Services = {
    ...made.services,
    slack: { ...slack, post: noting('shown', instead.post ?? slack.post) },
    announcements: { put: noting('announced', instead.put ?? announcements.put) },
    entries: { file: noting('filed', instead.file ?? entries.file) },
    clock: {
      ...clock,
      sleep: (ms, signal) => {
        timers.push(signal)
        return clock.sleep(ms, signal)
      },
    },
  }
  return { ...made, services, done, timers, queuedEffects: () => made.queued.map(({ due }) => due.effect) }
}

/** Runs everything that can run while the clock stands still. */
const settle = async () => {
  for (let turn = 0; turn < 200; turn++) await Promise.resolve()
}

describe('effects performed at once', () => {
  test('run in their order, each with what follows from it before the next: a verdict is sent before it is shown', async () => {
    const { services, done, queued } = await bot()
    await performNow(services, [ANNOUNCE, SHOW], 10 * SECOND)
    expect(done).toEqual(['announced', 'filed', 'shown'])
    expect(queued).toEqual([])
  })

  test('run once, if one of them also follows from an earlier one', async () => {
    const { services, done, queuedEffects } = await bot({ file: fail })
    await performNow(services, [ANNOUNCE, FILE, SHOW], 10 * SECOND)
    expect(done).toEqual(['announced', 'filed', 'shown'])
    expect(queuedEffects()).toEqual([FILE])
  })

  test('continue with what follows from one while another is still to come', async () => {
    const { services, done } = await bot()
    await performNow(services, [ANNOUNCE, SHOW, SHOW], 10 * SECOND)
    expect(done).toContain('filed')
  })

  test('leave no timer behind, which would keep the function from ending', async () => {
    const { services, timers } = await bot()
    await performNow(services, [SHOW], 10 * SECOND)
    expect(timers.map((signal) => signal?.aborted)).not.toContain(false)
    expect(timers.length).toBeGreaterThan(0)
  })

  test('that fail go to the queue, are tried again a second later, and do not stop the others', async () => {
    const { services, done, queued, logged, counted } = await bot({ put: fail })
    await performNow(services, [ANNOUNCE, SHOW], 10 * SECOND)
    expect(done).toEqual(['announced', 'shown'])
    expect(queued).toEqual([{ due: { effect: ANNOUNCE, attempt: 1 }, delaySeconds: 1 }])
    expect(counted).toContain('EffectDeferred')
    expect(logged.filter(({ level }) => level === 'error')).toMatchObject([
      { about: { effect: ANNOUNCE, error: new Error('the table is down') } },
    ])
  })

  test('are safe only once the queue has them: an effect that the queue does not take is a failure', async () => {
    const { services } = await bot({ put: fail })
    const queue = {
      send: async () => {
        await Promise.resolve()
        throw new Error('SQS is down')
      },
    }
    await expect(performNow({ ...services, queue }, [ANNOUNCE], 10 * SECOND)).rejects.toThrow('SQS is down')
  })
})

describe('the time for effects', () => {
  test('is shared: if one hangs, two fifths of it are left, so that people are notified all the same', async () => {
    const { services, done, queued, pass } = await bot({ put: hang })
    const performed = performNow(services, [ANNOUNCE, SHOW], 10 * SECOND)
    await settle()
    pass(5.9 * SECOND)
    await settle()
    expect(done).toEqual(['announced'])
    pass(0.1 * SECOND)
    await performed
    expect(done).toEqual(['announced', 'shown'])
    expect(queued).toEqual([{ due: { effect: ANNOUNCE, attempt: 1 }, delaySeconds: 1 }])
  })

  test('is shared again if the next hangs', async () => {
    const { services, done, queuedEffects, pass } = await bot({ put: hang, file: hang })
    const performed = performNow(services, [ANNOUNCE, FILE, SHOW], 10 * SECOND)
    await settle()
    pass(6 * SECOND)
    await settle()
    pass(2.4 * SECOND)
    await performed
    expect(done).toEqual(['announced', 'filed', 'shown'])
    expect(queuedEffects()).toEqual([ANNOUNCE, FILE])
  })

  test('is all for the last', async () => {
    const { services, queuedEffects, pass, logged } = await bot({ post: hang })
    const performed = performNow(services, [SHOW], 10 * SECOND)
    await settle()
    pass(9.9 * SECOND)
    await settle()
    expect(queuedEffects()).toEqual([])
    pass(0.1 * SECOND)
    await performed
    expect(queuedEffects()).toEqual([SHOW])
    expect(logged.at(-1)?.about).toMatchObject({ because: 'it took over 10000 ms' })
  })

  test('is used to its last millisecond', async () => {
    const lease = { owner: 'a', mustLookFirst: false, notBefore: START }
    const { services, done, queuedEffects } = await bot({ post: busy(1) })
    await performNow(services, [{ ...SHOW, lease }], 1)
    expect([done, queuedEffects()]).toEqual([['shown'], [SHOW]])
  })

  test('ends: effects that have not begun by then go to the queue', async () => {
    const { services, done, queued, logged } = await bot()
    await performNow(services, [ANNOUNCE, SHOW], 0)
    expect(done).toEqual([])
    const due = (effect: Effect) => ({ due: { effect, attempt: 1 }, delaySeconds: 1 })
    expect(queued).toEqual([due(ANNOUNCE), due(SHOW)])
    expect(logged.at(-1)?.about).toMatchObject({ because: 'no time is left' })
  })

  test('is over: the lease of a message that is left goes with it, for the next function to take over', async () => {
    const { services, queuedEffects } = await bot()
    const lease = { owner: 'a', mustLookFirst: false, notBefore: START }
    await performNow(services, [{ ...SHOW, lease }], 0)
    expect(queuedEffects()).toEqual([{ ...SHOW, lease: { ...lease, isHandedOn: true } }])
  })
})

describe('an effect whose message has no turn', () => {
  /** Turns that come when the test says so. */
  const turnsAt = (services: Services, times: (number | null)[], heldUntil = 0) => {
    const asked: string[] = []
    const turns: Services['turns'] = {
      take: async ({ method }, lane) => {
        asked.push(`${method} ${lane}`)
        return times.shift() ?? null
      },
      hold: async () => {},
      heldUntil: async () => heldUntil,
    }
    return { asked, services: { ...services, turns } }
  }

  test('waits in the queue until the turn that was kept for its message, which is no failure', async () => {
    const { services: given, queued, counted, done } = await bot()
    const { services, asked } = turnsAt(given, [START + 3 * SECOND])
    await performNow(services, [SHOW], 10 * SECOND)
    expect(asked).toEqual(['chat.postMessage calls'])
    expect(queued).toEqual([{ due: { effect: SHOW, attempt: 1 }, delaySeconds: 3 }])
    expect([done, counted]).toEqual([[], []])
  })

  test('is performed at its turn, and asks for no other; a second effect of the message finds it shown', async () => {
    const { services: given, queued, done, pass } = await bot()
    const { services, asked } = turnsAt(given, [START + 3 * SECOND])
    await performNow(services, [SHOW], 10 * SECOND)
    pass(3 * SECOND)
    await performDue(services, queued[0]!.due)
    await performDue(services, queued[0]!.due)
    expect(done).toEqual(['shown'])
    // The update that names the approvers.
    expect(asked).toEqual(['chat.postMessage calls', 'chat.update calls'])
  })

  test('uses the turn that was kept for the effect, once', async () => {
    const { services: given, done } = await bot()
    const { services, asked } = turnsAt(given, [START])
    await performDue(services, { effect: SHOW, attempt: 1, hasTurn: true })
    expect(done).toEqual(['shown'])
    expect(asked).toEqual(['chat.update calls'])
  })

  test('uses it from the moment at which the pause that Slack asked for ends', async () => {
    const { services: given, done } = await bot()
    const { services } = turnsAt(given, [START + 9 * SECOND], START)
    await performDue(services, { effect: SHOW, attempt: 1, hasTurn: true })
    expect(done).toEqual(['shown'])
  })

  test('is queued for now if its turn has passed already: SQS takes no time in the past', async () => {
    const { services, queued } = await bot()
    const lease = { owner: 'a', mustLookFirst: false, notBefore: START, turnAt: START - SECOND }
    await performDue(services, { effect: { ...SHOW, lease }, attempt: 1 })
    expect(queued).toEqual([{ due: { effect: SHOW, attempt: 1 }, delaySeconds: 0 }])
  })

  test('of a notice takes the turn that was kept with it; a place in the line is not one', async () => {
    const { services: given, queued } = await bot()
    const effect: Effect = { do: 'send-notices', approval: id }
    const place = { channel: 'C0RELEASES', ts: '1.1', link: null }
    await changeApproval(given, id, (of) => [{ ...of, showing: { ...of.showing, place } }, null])
    for (const times of [[START + 3 * SECOND], [null, START + 5 * SECOND]])
      await performDue(turnsAt(given, times).services, { effect, attempt: 1 })
    expect(queued).toEqual([
      { due: { effect, attempt: 1, hasTurn: true }, delaySeconds: 3 },
      { due: { effect, attempt: 1 }, delaySeconds: 5 },
    ])
  })

  test('asks for another turn if Slack has asked to wait meanwhile', async () => {
    const { services: given, queued, done, pass } = await bot()
    const { services } = turnsAt(given, [START + 3 * SECOND, START + 9 * SECOND], START + 8 * SECOND)
    await performNow(services, [SHOW], 10 * SECOND)
    pass(3 * SECOND)
    await performDue(services, queued[0]!.due)
    expect(done).toEqual([])
    expect(queued.at(-1)).toEqual({ due: { effect: SHOW, attempt: 1 }, delaySeconds: 6 })
  })

  test('asks again at its place in the line if the message must not wait for a turn, however often', async () => {
    const { services: given, queued, done, pass } = await bot()
    const { services, asked } = turnsAt(given, [null, START + 5 * SECOND, null, START + 9 * SECOND])
    await performDue(services, { effect: SHOW, attempt: MOST_ATTEMPTS })
    pass(5 * SECOND)
    await performDue(services, queued[0]!.due)
    expect(asked).toEqual(['calls', 'line', 'calls', 'line'].map((lane) => `chat.postMessage ${lane}`))
    const due = { effect: SHOW, attempt: MOST_ATTEMPTS }
    expect(queued).toEqual([
      { due, delaySeconds: 5 },
      { due, delaySeconds: 4 },
    ])
    expect(done).toEqual([])
  })

  test('comes back after a minute or more if too many wait', async () => {
    const { services: given, queued, done } = await bot()
    const { services } = turnsAt(given, [])
    await performNow(services, [SHOW], 10 * SECOND)
    expect(done).toEqual([])
    expect(queued).toMatchObject([{ due: { effect: SHOW, attempt: 1 } }])
    expect(queued[0]!.due).not.toHaveProperty('hasTurn')
    expect(queued[0]!.delaySeconds).toBeGreaterThanOrEqual(60)
    expect(queued[0]!.delaySeconds).toBeLessThan(90)
  })

  test('is performed all the same if the table does not tell: Slack itself limits it', async () => {
    const { services, done, logged } = await bot()
    const turns = { take: fail, hold: fail, heldUntil: fail }
    await performNow({ ...services, turns }, [SHOW], 10 * SECOND)
    expect(done).toEqual(['shown'])
    const warned = { level: 'warn', about: { limited: { method: 'chat.postMessage' } } }
    expect(logged).toMatchObject([warned, warned])
  })

  test('holds all others back for as long as Slack asks to wait', async () => {
    const { services, queued, pass } = await bot({ post: busy(30) })
    await performNow(services, [SHOW], 10 * SECOND)
    pass(29 * SECOND)
    const limited = { method: 'chat.postMessage', channel: 'C0RELEASES' } as const
    expect(await services.turns.take(limited, 'calls', 0)).toBeNull()
    pass(1 * SECOND)
    expect(await services.turns.take(limited, 'calls', 0)).toBe(START + 30 * SECOND)
    expect(queued).toMatchObject([{ delaySeconds: 30 }])
  })
})

describe('an effect from the queue', () => {
  test('is tried again, later each time, for ten minutes: so long can a fault of AWS or Slack last', async () => {
    const { services, queued, counted, pass } = await bot({ post: busy(0) })
    await performNow(services, [SHOW], 10 * SECOND)
    // The list grows with each try.
    for (const { due, delaySeconds } of queued) {
      pass(delaySeconds * SECOND)
      await performDue(services, due)
    }
    const pauses = queued.map(({ delaySeconds }) => delaySeconds)
    expect(pauses).toHaveLength(MOST_ATTEMPTS)
    expect(pauses).toEqual(pauses.toSorted((one, other) => one - other))
    expect(pauses.reduce((sum, pause) => sum + pause)).toBe(618)
    expect(queued.map(({ due }) => due.attempt)).toEqual(pauses.map((_, index) => index + 1))
    expect(counted.filter((metric) => metric === 'EffectDeferred')).toHaveLength(MOST_ATTEMPTS)
  })

  test('waits as long as Slack asks for, at most the quarter of an hour that SQS can wait', async () => {
    for (const [asks, waits] of [
      [0.5, 2],
      [300, 300],
      [901, 900],
      [3_600, 900],
    ] as const) {
      const { services, queued } = await bot({ post: busy(asks) })
      await performDue(services, { effect: SHOW, attempt: 1 })
      expect(queued).toEqual([{ due: { effect: SHOW, attempt: 2 }, delaySeconds: waits }])
    }
  })

  test('is done only when the queue has taken its next try', async () => {
    const { services } = await bot({ post: busy(1) })
    const queue = {
      send: async () => {
        await Promise.resolve()
        throw new Error('SQS is down')
      },
    }
    await expect(performDue({ ...services, queue }, { effect: SHOW, attempt: 1 })).rejects.toThrow('SQS is down')
  })

  test('is followed by the effects that follow from it, with tries of their own', async () => {
    const { services, done, queued } = await bot({ file: fail })
    await performDue(services, { effect: ANNOUNCE, attempt: MOST_ATTEMPTS })
    expect(done).toEqual(['announced', 'filed'])
    expect(queued).toEqual([{ due: { effect: FILE, attempt: 2 }, delaySeconds: 2 }])
  })

  test('is done only when those are done or queued', async () => {
    const { services } = await bot()
    let filed = false
    const entries = {
      file: async () => {
        await settle()
        filed = true
      },
    }
    await performDue({ ...services, entries }, { effect: ANNOUNCE, attempt: 1 })
    expect(filed).toBe(true)
  })

  test('that fails with an error is named in the log, and tried again', async () => {
    const { services, queued, logged } = await bot({ put: fail })
    await performDue(services, { effect: ANNOUNCE, attempt: MOST_ATTEMPTS - 1 })
    expect(queued).toHaveLength(1)
    expect(logged.filter(({ level }) => level === 'error')).toMatchObject([{ about: { effect: ANNOUNCE } }])
  })

  test('that fails with an error at the last try stays in the queue, for a person', async () => {
    const { services, queued } = await bot({ put: fail })
    await expect(performDue(services, { effect: ANNOUNCE, attempt: MOST_ATTEMPTS })).rejects.toThrow(
      'the table is down',
    )
    expect(queued).toEqual([])
  })

  test('that hangs is tried again before its function is ended, and what follows beside it is queued', async () => {
    const { services, done: performed, queued, pass } = await bot({ put: hang })
    const tend: Effect = { do: 'tend-freeze', freeze: 'f1' }
    const due = performDue(
      services,
      { effect: tend, attempt: 1 },
      { 'tend-freeze': async () => done([ANNOUNCE, SHOW]) },
    )
    await settle()
    pass(27.9 * SECOND)
    await settle()
    expect(queued).toEqual([])
    pass(0.1 * SECOND)
    await due
    expect(performed).toEqual(['announced'])
    expect(queued).toEqual([
      { due: { effect: ANNOUNCE, attempt: 2 }, delaySeconds: 2 },
      { due: { effect: SHOW, attempt: 1 }, delaySeconds: 1 },
    ])
  })

  test('that follows is performed while a millisecond is left, and then it is queued', async () => {
    for (const [left, isPerformed] of [
      [1, true],
      [0, false],
    ] as const) {
      const { services, done: performed, queuedEffects } = await bot()
      await performDue(services, { effect: SHOW, attempt: 1 }, {}, START + left)
      expect([performed, queuedEffects()]).toEqual(isPerformed ? [['shown'], []] : [[], [SHOW]])
    }
  })

  test('that hangs at the last try stays in the queue, for a person', async () => {
    const { services, queued, pass } = await bot({ put: hang })
    const due = performDue(services, { effect: ANNOUNCE, attempt: MOST_ATTEMPTS }).catch((error: Error) => error)
    await settle()
    pass(28 * SECOND)
    expect(await due).toMatchObject({ message: 'it took over 28000 ms' })
    expect(queued).toEqual([])
  })

  test('that could not be performed is left to the sweep: the table still has it', async () => {
    const { services, queued, logged, counted } = await bot({ post: busy(1) })
    await performDue(services, { effect: SHOW, attempt: MOST_ATTEMPTS })
    expect(queued).toEqual([])
    expect(logged.filter(({ level }) => level === 'warn')).toMatchObject([
      { about: { effect: SHOW, because: 'Slack asks to slow down' } },
    ])
    expect(counted).not.toContain('ApprovalNotificationUnconfirmed')
  })
})

describe('a notification that CodePipeline does not confirm', () => {
  const unconfirmed = async () => {
    const made = await bot()
    const pipelines = {
      ...made.services.pipelines,
      stages: async () => [],
      runs: async () => ({ runs: [], isWhole: true }),
    }
    return { ...made, services: { ...made.services, pipelines } }
  }

  test('is given up at last, and goes to the dead-letter queue: no table has it, so the sweep would not find it', async () => {
    const { services, queued, counted } = await unconfirmed()
    const givenUp = await performDue(services, { effect: REQUEST, attempt: MOST_ATTEMPTS }).catch(
      (error: Error) => error,
    )
    expect(givenUp).toMatchObject({
      name: 'EffectGivenUp',
      message: 'request-approval was given up after 11 tries: CodePipeline does not show this approval yet',
    })
    // The logger writes every field of an error, and the notification holds a token.
    expect(Object.keys(givenUp!)).toEqual(['name'])
    expect(queued).toEqual([])
    expect(counted).toEqual(['ApprovalNotificationUnconfirmed'])
  })

  test('is tried again until then, and its token is in no log line', async () => {
    const { services, queued, counted, logged } = await unconfirmed()
    await performNow(services, [REQUEST], 10 * SECOND)
    await performDue(services, { effect: REQUEST, attempt: MOST_ATTEMPTS - 1 })
    expect(queued.map(({ due }) => due)).toEqual([
      { effect: REQUEST, attempt: 1 },
      { effect: REQUEST, attempt: MOST_ATTEMPTS },
    ])
    expect(counted).not.toContain('ApprovalNotificationUnconfirmed')
    const broken = { ...services, pipelines: { ...services.pipelines, stages: fail } }
    await performNow(broken, [REQUEST], 10 * SECOND)
    expect(logged.filter(({ level }) => level === 'error')).toMatchObject([
      { about: { effect: { do: 'request-approval', approval: 'a1' } } },
    ])
    expect(JSON.stringify(logged)).not.toContain(TOKEN)
  })
})

describe('a look at an approval that fails', () => {
  const CHECK: Effect = { do: 'check-approval', approval: id }

  test.each<Effect>([CHECK, { do: 'check-execution', execution: KEY }])(
    'at the last try, with $do, is left to the sweep, and an alarm rings: a dead-letter queue would get one each few minutes',
    async (effect) => {
      const { services, queued, logged, counted } = botInMemory()
      await services.approvals.create(approval())
      await services.executions.create(execution())
      await performDue(services, { effect, attempt: MOST_ATTEMPTS })
      expect(queued).toEqual([])
      expect(counted).toEqual(['EffectFailed'])
      expect(logged.map(({ level }) => level)).toEqual(['error', 'warn'])
    },
  )

  test('is queued again by another function only when its attempt is a minute late', async () => {
    const { services, queued, pass } = botInMemory()
    await services.approvals.create(approval())
    await performNow(services, [CHECK], SECOND)
    pass(61 * SECOND - 1)
    await performNow(services, [CHECK], SECOND)
    expect(queued).toHaveLength(1)
    pass(1)
    await performNow(services, [CHECK], SECOND)
    expect(queued).toHaveLength(2)
  })

  test('is queued though the table does not answer: twice is better than never', async () => {
    const { services, queued } = botInMemory()
    await performNow({ ...services, approvals: { ...services.approvals, read: fail, change: fail } }, [CHECK], SECOND)
    expect(queued.map(({ due }) => due.effect)).toEqual([CHECK])
  })

  test('in five functions at once is queued once, and each further attempt follows from that one', async () => {
    const { services, queued, pass } = botInMemory()
    await services.approvals.create(approval())
    // CodePipeline does not answer.
    for (let event = 0; event < 5; event++) await performNow(services, [CHECK], SECOND)
    expect(queued.map(({ due }) => due)).toEqual([{ effect: CHECK, attempt: 1 }])
    pass(SECOND)
    await performDue(services, queued[0]!.due)
    await performNow(services, [CHECK], SECOND)
    expect(queued.map(({ due }) => due.attempt)).toEqual([1, 2])
    pass(200 * SECOND)
    await performNow(services, [CHECK], SECOND)
    expect(queued.map(({ due }) => due.attempt)).toEqual([1, 2, 1])
  })
})
