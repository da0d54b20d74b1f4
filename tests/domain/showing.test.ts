import fc from 'fast-check'
import type { Showing, ShowingAcquisition } from '../../functions/domain/showing.ts'
import {
  acquireShowing,
  isBehind,
  mayBeShown,
  needNotBeShown,
  notShownYet,
  postedAt,
  takenOver,
  touched,
  wasDeleted,
  wasLost,
  wasNotShown,
  wasRefusedBySlack,
  wasShown,
  withShowingLease,
  withTurn,
} from '../../functions/domain/showing.ts'
import { SECOND, START } from '../support/records.ts'

const PLACE = { channel: 'C0RELEASES', ts: '1.1', link: null }

/** The message's pace allows an update again. */
const LATER = START + 2 * SECOND

const acquired = (showing: Showing, owner = 'me', now = START) => {
  const taken = acquireShowing(showing, owner, now)
  if (taken.kind !== 'acquired') throw new Error(`It was ${taken.kind}`)
  return taken
}

const posted = (): Showing => wasShown(acquired(notShownYet(START)).showing, 'me', 1, PLACE, START)

describe('the lease to write a message', () => {
  test('goes to one writer at a time, and again once it has expired', () => {
    const { showing } = acquired(notShownYet(START))
    expect(acquireShowing(showing, 'other', START + 29 * SECOND)).toEqual({ kind: 'busy', until: START + 30 * SECOND })
    expect(acquireShowing(showing, 'other', START + 30 * SECOND)).toMatchObject({ kind: 'acquired' })
  })

  test('is refused if the message is up to date', () => {
    expect(posted()).toMatchObject({ shown: 1, place: PLACE, lease: null, behindSince: null, maybePosted: false })
    expect(acquireShowing(posted(), 'me', START)).toEqual({ kind: 'up-to-date' })
    expect(acquireShowing(needNotBeShown(notShownYet(START)), 'me', START)).toEqual({ kind: 'up-to-date' })
  })

  test('comes with a warning if an earlier post may have succeeded', () => {
    const first = acquired(notShownYet(START))
    expect(first.mustLookFirst).toBe(false)
    expect(acquired(first.showing, 'other', START + 60 * SECOND).mustLookFirst).toBe(true)
    expect(acquired(wasNotShown(first.showing, 'me', false)).mustLookFirst).toBe(true)
    expect(acquired(wasNotShown(first.showing, 'me', true)).mustLookFirst).toBe(false)
  })

  test('needs no look for a message whose place is known', () => {
    const again = acquired(touched(posted(), START), 'me', LATER)
    expect(again.mustLookFirst).toBe(false)
    expect(acquired(wasNotShown(again.showing, 'me', false), 'me', LATER).mustLookFirst).toBe(false)
  })
})

describe('the pace of a message', () => {
  const outdated = touched(posted(), START)
  const paced = (showing: Showing, now: number, precedence = {}) => acquireShowing(showing, 'other', now, precedence)
  const at = START + 2 * SECOND

  test('lets the first change of a quiet message be shown at once', () => {
    expect(paced(outdated, at)).toMatchObject({ kind: 'acquired' })
    expect(paced(outdated, START + 3_600 * SECOND)).toMatchObject({ kind: 'acquired' })
  })

  test('has a change within two seconds wait in the queue, and every further change do nothing', () => {
    const waiting = paced(outdated, at - 1)
    expect(waiting).toEqual({ kind: 'paced', at, showing: { ...outdated, turnAt: at } })
    const { showing } = waiting as Extract<typeof waiting, { kind: 'paced' }>
    expect(paced(touched(showing, at), at)).toEqual({ kind: 'busy', until: at })
  })

  test('gives the turn to the effect from the queue, once', () => {
    const waiting = { ...outdated, turnAt: at }
    const taken = paced(waiting, at, { isFromQueue: true })
    expect(taken).toMatchObject({ kind: 'acquired' })
    const { showing } = taken as Extract<typeof taken, { kind: 'acquired' }>
    expect(showing).not.toHaveProperty('turnAt')
    expect(paced(showing, at, { isFromQueue: true })).toMatchObject({ kind: 'busy' })
  })

  test('gives a turn to call Slack with it, if one is kept for the message, to the first that comes then', () => {
    const kept = withTurn(outdated, at, true)
    expect(paced(kept, at, { isFromQueue: true })).toMatchObject({ kind: 'acquired', hasTurn: true })
    expect(paced(kept, at - 1, { isFromQueue: true })).toMatchObject({ kind: 'paced', showing: { hasTurn: true } })
    expect(paced(withTurn(kept, at, false), at, { isFromQueue: true })).toMatchObject({ hasTurn: false })
    for (const late of [paced(kept, at + 10 * SECOND), paced(kept, at, { isUrgent: true })])
      expect(late).toMatchObject({ kind: 'acquired', hasTurn: false })
    const { showing } = paced(kept, at, { isFromQueue: true }) as Extract<ShowingAcquisition, { kind: 'acquired' }>
    expect(showing).not.toHaveProperty('hasTurn')
    expect(needNotBeShown(kept)).not.toHaveProperty('hasTurn')
    const [, lease] = withShowingLease({ showing: kept }, 'me', at, at, { isFromQueue: true })
    expect(lease).toMatchObject({ owner: 'me', hasTurn: true })
  })

  test('lets an effect that came early wait for the same turn', () => {
    const waiting = { ...outdated, turnAt: at + 30 * SECOND }
    const early = paced(waiting, at, { isFromQueue: true })
    expect(early).toEqual({ kind: 'paced', at: at + 30 * SECOND, showing: waiting })
  })

  test('lets a failure go ahead of a turn, but not within two seconds of the last update', () => {
    const waiting = { ...outdated, turnAt: START + 30 * SECOND }
    expect(paced(waiting, at, { isUrgent: true })).toMatchObject({ kind: 'acquired' })
    expect(paced(waiting, at - 1, { isUrgent: true })).toMatchObject({ kind: 'paced', at })
  })

  test('gives the message to others ten seconds after a turn that no one took: its effect was lost', () => {
    const waiting = { ...outdated, turnAt: at }
    expect(paced(waiting, at + 10 * SECOND - 1)).toMatchObject({ kind: 'busy' })
    expect(paced(waiting, at + 10 * SECOND)).toMatchObject({ kind: 'acquired' })
  })

  test('counts time in which a function’s clock is a little behind, and none if it was set back', () => {
    expect(paced(outdated, START - SECOND)).toMatchObject({ kind: 'paced', at })
    expect(paced(outdated, START - 3_600 * SECOND)).toMatchObject({ kind: 'acquired' })
  })

  test('is no matter for a message that was lost: it is posted again at once', () => {
    const { showing } = acquired(outdated, 'me', LATER)
    expect(paced(wasLost(showing, 'me'), LATER)).toMatchObject({ kind: 'acquired' })
  })
})

test('a lease that was passed on is taken over by one function, for as long as one of its own', () => {
  const record = { showing: acquired({ ...notShownYet(START), place: PLACE }).showing }
  const lease = { owner: 'me', mustLookFirst: false, notBefore: START, isHandedOn: true } as const
  const later = START + 10 * SECOND
  const [next, own] = takenOver(record, lease, 'other', later)
  expect(own).toMatchObject({ owner: 'other' })
  expect(next.showing).toEqual({ ...record.showing, lease: { owner: 'other', until: later + 30 * SECOND } })
  expect(takenOver(next, lease, 'third', later)).toEqual([next, null])
})

describe('a message', () => {
  test('stays outdated if the record changed while it was written', () => {
    const { showing } = acquired(notShownYet(START))
    const late = wasShown(touched(showing, START + 1), 'me', 1, PLACE, START + 2)
    expect(late).toMatchObject({ truth: 2, shown: 1, behindSince: START, place: PLACE })
    expect(isBehind(late)).toBe(true)
  })

  test('is written once more if its writer had lost the lease', () => {
    const slow = acquired(notShownYet(START)).showing
    const other = acquired(slow, 'other', START + 60 * SECOND).showing
    const done = wasShown(other, 'other', 1, PLACE, START + 61 * SECOND)
    const overwritten = wasShown(done, 'me', 1, { ...PLACE, ts: '2.2' }, START + 62 * SECOND)
    expect(overwritten.place).toEqual(PLACE)
    expect(isBehind(overwritten)).toBe(true)
  })

  test('keeps its place though its writer had lost the lease, if no other place is known', () => {
    const other = acquired(acquired(notShownYet(START)).showing, 'other', START + 60 * SECOND).showing
    expect(wasShown(other, 'me', 1, PLACE, START + 61 * SECOND).place).toEqual(PLACE)
  })

  test('that was deleted is posted again, without a look for it', () => {
    const { showing } = acquired(touched(posted(), START), 'me', LATER)
    const lost = wasLost({ ...showing, maybePosted: true }, 'me')
    expect(lost.place).toBeNull()
    expect(acquired(lost).mustLookFirst).toBe(false)
  })

  test('that was found in the channel keeps its place, though it could not be updated', () => {
    const { showing } = acquired(notShownYet(START))
    expect(wasNotShown(showing, 'me', false, PLACE)).toMatchObject({ place: PLACE, maybePosted: false, lease: null })
  })

  test('that was deleted is posted again, unless another has been posted since', () => {
    expect(wasDeleted(posted(), PLACE, LATER)).toMatchObject({ place: null, behindSince: LATER })
    const other = posted()
    expect(wasDeleted(other, { ...PLACE, ts: '2.2' }, LATER)).toBe(other)
  })

  test('ignores the failure of a writer that had lost its lease', () => {
    const { showing } = acquired(notShownYet(START))
    expect(wasNotShown(showing, 'other', true)).toBe(showing)
    expect(wasLost(showing, 'other')).toBe(showing)
    expect(wasRefusedBySlack(showing, 'other', LATER, null)).toBe(showing)
  })
})

test('in every history, the shown version never passes the stored one, and an outdated message always has a time since when', () => {
  const step = fc.constantFrom<((showing: Showing, now: number) => Showing)[]>(
    touched,
    (showing, now) => {
      const taken = acquireShowing(showing, 'a', now)
      return taken.kind === 'acquired' ? taken.showing : showing
    },
    (showing, now) => wasShown(showing, 'a', showing.truth, PLACE, now),
    (showing, now) => wasShown(showing, 'b', 1, PLACE, now),
    (showing) => wasNotShown(showing, 'a', true),
    (showing) => wasNotShown(showing, 'a', false),
    (showing) => wasLost(showing, 'a'),
    needNotBeShown,
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(step, fc.nat({ max: 40 * SECOND })), { maxLength: 20 }), (steps) => {
      let now = START
      let showing = notShownYet(now)
      for (const [take, ms] of steps) {
        now += ms
        showing = take(showing, now)
        expect(showing.shown).toBeLessThanOrEqual(showing.truth)
        expect(showing.behindSince === null).toBe(!isBehind(showing))
      }
    }),
  )
})

describe('the record of a message', () => {
  const outdated = touched(posted(), START)
  const at = START + 2 * SECOND

  test('gets the lease of its writer, or the turn of the effect that will write it', () => {
    const [taken] = withShowingLease({ showing: outdated }, 'me', at)
    expect(taken.showing).toMatchObject({ lease: { owner: 'me', until: at + 30 * SECOND } })
    const [waiting, lease] = withShowingLease({ showing: outdated }, 'me', at - 1)
    expect(waiting.showing).toEqual({ ...outdated, turnAt: at })
    expect(lease).toEqual({ owner: 'me', mustLookFirst: false, notBefore: at - 1, turnAt: at })
  })

  test('stays as it is while its turn is the same', () => {
    const record = { showing: { ...outdated, turnAt: at } }
    const [same, lease] = withShowingLease(record, 'me', at - 1, at - 1, { isFromQueue: true })
    expect(same).toBe(record)
    expect(lease).toMatchObject({ turnAt: at })
  })

  test('knows when Slack took the message, or may have taken it', () => {
    const { showing } = acquired(notShownYet(START))
    expect(wasShown(showing, 'me', 1, PLACE, START + 5).shownAt).toBe(START + 5)
    expect(wasShown(showing, 'other', 1, PLACE, START + 5).shownAt).toBe(START + 5)
    expect(mayBeShown(showing, START + 5)).toEqual({ ...showing, shownAt: START + 5 })
    expect(postedAt({ ...PLACE, ts: '1764201600.000200' })).toBe(1_764_201_600_000.2)
  })

  test('counts the pace from a clock that is ten seconds ahead at most', () => {
    expect(acquireShowing(outdated, 'me', START - 10 * SECOND)).toMatchObject({ kind: 'paced' })
    expect(acquireShowing(outdated, 'me', START - 10 * SECOND - 1)).toMatchObject({ kind: 'acquired' })
  })

  test('has no lease if it need not be shown', () => {
    expect(needNotBeShown(acquired(notShownYet(START)).showing).lease).toBeNull()
  })

  test('knows the message that it left, until another one is shown', () => {
    const { showing } = acquired(outdated, 'me', at)
    const lost = wasLost(showing, 'me', PLACE)
    expect(lost.left).toEqual(PLACE)
    expect(wasLost(showing, 'me')).not.toHaveProperty('left')
    const again = acquired(lost, 'me', at).showing
    expect(wasShown(again, 'me', 2, { ...PLACE, ts: '2.2' }, at)).not.toHaveProperty('left')
  })
})
