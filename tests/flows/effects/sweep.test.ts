import type { Approval } from '../../../functions/domain/approval.ts'
import { isOpen, settled } from '../../../functions/domain/approval.ts'
import { withDeferredClick } from '../../../functions/domain/attempt.ts'
import { absenceId, absenceSet } from '../../../functions/domain/absence.ts'
import { freezeSet } from '../../../functions/domain/freeze.ts'
import { NO_HOMES, withOpened } from '../../../functions/domain/open-homes.ts'
import { tendAbsence } from '../../../functions/flows/absence/tend-absence.ts'
import { tendFreeze } from '../../../functions/flows/freeze/tend-freeze.ts'
import type { Digest } from '../../../functions/domain/digest.ts'
import type { Execution } from '../../../functions/domain/execution.ts'
import { emptyJournal, filed } from '../../../functions/domain/journal.ts'
import { readApproval } from '../../../functions/flows/approval/change-approval.ts'
import { sweep } from '../../../functions/flows/effects/sweep.ts'
import { botInMemory, later, slowly } from '../../support/bot-in-memory.ts'
import {
  DAY,
  KEY,
  MINUTE,
  START,
  TIMING,
  actor,
  approval,
  deciding,
  execution,
  pipelineChange,
  resolvedPolicy,
} from '../../support/records.ts'

const { id } = approval()

/** Its message is up to date, its entries are filed, and no work is left. */
const quiet = (of: Approval): Approval => ({
  ...of,
  showing: { ...of.showing, shown: of.showing.truth, behindSince: null },
  journal: emptyJournal,
  announced: !isOpen(of),
})

/** What the sweep puts into the queue so many minutes later. */
const sweptAfter = async (minutes: number, of: Approval | Execution) => {
  const bot = botInMemory()
  await (of.kind === 'approval' ? bot.services.approvals.create(of) : bot.services.executions.create(of))
  bot.pass(minutes * MINUTE)
  await sweep(bot.services, [])
  return { ...bot, found: bot.queued.map(({ due }) => due.effect) }
}

test('the sweep leaves a message to the effect in the queue that writes it at its turn, and finds it once that is lost', async () => {
  const turnAt = START + 3 * MINUTE
  const outdated = settled(approval(), { how: 'expired' }, START)
  const { services, pass, queued } = botInMemory()
  await services.approvals.create({ ...quiet(outdated), showing: { ...outdated.showing, turnAt } })
  const shows = () => queued.filter(({ due }) => due.effect.do === 'show-approval')
  pass(3 * MINUTE)
  await sweep(services, [])
  expect(shows()).toEqual([])
  pass(MINUTE)
  await sweep(services, [])
  expect(shows()).toHaveLength(1)
})

test('the sweep leaves a message that Slack refuses alone until it is to be tried again', async () => {
  const refused = { since: START, until: START + 4 * MINUTE }
  const outdated = settled(approval(), { how: 'expired' }, START)
  const { services, pass, queued } = botInMemory()
  await services.approvals.create({ ...quiet(outdated), showing: { ...outdated.showing, refused } })
  const shows = () => queued.filter(({ due }) => due.effect.do === 'show-approval').length
  const found: number[] = []
  for (let minute = 1; minute <= 4; minute++) {
    pass(MINUTE)
    await sweep(services, [])
    found.push(shows())
  }
  expect(found).toEqual([0, 0, 0, 1])
})

describe('the sweep finds', () => {
  const ended = settled(approval(), { how: 'expired' }, START)
  const approved = settled(deciding(), { how: 'slack', verdict: 'Approved' }, START)
  const silent = execution([pipelineChange('running', START)])
  const shown = { ...silent, showing: quiet({ ...approval(), showing: silent.showing }).showing }
  const reminding = resolvedPolicy(undefined, { timing: { ...TIMING, remind: [2 * MINUTE] } })

  test.each<[string, number, Approval, object[]]>([
    ['a verdict that was fixed and not sent', 6, quiet(deciding()), [{ do: 'settle-approval', approval: id }]],
    ['an approval that was not looked at for an hour', 60, quiet(approval()), [{ do: 'check-approval', approval: id }]],
    ['a deployment that was not looked at for an hour', 60, quiet(approved), [{ do: 'check-approval', approval: id }]],
    [
      'a click that waits for Slack',
      1,
      quiet(withDeferredClick(quiet(approval()), { who: actor('U0ANA'), act: { do: 'withdraw' }, at: START })),
      [
        { do: 'check-approval', approval: id },
        { do: 'weigh-deferred-clicks', approval: id },
      ],
    ],
    [
      'a message that does not show the truth',
      1,
      { ...quiet(ended), showing: ended.showing },
      [{ do: 'show-approval', approval: id }],
    ],
    [
      'a reminder from the moment on at which it is due',
      2,
      quiet(approval({ resolvedPolicy: reminding })),
      [
        { do: 'check-approval', approval: id },
        { do: 'send-notices', approval: id },
      ],
    ],
    [
      'a reminder that does not show the votes since',
      5,
      quiet({
        ...approval(),
        notices: {
          'reminder-1': { name: 'said', at: START, place: { channel: 'C0RELEASES', ts: '1', link: null }, shown: 0 },
        },
      }),
      [
        { do: 'check-approval', approval: id },
        { do: 'show-notices', approval: id },
      ],
    ],
    [
      'an end that was not announced',
      1,
      { ...quiet(ended), announced: false },
      [{ do: 'announce-verdict', approval: id }],
    ],
    [
      'an entry that is not filed',
      1,
      { ...quiet(ended), journal: filed(ended.journal, ended.journal.count - 1) },
      [{ do: 'file-entries', approval: id }],
    ],
  ])('%s', async (_, minutes, of, effects) => {
    // The outcome of an ended approval was sent.
    const told = { ...of, notices: isOpen(of) ? of.notices : { outcome: { name: 'said', at: START } as const } }
    expect((await sweptAfter(minutes, told)).found).toEqual(effects)
  })

  test('the end of a deployment that was not told in the thread of its card', async () => {
    const live = execution([pipelineChange('running', START), pipelineChange('succeeded', START + 1_000)])
    const { found } = await sweptAfter(5, { ...live, showing: shown.showing, confirmed: true })
    expect(found).toEqual([{ do: 'tell-execution', execution: KEY }])
  })

  test('an execution that was not looked at for an hour, and its message', async () => {
    expect((await sweptAfter(60, shown)).found).toEqual([{ do: 'check-execution', execution: KEY }])
    expect((await sweptAfter(1, { ...silent, confirmed: true })).found).toEqual([
      { do: 'show-execution', execution: KEY },
    ])
    expect((await sweptAfter(59, shown)).found).toEqual([])
  })

  test('everything at its first attempt, at once', async () => {
    const { queued } = await sweptAfter(60, quiet(approval()))
    expect(queued).toEqual([{ due: { effect: { do: 'check-approval', approval: id }, attempt: 1 }, delaySeconds: 0 }])
  })
})

describe('the sweep leaves alone', () => {
  test('an approval that it looked at a moment ago, until its effects had time', async () => {
    const { services, queued, pass } = await sweptAfter(60, quiet(approval()))
    await sweep(services, [])
    pass(59 * MINUTE)
    await sweep(services, [])
    expect(queued).toHaveLength(1)
    pass(MINUTE)
    await sweep(services, [])
    expect(queued).toHaveLength(2)
  })

  test('an execution that it looked at a moment ago', async () => {
    const { services, queued } = await sweptAfter(61, { ...execution(), confirmed: false })
    const before = queued.length
    await sweep(services, [])
    expect(queued).toHaveLength(before)
  })

  test('a record that an outdated index calls due', async () => {
    const bot = botInMemory()
    await bot.services.approvals.create(quiet(approval()))
    await bot.services.executions.create(execution())
    const due = async () => [{ approval: id }, { execution: KEY }, { approval: 'deleted' }]
    await sweep({ ...bot.services, attention: { ...bot.services.attention, due } }, [])
    expect(bot.queued).toEqual([])
    expect(await readApproval(bot.services, id)).toEqual(quiet(approval()))
  })
})

test('an effect that the queue did not take is found again, and logged until then', async () => {
  const bot = botInMemory()
  await bot.services.approvals.create(quiet(approval()))
  bot.pass(60 * MINUTE)
  const queue = {
    send: async () => {
      throw new Error('SQS is down')
    },
  }
  await sweep({ ...bot.services, queue }, [])
  expect(bot.logged.filter(({ level }) => level === 'error')).toMatchObject([{ about: { approval: id } }])
  bot.pass(60 * MINUTE)
  await sweep(bot.services, [])
  expect(bot.queued).toHaveLength(1)
})

describe('the look for approvals without a record', () => {
  const THERE = { accountId: KEY.accountId, region: KEY.region }

  test('is in the queue before the sweep ends, as a first attempt', async () => {
    const { services, queued } = botInMemory()
    await sweep({ ...services, queue: { send: slowly(services.queue.send) } }, [THERE])
    const effect = { do: 'look-for-approvals', there: THERE }
    expect(queued).toEqual([{ due: { effect, attempt: 1 }, delaySeconds: 0 }])
  })

  test('that the queue does not take is logged with its account and Region', async () => {
    const { services, logged } = botInMemory()
    const error = new Error('SQS is down')
    await sweep({ ...services, queue: { send: () => Promise.reject(error) } }, [THERE])
    expect(logged).toMatchObject([{ level: 'error', about: { effect: { there: THERE }, error } }])
  })
})

test('however many records are due, twenty at most are in memory at once, and all are swept', async () => {
  const bot = botInMemory()
  for (let at = 0; at < 100; at++) await bot.services.approvals.create({ ...quiet(deciding()), id: `a${at}` })
  bot.pass(6 * MINUTE)
  let [inMemory, most] = [0, 0]
  const approvals: typeof bot.services.approvals = {
    ...bot.services.approvals,
    change: async (...given) => {
      most = Math.max(most, ++inMemory)
      // All that would begin at once have begun.
      await new Promise(setImmediate)
      return bot.services.approvals.change(...given).finally(() => inMemory--)
    },
  }
  await sweep({ ...bot.services, approvals }, [])
  expect(most).toBe(20)
  expect(bot.queued).toHaveLength(100)
})

test('one bad record never stops the others, and is named', async () => {
  const bot = botInMemory()
  await bot.services.approvals.create(quiet(approval()))
  bot.pass(60 * MINUTE)
  const { approvals, attention } = bot.services
  await sweep(
    {
      ...bot.services,
      attention: { ...attention, due: async () => [{ approval: 'bad' }, { approval: id }] },
      approvals: {
        ...approvals,
        change: async (of, ...step) => {
          if (of === 'bad') throw new Error('unreadable')
          return approvals.change(of, ...step)
        },
      },
    },
    [],
  )
  expect(bot.queued).toHaveLength(1)
  expect(bot.logged.filter(({ level }) => level === 'error')).toMatchObject([{ about: { approval: 'bad' } }])
  // An alarm counts it: an unreadable record would otherwise wait for ever.
  expect(bot.counted).toEqual(['EffectFailed'])
})

describe('what is not of one record', () => {
  const until = START + MINUTE
  const at = START

  /** A freeze and an absence that begin, a digest that is due, a Home tab that is open, and an account to look into. */
  const world = async () => {
    const bot = botInMemory()
    const signed = await bot.services.signatures.sign('x')
    const who = actor('U0DANA')
    const act = { what: 'freeze-set', patterns: ['shop-*'], reason: 'incident', from: START, until } as const
    await bot.services.freezes.create(
      freezeSet('freeze-0123456789ab', { act, who, at, signed }, { channels: [], retention: DAY }),
    )
    const standIn = { userId: 'U0ELI', name: 'eli' }
    const absence = absenceId('c1', until)
    await bot.services.absences.create(
      absenceSet({ who, at, id: absence, standIn, from: START, until, signed, retention: DAY }),
    )
    await bot.services.homes.create(withOpened(NO_HOMES, 'U0DANA', START))
    const digest: Digest = {
      ...{ channel: 'C0TEAM', every: 'daily', zone: 'UTC', weekday: null, hour: 9, minute: 30 },
      ...{ only: {}, covers: () => true },
    }
    const services = {
      ...bot.services,
      configuration: { ...bot.services.configuration, digests: [digest], mayAskByEvents: () => true },
    }
    return { ...bot, services, absence }
  }
  const THERE = { accountId: KEY.accountId, region: KEY.region }
  const EACH = ['look-for-approvals', 'tend-freeze', 'tend-absence', 'send-digest', 'show-homes'] as const

  test('is found in its order, at its first attempt, at once', async () => {
    const { services, queued, absence } = await world()
    services.queue = { send: slowly(services.queue.send) }
    await sweep(services, [THERE])
    expect(queued.map(({ due }) => due.effect.do)).toEqual([...EACH])
    expect(queued).toMatchObject([
      { due: { effect: { there: THERE } } },
      { due: { effect: { freeze: 'freeze-0123456789ab' } } },
      { due: { effect: { absence } } },
      {},
      { due: { effect: { users: ['U0DANA'], opened: null } } },
    ])
    for (const one of queued) expect(one).toMatchObject({ due: { attempt: 1 }, delaySeconds: 0 })
  })

  test.each(EACH)(
    '%s is in the queue before the sweep goes on: its function may be frozen once it has ended',
    async (one) => {
      const { services, queued } = await world()
      const { send } = services.queue
      const { answer, give } = later<null>()
      services.queue = {
        send: async (due, seconds) => {
          if (due.effect.do === one) await answer
          return send(due, seconds)
        },
      }
      const swept = sweep(services, [THERE])
      for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
      expect(queued.map(({ due }) => due.effect.do)).toEqual(EACH.slice(0, EACH.indexOf(one)))
      give(null)
      await swept
      expect(queued).toHaveLength(EACH.length)
    },
  )

  test.each(EACH)('%s that the queue does not take is logged and counted, and the rest is sent', async (failing) => {
    const { services, queued, logged, counted } = await world()
    const { send } = services.queue
    const error = new Error('SQS is down')
    services.queue = {
      send: async (due, seconds) => (due.effect.do === failing ? Promise.reject(error) : send(due, seconds)),
    }
    await sweep(services, [THERE])
    expect(queued.map(({ due }) => due.effect.do)).toEqual(EACH.filter((one) => one !== failing))
    const about = failing === 'show-homes' ? { error } : { effect: { do: failing }, error }
    expect(logged.filter(({ level }) => level === 'error')).toMatchObject([{ about }])
    expect(counted).toEqual(['EffectFailed'])
  })

  test('needs nothing once it is done, and an account is only looked into where a route asks by events', async () => {
    const { services, queued, pass } = await world()
    services.configuration.mayAskByEvents = () => false
    pass(MINUTE)
    for (const one of await services.freezes.all()) if (one.kind === 'freeze') await tendFreeze(services, one.freeze.id)
    for (const one of await services.absences.endingFrom(0))
      if (one.kind === 'absence') await tendAbsence(services, one.absence.id)
    queued.length = 0
    await sweep(services, [THERE])
    expect(queued.map(({ due }) => due.effect.do)).toEqual(['send-digest', 'show-homes'])
  })

  test('an absence is tended until a day after its end', async () => {
    const { services, queued, pass } = await world()
    const tended = async () => {
      queued.length = 0
      await sweep(services, [])
      return queued.filter(({ due }) => due.effect.do === 'tend-absence').length
    }
    pass(DAY + MINUTE)
    expect(await tended()).toBe(1)
    pass(1_000)
    expect(await tended()).toBe(0)
  })

  test('what cannot be read is tended by none', async () => {
    const { services, queued } = await world()
    const unreadable = async () => [{ kind: 'unreadable' as const, because: 'no answer' }]
    services.freezes = { ...services.freezes, all: unreadable }
    services.absences = { ...services.absences, endingFrom: unreadable }
    await sweep(services, [])
    expect(queued.map(({ due }) => due.effect.do)).toEqual(['send-digest', 'show-homes'])
  })
})
