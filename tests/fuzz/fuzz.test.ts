import { wholeInCi } from '../support/whole-in-ci.ts'
import { DOORS } from './doors.ts'
import { fuzzOnce, noCounts } from './fuzzed.ts'

const INPUTS = wholeInCi(500, 60)

/** `npm run fuzz` gives them more. What a person types is a command or a question for what was meant: none is refused. */
test.each(Object.keys(DOORS))('%s takes each changed input, or says what is wrong in it', async (door) => {
  const counts = noCounts()
  for (let seed = 1; seed <= INPUTS; seed++) await fuzzOnce(door, seed, counts)
  expect(counts.faults).toEqual([])
  expect(counts.taken).toBeGreaterThan(0)
  if (door !== 'what a person types behind /greenlight') expect(counts.refused).toBeGreaterThan(0)
})

test.each(Object.entries(DOORS))('%s takes what its sender writes', async (_, { sound, take }) => {
  expect(sound.length).toBeGreaterThan(0)
  for (const input of sound) expect([await take(input as never), input]).toEqual(['taken', input])
})

test.each([
  ['throws another error', () => (null as unknown as { length: number }).length],
  ['changes what all objects share', () => Object.assign(Object.prototype, { isAdmin: true })],
])('a door that %s is found', async (_, take) => {
  DOORS['broken'] = { sound: [], draw: () => 'any', take: () => (take(), 'taken') }
  const counts = noCounts()
  try {
    await fuzzOnce('broken', 1, counts)
  } finally {
    delete DOORS['broken']
    delete (Object.prototype as { isAdmin?: boolean }).isAdmin
  }
  expect(counts.faults).toMatchObject([{ door: 'broken', seed: 1 }])
})
