import type { Mutes } from '../../functions/domain/mute.ts'
import { NO_MUTES, endOfMutes, muteOf, mutedUntil, notMuted, withMute } from '../../functions/domain/mute.ts'
import { MINUTE, START } from '../support/records.ts'

const UNTIL = START + 60 * MINUTE
const SHOP = { patterns: ['shop-*', 'docs'], until: UNTIL }
const mutes: Mutes = { by: { U0ANA: SHOP, U0BEN: { patterns: ['*'], until: START } } }

test('what a person mutes replaces what they muted before, and those that are over are left out', () => {
  const docs = { patterns: ['docs'], until: UNTIL + 1 }
  expect(withMute(mutes, 'U0CHEN', docs, START)).toEqual({ by: { U0ANA: SHOP, U0CHEN: docs } })
  expect(withMute(mutes, 'U0ANA', docs, START - 1)).toEqual({ by: { U0ANA: docs, U0BEN: mutes.by['U0BEN'] } })
  expect(withMute(mutes, 'U0ANA', null, START)).toEqual({ by: {} })
})

test('when people last said what they mute stays known, so that an earlier command changes nothing', () => {
  const said = { U0ANA: START, U0BEN: START }
  expect(withMute({ ...mutes, said }, 'U0ANA', null, START)?.said).toEqual(said)
})

test('six hundred people can mute, and any of them can change or end theirs', () => {
  const crowd = (count: number): Mutes => ({
    by: Object.fromEntries(Array.from({ length: count }, (_, index) => [`U${index}`, SHOP])),
  })
  expect(withMute(crowd(599), 'U0ANA', SHOP, START)).not.toBeNull()
  expect(withMute(crowd(600), 'U0ANA', SHOP, START)).toBeNull()
  expect(withMute(crowd(600), 'U1', SHOP, START)).toEqual(crowd(600))
  expect(withMute(crowd(601), 'U0ANA', null, START)).not.toBeNull()
  expect(withMute(crowd(600), 'U0ANA', SHOP, UNTIL)).toEqual({ by: { U0ANA: SHOP } })
})

test.each<[string, string, number, number | null]>([
  ['U0ANA', 'shop-web', START, UNTIL],
  ['U0ANA', 'docs', UNTIL - 1, UNTIL],
  ['U0ANA', 'docs', UNTIL, null],
  ['U0ANA', 'lab', START, null],
  ['U0BEN', 'docs', START, null],
  ['U0ZOE', 'docs', START, null],
])('%s has muted %s at %i until %j', (userId, pipeline, now, until) => {
  expect(mutedUntil(mutes, userId, pipeline, now)).toBe(until)
  expect(notMuted(mutes, [userId, 'U0FINN'], pipeline, now)).toEqual(until ? ['U0FINN'] : [userId, 'U0FINN'])
})

test('what a person has muted ends, and the record ends with the last of all', () => {
  expect(muteOf(mutes, 'U0ANA', UNTIL - 1)).toBe(SHOP)
  expect(muteOf(mutes, 'U0ANA', UNTIL)).toBeNull()
  expect(endOfMutes(mutes)).toBe(UNTIL)
  expect(endOfMutes(NO_MUTES)).toBe(0)
  // As long as a command from before may come late.
  expect(endOfMutes({ by: {}, said: { U0ANA: START, U0BEN: START - 1 } })).toBe(START + 60 * MINUTE)
})
