import type { OpenHomes } from '../../functions/domain/open-homes.ts'
import {
  NO_HOMES,
  followedUsers,
  isFollowed,
  withOpened,
  withPublished,
  withoutHome,
} from '../../functions/domain/open-homes.ts'
import { MINUTE, START } from '../support/records.ts'

const home = (openedAt: number) => ({ openedAt, shown: null, hash: null })
const homes: OpenHomes = { open: { U0ANA: home(START), U0BEN: home(START + MINUTE) }, at: START + MINUTE }

test('a Home tab is followed for a quarter of an hour', () => {
  expect(isFollowed(home(START), START + 15 * MINUTE - 1)).toBe(true)
  expect(isFollowed(home(START), START + 15 * MINUTE)).toBe(false)
})

test('a tab that is opened is followed from then on, and those that were opened long ago are left out', () => {
  const now = START + 15 * MINUTE
  expect(withOpened(homes, 'U0CHEN', now)).toEqual({
    open: { U0BEN: home(START + MINUTE), U0CHEN: home(now) },
    at: now,
  })
  const shown = withPublished(homes, 'U0BEN', { shown: 'a', hash: 'b' })
  expect(withOpened(shown, 'U0BEN', START + 2 * MINUTE).open['U0BEN']).toEqual(home(START + 2 * MINUTE))
  // Clocks of functions differ a little.
  expect(withOpened(homes, 'U0CHEN', START).at).toBe(START + MINUTE)
  expect(withOpened(NO_HOMES, 'U0ANA', 0)).toEqual({ open: { U0ANA: home(0) }, at: 0 })
})

test('what was published is kept for a person whose tab is followed', () => {
  const published = { shown: 'content', hash: 'state' }
  expect(withPublished(homes, 'U0ANA', published)).toEqual({
    ...homes,
    open: { ...homes.open, U0ANA: { openedAt: START, ...published } },
  })
  expect(withPublished(homes, 'U0ZOE', published)).toBe(homes)
})

test('a person to whom Slack shows no tab is left out', () => {
  expect(withoutHome(homes, 'U0ANA')).toEqual({ ...homes, open: { U0BEN: homes.open['U0BEN'] } })
  expect(withoutHome(homes, 'U0ZOE')).toBe(homes)
})

test('the tabs that were opened last are brought up to date, sixty at most', () => {
  const open = Object.fromEntries(Array.from({ length: 62 }, (_, index) => [`U${index}`, home(START + index)]))
  const followed = followedUsers({ open, at: START }, START + 15 * MINUTE - 1)
  expect([followed[0], followed.at(-1), followed.length]).toEqual(['U61', 'U2', 60])
  expect(followedUsers({ open, at: START }, START + 15 * MINUTE + 60)).toEqual(['U61'])
  expect(followedUsers(homes, START + 15 * MINUTE)).toEqual(['U0BEN'])
})
