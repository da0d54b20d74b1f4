import fc from 'fast-check'
import type { Lease } from '../../functions/domain/lease.ts'
import { SEND_VERDICT, SLACK_CALL, acquire, holds, release, renew } from '../../functions/domain/lease.ts'
import { clientOptions } from '../../functions/slack/slack-client.ts'
import { START } from '../support/records.ts'
import { wholeInCi } from '../support/whole-in-ci.ts'

const TERMS = { SLACK_CALL, SEND_VERDICT }
const OWNERS = ['a', 'b', 'c'] as const
type Owner = (typeof OWNERS)[number]

const term = fc.constantFrom(...Object.values(TERMS))
const owner = fc.constantFrom(...OWNERS)
const step = fc.record({
  /** Often to the very millisecond at which the lease ends. */
  after: fc.oneof(fc.nat({ max: 40_000 }), fc.constantFrom(0, 1, 9_999, 10_000, 20_000, 29_999, 30_000)),
  by: owner,
  what: fc.constantFrom('acquire', 'renew', 'release'),
})
const steps = fc.array(step, { maxLength: 30 })

interface Moment {
  now: number
  by: Owner
  what: string
  before: Lease | null
  after: Lease | null
}

/** The history of one lease, as functions acquire and release it. */
const historyOf = (taken: readonly { after: number; by: Owner; what: string }[], term: typeof SLACK_CALL): Moment[] => {
  let now = START
  let lease: Lease | null = null
  return taken.map(({ after, by, what }) => {
    now += after
    const before = lease
    if (what === 'acquire') {
      const acquisition = acquire(before, by, now, term)
      if (acquisition.kind === 'acquired') lease = acquisition.lease
    }
    if (what === 'renew') lease = renew(before, by, now, term) ?? before
    if (what === 'release') lease = release(before, by)
    return { now, by, what, before, after: lease }
  })
}

const everyHistory = (check: (moments: Moment[], term: typeof SLACK_CALL) => void) =>
  fc.assert(
    fc.property(steps, term, (taken, term) => check(historyOf(taken, term), term)),
    { numRuns: wholeInCi(1_000, 200) },
  )

describe('a lease', () => {
  test('has at most one holder at a time', () => {
    everyHistory((moments, term) => {
      for (const { after, now } of moments)
        expect(OWNERS.filter((one) => holds(after, one, now, { ...term, work: 0 })).length).toBeLessThanOrEqual(1)
    })
  })

  test('is acquired only while it has no holder or has expired', () => {
    everyHistory((moments, term) => {
      for (const { before, now } of moments)
        for (const by of OWNERS) {
          const isFree = before === null || before.until <= now
          expect(acquire(before, by, now, term)).toEqual(
            isFree
              ? { kind: 'acquired', lease: { owner: by, until: now + term.lasts } }
              : { kind: 'busy', until: before.until },
          )
        }
    })
  })

  test('is renewed and released by its owner alone', () => {
    everyHistory((moments, term) => {
      for (const { before, now } of moments)
        for (const by of OWNERS) {
          const isOwner = before?.owner === by
          expect(renew(before, by, now, term)).toEqual(isOwner ? { owner: by, until: now + term.lasts } : null)
          expect(release(before, by)).toBe(isOwner ? null : before)
        }
    })
  })

  test('lasts until work that begins under it is over: no other function acquires it before', () => {
    everyHistory((moments, term) => {
      for (const [index, { after, now, by }] of moments.entries()) {
        if (!holds(after, by, now, term)) continue
        const meanwhile = moments.slice(index + 1).filter((other) => other.now < now + term.work)
        const released = meanwhile.findIndex((other) => other.what === 'release' && other.by === by)
        const others = released < 0 ? meanwhile : meanwhile.slice(0, released)
        expect(others.filter((other) => other.after?.owner !== by)).toEqual([])
      }
    })
  })

  test.each(Object.entries(TERMS))('%s leaves time for its work at first, and none after its end', (_, term) => {
    const acquisition = acquire(null, 'a', START, term)
    const lease = acquisition.kind === 'acquired' ? acquisition.lease : null
    const latest = START + term.lasts - term.work
    expect([START, latest, latest + 1].map((now) => holds(lease, 'a', now, term))).toEqual([true, true, false])
    expect(holds(null, 'a', START, term)).toBe(false)
  })
})

test('a call of Slack is given up before its time under the lease is over', () => {
  expect(clientOptions(undefined).timeout).toBeLessThan(SLACK_CALL.work)
})
