import type { Approval } from '../../../functions/domain/approval.ts'
import { settled } from '../../../functions/domain/approval.ts'
import type { Act } from '../../../functions/domain/act.ts'
import { withDeferredClick } from '../../../functions/domain/attempt.ts'
import { deferredStatement } from '../../../functions/domain/statement.ts'
import { actOnApproval } from '../../../functions/flows/approval/act-on-approval.ts'
import { weighDeferredClicks } from '../../../functions/flows/approval/weigh-deferred-clicks.ts'
import { checkApproval } from '../../../functions/flows/approval/check-approval.ts'
import { changeApproval, readApproval } from '../../../functions/flows/approval/change-approval.ts'
import { resolvePolicy } from '../../../functions/flows/approval/resolve-policy.ts'
import type { HeldStage } from '../../../functions/domain/held-stage.ts'
import type { GateState } from '../../../functions/ports/gate.ts'
import { OutOfReach } from '../../../functions/ports/out-of-reach.ts'
import type { Services } from '../../../functions/ports/services.ts'
import { botInMemory, slowly } from '../../support/bot-in-memory.ts'
import {
  CARDS,
  DAY,
  KEY,
  MINUTE,
  START,
  actor,
  approval,
  deciding,
  execution,
  pipelineChange,
  vote,
} from '../../support/records.ts'

const { id } = approval()
const NOTHING = { kind: 'done', next: [] }
const SHOW = { do: 'show-approval', approval: id }
const FILE = { do: 'file-entries', approval: id }
const NEWER = { executionId: 'newer', revision: CARDS, startedAt: START }
const pending = (newerExecutionId: string | null = null, held: HeldStage | null = null): GateState => ({
  kind: 'pending',
  newerExecutionId,
  held,
  anew: null,
})
const HELD: HeldStage = { stage: 'Production', reason: 'stocktaking', since: START, userId: null, name: null }

/** A bot that compares this approval with its pipeline, which gives these answers, five minutes after the request. */
const bot = async (of: Approval | null, answer: GateState | (() => Promise<GateState>) = pending()) => {
  const made = botInMemory({ forbid: [], breakGlass: { people: [], groups: [] } }, { status: 'C0DEPLOYS' })
  if (of) {
    const resolvedPolicy = of.resolvedPolicy && (await resolvePolicy(made.services, of, START))
    await made.services.approvals.create({ ...of, resolvedPolicy })
  }
  const described: (string | null)[] = []
  const notAsked = async (): Promise<never> => {
    throw new Error('not asked here')
  }
  const services: Services = {
    ...made.services,
    gates: {
      'manual-approval': {
        service: 'CodePipeline',
        over: () => ({
          findStarted: notAsked,
          findPending: notAsked,
          describe: notAsked,
          behind: notAsked,
          wasRefused: notAsked,
          describeNewer: async (_, executionId) => {
            described.push(executionId)
            return executionId === null ? null : NEWER
          },
          compare: async () => (typeof answer === 'function' ? answer() : answer),
          findEnding: notAsked,
          sendVerdict: notAsked,
          consoleUrl: () => 'https://console.example',
        }),
      },
    },
  }
  made.pass(5 * MINUTE)
  return {
    ...made,
    services,
    described,
    check: () => checkApproval(services, id),
    read: async () => (await readApproval(services, id))!,
  }
}

describe('an approval that waits, compared with its pipeline,', () => {
  test('is read once and not written if nothing is new', async () => {
    const { read, services } = await bot(approval())
    const before = await read()
    let reads = 0
    const { approvals } = services
    const counted: Services['approvals'] = {
      ...approvals,
      read: (of) => {
        reads++
        return approvals.read(of)
      },
      change: () => Promise.reject(new Error('written')),
    }
    expect(await checkApproval({ ...services, approvals: counted }, id)).toEqual(NOTHING)
    expect(reads).toBe(1)
    expect(await read()).toBe(before)
  })

  test('by the clock is compared unless it was looked at within a minute: an answer may be from before its request', async () => {
    const { services, pass, read } = await bot(approval(), pending('newer'))
    await changeApproval(services, id, (current) => [{ ...current, checkedAt: START + 5 * MINUTE }, null])
    const marked = await read()
    for (const ms of [0, MINUTE - 1]) {
      pass(ms)
      expect(await checkApproval(services, id, { unlessLookedAt: true })).toEqual(NOTHING)
      expect(await read()).toBe(marked)
    }
    pass(1)
    expect(await checkApproval(services, id, { unlessLookedAt: true })).toEqual({ kind: 'done', next: [SHOW, FILE] })
  })

  test('shows the newer execution that waits behind it, which is described once', async () => {
    const { check, read, described } = await bot(approval(), pending('newer'))
    expect(await check()).toEqual({ kind: 'done', next: [SHOW, FILE] })
    expect((await read()).newer).toEqual({ ...NEWER, seenAt: START + 5 * MINUTE })
    expect(await check()).toEqual(NOTHING)
    expect(described).toEqual(['newer'])
  })

  test('says once which of its votes do not count, because they are not signed', async () => {
    const { check, read, services } = await bot(approval({ unsignedVotes: [vote('U0DANA')] }))
    expect(await check()).toEqual({ kind: 'done', next: [SHOW, FILE] })
    const { truth } = (await read()).showing
    expect(await checkApproval(services, id)).toEqual(NOTHING)
    expect(await read()).toMatchObject({ showing: { truth }, votes: [], unsignedVotes: [{ userId: 'U0DANA' }] })
  })

  test.each([
    ['when CodePipeline was asked', 0, HELD],
    ['after CodePipeline was asked: what that look read stays', 1, undefined],
  ])('shows the held stage behind it, if another function looked %s', async (_, later, held) => {
    const made: Awaited<ReturnType<typeof bot>> = await bot(approval(), async () => {
      const checkedAt = made.services.clock.now() + later
      await changeApproval(made.services, id, (current) => [{ ...current, checkedAt }, null])
      return pending(null, HELD)
    })
    const { next } = await made.check()
    expect(next).toEqual(held ? [SHOW, FILE] : [])
    expect((await made.read()).held).toEqual(held)
  })

  test('no longer shows one that has gone', async () => {
    const { check, read } = await bot(approval({ newer: NEWER }))
    expect(await check()).toEqual({ kind: 'done', next: [SHOW, FILE] })
    expect((await read()).newer).toBeNull()
  })

  /** Dana has approved, and Slack did not list the people whom the rule names. */
  const unlisted = async () => {
    const made = await bot(approval())
    await made.services.approvals.change(id, (one) => {
      if (one.kind !== 'approval') return [one, null]
      const { policy } = one.resolvedPolicy!
      const unread = {
        ...policy,
        unread: ['Slack did not list S0ENGINEERS'],
        rules: policy.rules.map((rule) => ({ ...rule, people: [] })),
      }
      const votes = [vote('U0DANA', 'Approved', { at: START + MINUTE })]
      return [{ ...one, votes, resolvedPolicy: { ...one.resolvedPolicy!, policy: unread } }, null]
    })
    return made
  }
  const settle = { do: 'settle-approval', approval: id }
  const APPROVED = { name: 'deciding', verdict: 'Approved' }

  test('is decided by earlier votes, once Slack lists the people again', async () => {
    const made = await unlisted()
    expect(await made.check()).toEqual({ kind: 'done', next: [settle, SHOW, FILE] })
    expect((await made.read()).state).toMatchObject(APPROVED)
  })

  const weighed = async (act: Act, who = actor('U0DANA')) => {
    const made = await unlisted()
    const { services } = made
    const [at, waitsFor] = [START + 4 * MINUTE, 'slack' as const]
    const seal = await services.seals.seal(deferredStatement(id, { who, act, at }))
    await changeApproval(services, id, (one) => [withDeferredClick(one, { who, act, at, seal, waitsFor }), null])
    expect((await made.check()).next).not.toContainEqual(settle)
    expect((await made.read()).state).toEqual({ name: 'waiting' })
    return { ...made, weigh: async () => (await weighDeferredClicks(services, id)).next }
  }

  test('is not decided by them while a click is weighed that may take one of them back', async () => {
    const made = await weighed({ do: 'withdraw' })
    expect(await made.weigh()).not.toContainEqual(settle)
    expect(await made.read()).toMatchObject({ state: { name: 'waiting' }, votes: [] })
  })

  test('is decided by them when that click does not count', async () => {
    const made = await weighed({ do: 'withdraw' }, actor('U0ZOE'))
    expect(await made.weigh()).toContainEqual(settle)
    expect((await made.read()).state).toMatchObject(APPROVED)
  })

  test('is decided by them at the next look when that click is gone', async () => {
    const made = await weighed({ do: 'withdraw' })
    await changeApproval(made.services, id, (one) => [{ ...one, deferredClicks: [] }, null])
    expect((await made.check()).next).toContainEqual(settle)
    expect((await made.read()).state).toMatchObject(APPROVED)
  })

  test('is decided by them also if it was a person who clicked to whom Slack listed the people', async () => {
    const made = await unlisted()
    const who = actor('U0ZOE')
    const act = { do: 'vote', verdict: 'Approved', comment: '' } as const
    const acted = await actOnApproval(made.services, { approvalId: id, who, act })
    expect(acted).toMatchObject({ kind: 'refused', effects: expect.arrayContaining([settle]) })
    expect((await made.read()).state).toMatchObject(APPROVED)
  })

  test('ends as its pipeline says', async () => {
    const { check, read } = await bot(approval(), { kind: 'ended', ended: () => ({ how: 'pipeline-edited' }) })
    expect((await check()).next).toContainEqual({ do: 'announce-verdict', approval: id })
    expect((await read()).state).toMatchObject({ name: 'settled', outcome: { how: 'pipeline-edited' } })
  })

  test('is checked again a minute later if the answers contradict each other', async () => {
    const { check } = await bot(approval(), { kind: 'unclear', because: 'not yet' })
    expect(await check()).toMatchObject({ kind: 'again', afterSeconds: 60, because: 'not yet' })
  })
})

describe('an approval whose pipeline the bot may not read', () => {
  const refused = new OutOfReach('AWS refuses')
  const refusing = (error: Error) => () => Promise.reject(error)
  const CLOSED = { name: 'settled', outcome: { how: 'unknown', status: '', isOutOfReach: true } }

  test.each([approval(), deciding()])('is closed at once if its account is not joined any more', async (of) => {
    const { check, read, counted } = await bot(of, refusing(new OutOfReach('left', { isUnjoined: true })))
    expect((await check()).next).toContainEqual({ do: 'announce-verdict', approval: id })
    expect((await read()).state).toMatchObject(CLOSED)
    expect(counted).not.toContain('EffectFailed')
  })

  test('waits for two days if AWS refuses, and an alarm rings meanwhile: a person may mend it', async () => {
    const { check, read, counted, logged, pass } = await bot(approval(), refusing(refused))
    expect(await check()).toEqual(NOTHING)
    expect([(await read()).outOfReachSince, counted]).toEqual([START + 5 * MINUTE, []])
    expect(logged).toMatchObject([{ level: 'warn', about: { approval: id, error: refused } }])
    pass(2 * DAY)
    expect(await check()).toEqual(NOTHING)
    expect([(await read()).state.name, counted]).toEqual(['waiting', ['EffectFailed']])
    pass(1)
    await check()
    expect((await read()).state).toMatchObject(CLOSED)
  })

  test('has two days again once it was read', async () => {
    let isRefused = true
    const { check, read, pass } = await bot(approval(), async () => {
      if (isRefused) throw refused
      return pending()
    })
    await check()
    pass(2 * DAY)
    isRefused = false
    await check()
    expect(await read()).not.toHaveProperty('outOfReachSince')
    isRefused = true
    pass(DAY)
    await check()
    expect((await read()).state.name).toBe('waiting')
  })

  test('is left only when the table has since when that is so', async () => {
    const { services, read } = await bot(approval(), refusing(refused))
    const { approvals } = services
    const slow = { ...approvals, change: slowly(approvals.change) } as typeof approvals
    await checkApproval({ ...services, approvals: slow }, id)
    expect((await read()).outOfReachSince).toBe(START + 5 * MINUTE)
  })

  test('of another error, the queue tries again', async () => {
    const { check } = await bot(approval(), refusing(new Error('down')))
    await expect(check()).rejects.toThrow('down')
  })
})

describe('an approval that does not wait is', () => {
  test('not changed while its verdict is on its way', async () => {
    const { check, read } = await bot(deciding(), pending('newer', HELD))
    const before = await read()
    expect(await check()).toEqual(NOTHING)
    expect(await read()).toBe(before)
  })

  test('compared with its execution while its deployment runs', async () => {
    const approved = settled(deciding(), { how: 'slack', verdict: 'Approved' }, START)
    const { check, services, read } = await bot(approved)
    await services.executions.create(execution([pipelineChange('succeeded', START + MINUTE)]))
    const { next } = await check()
    expect(next).toContainEqual(expect.objectContaining(SHOW))
    expect(next).toContainEqual(expect.objectContaining({ do: 'show-execution', execution: KEY }))
    expect((await read()).deployment).toMatchObject({ name: 'live' })
  })

  test('left alone once it is over, or if there is none', async () => {
    expect(await (await bot(settled(approval(), { how: 'expired' }, START))).check()).toEqual(NOTHING)
    expect(await (await bot(null)).check()).toEqual(NOTHING)
  })
})
