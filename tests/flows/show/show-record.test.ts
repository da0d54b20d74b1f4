import type { Approval } from '../../../functions/domain/approval.ts'
import { withProblem } from '../../../functions/domain/approval.ts'
import type { ShowingLease } from '../../../functions/domain/showing.ts'
import { PACE_MS, acquireShowing, withShowingLease } from '../../../functions/domain/showing.ts'
import { changeApproval, readApproval } from '../../../functions/flows/approval/change-approval.ts'
import { showApproval } from '../../../functions/flows/show/show-approval.ts'
import { showExecution } from '../../../functions/flows/show/show-execution.ts'
import type { Services } from '../../../functions/ports/services.ts'
import { botInMemory, slowly } from '../../support/bot-in-memory.ts'
import { DAY, KEY, MINUTE, SECOND, START, approval, execution } from '../../support/records.ts'

const { id } = approval()
const REFUSED = { kind: 'refused', because: 'not_in_channel', isFinal: false } as const
const SHOW_EXECUTION: unknown = expect.objectContaining({ do: 'show-execution', execution: KEY })

/** A bot with an approval that is not shown yet. Its table is slow to write, and its pauses are kept. */
const bot = async (more: Partial<Approval> = {}) => {
  const made = botInMemory({}, { status: 'C0DEPLOYS' })
  const { approvals } = made.services
  await approvals.create(approval(more))
  const slept: number[] = []
  const services: Services = {
    ...made.services,
    clock: {
      ...made.services.clock,
      sleep: async (ms) => {
        await Promise.resolve()
        slept.push(ms)
        made.pass(ms)
      },
    },
    approvals: {
      ...approvals,
      change: async (...given) => {
        await new Promise((resolve) => setImmediate(resolve))
        return approvals.change(...given)
      },
    },
  }
  const answering = (slack: Partial<Services['slack']>): Services => ({
    ...services,
    slack: { ...services.slack, ...slack },
  })
  return {
    ...made,
    services,
    slept,
    answering,
    show: (lease: ShowingLease | null = null, by = services) => showApproval(by, id, lease),
    read: async () => (await readApproval(services, id))!,
    change: (step: (of: Approval) => Approval) => changeApproval(services, id, (of) => [step(of), null]),
    /** Acquires the lease in the same write as a change. */
    lease: (notBefore = START) =>
      changeApproval(services, id, (of) => withShowingLease(of, 'first', made.services.clock.now(), notBefore)),
    texts: () =>
      made.slack.messages.filter(({ deleted }) => !deleted).map(({ subject, place }) => [subject, place.channel]),
  }
}

describe('a message', () => {
  test('is posted once, and its execution’s card links to it', async () => {
    const { show, read, texts } = await bot()
    expect((await show()).next).toEqual([SHOW_EXECUTION])
    expect(texts()).toEqual([[`approval/${id}`, 'C0RELEASES']])
    expect((await read()).showing).toMatchObject({ shown: 1, lease: null, behindSince: null })
    expect(await show()).toEqual({ kind: 'done', next: [] })
  })

  test('is followed by the notices of the approval that show what it was before', async () => {
    const place = { channel: 'C0RELEASES', ts: '2.2', link: null }
    const notices = { 'reminder-1': { name: 'said', at: START, place, shown: 0 } } as const
    const { show, answering, pass } = await bot({ notices })
    const busy = answering({ post: async () => ({ kind: 'busy', afterSeconds: 7 }) })
    expect(await show(null, busy)).toEqual(expect.objectContaining({ kind: 'again', next: [] }))
    pass(7 * SECOND)
    expect((await show()).next).toEqual([SHOW_EXECUTION, { do: 'show-notices', approval: id }])
  })

  test('is shown once more if the approval changed meanwhile', async () => {
    const { answering, services, change, show, slack, pass } = await bot()
    const changing = answering({
      post: async (...given) => {
        await change((of) => withProblem(of, 'stuck', START))
        return services.slack.post(...given)
      },
    })
    const { next } = await show(null, changing)
    const again = next.find((effect) => effect.do === 'show-approval')
    expect(again).toMatchObject({ approval: id, lease: { turnAt: START + 2 * SECOND } })
    expect(await show(again?.lease)).toEqual({ kind: 'later', at: START + 2 * SECOND, next: [] })
    pass(2 * SECOND)
    await show()
    expect(slack.live(`approval/${id}`)).toHaveLength(1)
    expect(slack.messages[0]!.card).toMatchObject({ approval: { problem: 'stuck' } })
  })

  test('that has to wait for its turn is left to the queue until then, and costs Slack no call', async () => {
    const { show, change, read, slack } = await bot()
    await show()
    await change((of) => withProblem(of, 'stuck', START))
    expect(await show()).toEqual({ kind: 'later', at: START + 2 * SECOND, next: [] })
    expect(slack.written).toHaveLength(1)
    expect((await read()).showing).toMatchObject({ turnAt: START + 2 * SECOND, lease: null })
  })

  test('whose turn is known from its effect is not read before that: a burst of effects costs no reads', async () => {
    const { services, show } = await bot()
    const fail = async (): Promise<never> => {
      throw new Error('the table was asked')
    }
    const approvals: Services['approvals'] = { ...services.approvals, read: fail, change: fail }
    const lease = { owner: 'first', mustLookFirst: false, notBefore: START, turnAt: START + 2 * SECOND }
    expect(await show(lease, { ...services, approvals })).toEqual({ kind: 'later', at: START + 2 * SECOND, next: [] })
  })

  test('that a crash left in the channel is found, and linked, not posted again', async () => {
    const { answering, services, show, pass, slack, read } = await bot()
    const crash = answering({
      post: async (...given) => {
        await services.slack.post(...given)
        throw new Error('crashed')
      },
    })
    await expect(show(null, crash)).rejects.toThrow('crashed')
    pass(31 * SECOND)
    expect((await show()).next).toEqual([SHOW_EXECUTION])
    expect(slack.live(`approval/${id}`)).toHaveLength(1)
    expect((await read()).showing.place).toEqual(slack.messages[0]!.place)
  })

  test('that replaces one that cannot be changed is done once the reply under the old one is in Slack', async () => {
    const { answering, services, show, change, logged } = await bot()
    await change((of) => ({ ...of, showing: { ...of.showing, left: { channel: 'C0OLD', ts: '1.1', link: null } } }))
    const posted: string[] = []
    const post: Services['slack']['post'] = async (channel, card, under) => {
      if (card.kind === 'continued')
        for (let turn = 0; turn < 10; turn++) await new Promise((next) => setImmediate(next))
      posted.push(`${card.kind} ${channel}`)
      return services.slack.post(channel, card, under)
    }
    await show(null, answering({ post }))
    expect(posted.at(-1)).toBe('continued C0OLD')
    expect(logged).toEqual([])
  })

  test('that replaces one whose channel is archived stays, with a warning that the old one leads nowhere', async () => {
    const { answering, services, show, change, logged, texts } = await bot()
    await change((of) => ({ ...of, showing: { ...of.showing, left: { channel: 'C0OLD', ts: '1.1', link: null } } }))
    const post: Services['slack']['post'] = async (channel, card, under) =>
      card.kind === 'continued'
        ? { kind: 'refused', because: 'is_archived', isFinal: true }
        : services.slack.post(channel, card, under)
    expect(await show(null, answering({ post }))).toMatchObject({ kind: 'done' })
    expect(texts()).toHaveLength(1)
    expect(logged).toMatchObject([{ level: 'warn', about: { channel: 'C0OLD', because: 'is_archived' } }])
  })

  test('that is known is updated, without a look for it', async () => {
    const { answering, services, show, change, pass } = await bot()
    await show()
    pass(2 * SECOND)
    await change((of) => withProblem({ ...of, showing: { ...of.showing, maybePosted: true } }, 'stuck', START))
    const find = async (): Promise<never> => {
      throw new Error('it was looked for')
    }
    expect(await show(null, answering({ find }))).toEqual({ kind: 'done', next: [] })
    expect((await readApproval(services, id))!.showing).toMatchObject({ shown: 2 })
  })

  test('is not posted if there is no channel for it, and needs no post then', async () => {
    const { services, read, texts, lease } = await bot()
    const configuration = { ...services.configuration, approvalsChannelFor: () => null }
    const own = await lease()
    expect(await showApproval({ ...services, configuration }, id, own)).toEqual({ kind: 'done', next: [] })
    expect(texts()).toEqual([])
    expect((await read()).showing).toMatchObject({ lease: null, behindSince: null })
  })

  test('is not written by a function that was held up for longer than its lease', async () => {
    const { answering, services, show, pass, texts } = await bot()
    const approvals: Services['approvals'] = {
      ...services.approvals,
      change: async (...given) => {
        const result = await services.approvals.change(...given)
        pass(21 * SECOND)
        return result
      },
    }
    expect(await show(null, { ...answering({}), approvals })).toMatchObject({ kind: 'again', afterSeconds: 10 })
    expect(texts()).toEqual([])
  })
})

describe('Slack', () => {
  const trouble = async (post: Services['slack']['post']) => {
    const made = await bot()
    const performed = await made.show(null, made.answering({ post }))
    return { ...made, performed, showing: (await made.read()).showing }
  }

  test('asks to wait: the message is posted later, without a look for it and in no turn that was kept', async () => {
    const { performed, showing } = await trouble(async () => ({ kind: 'busy', afterSeconds: 7 }))
    expect(performed).toMatchObject({ kind: 'again', afterSeconds: 7 })
    expect(showing).toMatchObject({ lease: null, maybePosted: false, turnAt: START + 7 * SECOND })
    expect(showing).not.toHaveProperty('hasTurn')
  })

  test('asks to wait: all functions know it before this one ends', async () => {
    const { show, answering, services } = await bot()
    const busy = answering({ post: async () => ({ kind: 'busy', afterSeconds: 7 }) })
    const { turns } = services
    await show(null, { ...busy, turns: { ...turns, hold: slowly(turns.hold) } })
    expect(await turns.heldUntil({ method: 'chat.postMessage', channel: 'C0RELEASES' })).toBe(START + 7 * SECOND)
  })

  test('does not answer: the message is looked for first, five seconds later', async () => {
    const { performed, showing } = await trouble(async () => ({ kind: 'unclear', because: 'timeout' }))
    expect(performed).toMatchObject({ kind: 'again', afterSeconds: 5 })
    expect(showing).toMatchObject({ lease: null, maybePosted: true })
  })

  test('does not answer: Slack may have written the message, so the next update waits for two seconds', async () => {
    const { showing } = await trouble(async () => ({ kind: 'unclear', because: 'timeout' }))
    const now = showing.shownAt!
    expect(acquireShowing(showing, 'another', now + 1_000)).toMatchObject({ kind: 'paced', at: now + PACE_MS })
    expect(acquireShowing(showing, 'another', now + PACE_MS)).toMatchObject({ kind: 'acquired', mustLookFirst: true })
  })

  test('refuses: that is logged with the reason, and the message is left to the sweep for a minute', async () => {
    const { performed, showing, counted, logged } = await trouble(async () => REFUSED)
    expect(performed).toEqual({ kind: 'done', next: [] })
    const refused = { since: START, until: START + MINUTE }
    expect(showing).toMatchObject({ lease: null, maybePosted: false, refused })
    expect(counted).toEqual(['EffectFailed'])
    expect(logged.filter(({ level }) => level === 'error')).toMatchObject([
      { about: { channel: 'C0RELEASES', because: 'not_in_channel' } },
    ])
  })

  test('refuses for hours: each try comes after as long as it has refused, an hour at most, and one is counted', async () => {
    const { answering, show, change, read, counted, pass, slack } = await bot()
    let tried = 0
    const post = async () => {
      tried++
      return REFUSED
    }
    const waits: number[] = []
    for (let tries = 0; tries < 9; tries++) {
      await show(null, answering({ post }))
      // What changes meanwhile makes no try.
      await change((of) => withProblem(of, `stuck ${tries}`, START))
      await show(null, answering({ post }))
      expect(tried).toBe(tries + 1)
      const { until } = (await read()).showing.refused!
      waits.push((until - START) / MINUTE)
      pass(until - START - (waits.at(-2) ?? 0) * MINUTE)
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 124, 184])
    expect(counted).toEqual(['EffectFailed'])
    await show()
    expect(slack.live(`approval/${id}`)).toHaveLength(1)
    expect((await read()).showing.refused).toBeUndefined()
  })

  test.each([
    ['has lost the message', false, 'the message was deleted in Slack'],
    ['no longer lets it be changed', true, 'Slack does not let the message be changed'],
  ])('%s: it is posted again at once, and one that is still there will point to it', async (_, isThere, because) => {
    const { answering, show, change, read, pass } = await bot()
    await show()
    pass(2 * SECOND)
    await change((of) => withProblem(of, 'stuck', START))
    const { place } = (await read()).showing
    const update = async () => ({ kind: 'lost', isThere }) as const
    expect(await show(null, answering({ update }))).toMatchObject({ kind: 'again', afterSeconds: 0, because })
    const { showing } = await read()
    expect(showing).toMatchObject({ place: null, lease: null })
    expect(showing.left ?? null).toEqual(isThere ? place : null)
  })
})

test.each([
  ['for a day is tried again', DAY, 1],
  ['for longer is left as it is', DAY + 1, 0],
])('a message without a channel that Slack has refused to change %s', async (_, after, tries) => {
  const place = { channel: 'C0RELEASES', ts: '1.1', link: null }
  const { answering, services, show, change, pass } = await bot()
  const refused = { since: START, until: START + MINUTE }
  await change((of) => ({ ...of, showing: { ...of.showing, place, refused } }))
  pass(after)
  let tried = 0
  const update = async () => (tried++, REFUSED)
  const configuration = { ...services.configuration, approvalsChannelFor: () => null }
  await show(null, { ...answering({ update }), configuration })
  expect(tried).toBe(tries)
})

describe('a lease that was acquired with a change', () => {
  test('waits until more changes may have come, at most five seconds', async () => {
    for (const [notBefore, waits] of [
      [START + 600, [600]],
      [START + 60 * SECOND, [5 * SECOND]],
      [START + 1, [1]],
      [START, []],
      [START - 1, []],
    ] as const) {
      const { show, lease, slept, texts } = await bot()
      await show(await lease(notBefore))
      expect(slept).toEqual(waits)
      expect(texts()).toHaveLength(1)
    }
  })

  test('is used only when that time has come', async () => {
    const { services, show, lease, slack, pass } = await bot()
    const during: number[] = []
    const sleep = async (ms: number): Promise<void> => {
      for (let turn = 0; turn < 20; turn++) await new Promise((next) => setImmediate(next))
      during.push(slack.messages.length)
      pass(ms)
    }
    await show(await lease(START + 600), { ...services, clock: { ...services.clock, sleep } })
    expect([during, slack.messages.length]).toEqual([[0], 1])
  })

  test('that another function holds since then is not used', async () => {
    const { show, lease, change, texts } = await bot()
    const own = await lease()
    await change((of) => ({
      ...of,
      showing: { ...of.showing, lease: { owner: 'second', until: START + 30 * SECOND } },
    }))
    expect(await show(own)).toEqual({ kind: 'done', next: [] })
    expect(texts()).toEqual([])
  })

  test('that was passed on is taken over once', async () => {
    const { show, lease, texts } = await bot()
    const own: ShowingLease = { ...(await lease())!, isHandedOn: true }
    await Promise.all([show(own), show(own)])
    expect(texts()).toHaveLength(1)
  })

  test('that was passed on to a function without a channel shows nothing', async () => {
    const { services, lease, texts } = await bot()
    const own: ShowingLease = { ...(await lease())!, isHandedOn: true }
    const configuration = { ...services.configuration, approvalsChannelFor: () => null }
    await showApproval({ ...services, configuration }, id, own)
    expect(texts()).toEqual([])
  })
})

test('an execution’s card that changed while it was written has its next turn two seconds later', async () => {
  const { services, slack } = botInMemory()
  const configuration = { ...services.configuration, statusChannelFor: () => 'C0DEPLOYS' }
  await services.executions.create(execution())
  const changing: Services = {
    ...services,
    configuration,
    slack: {
      ...services.slack,
      post: async (...given) => {
        await services.executions.change(KEY, (of) => [
          { ...of, showing: { ...of.showing, truth: of.showing.truth + 1 } },
          null,
        ])
        return services.slack.post(...given)
      },
    },
  }
  const { next } = await showExecution(changing, KEY)
  expect(next).toEqual([
    { do: 'show-execution', execution: KEY, lease: expect.objectContaining({ turnAt: START + 2_000 }) as unknown },
  ])
  expect(slack.messages.map(({ place }) => place.channel)).toEqual(['C0DEPLOYS'])
})
