import { pushedBy } from '../../functions/domain/revision.ts'
import { CARDS, CHANGE, ROUNDING } from '../support/records.ts'

describe('a pushed change', () => {
  const alone = { ...CHANGE, revisions: [CARDS], since: null }

  test('has a single author who pushed it', () => {
    expect(pushedBy(alone)).toBe('Ben')
    expect(pushedBy({ ...alone, revisions: [CARDS, { ...ROUNDING, author: 'Ben' }] })).toBe('Ben')
  })

  test('of several authors, or of one who is not known, names none as the one who pushed it', () => {
    expect(pushedBy({ ...alone, revisions: [CARDS, { ...ROUNDING, author: 'Ana' }] })).toBeNull()
    expect(pushedBy({ ...alone, revisions: [{ ...CARDS, author: null }] })).toBeNull()
    expect(pushedBy({ ...alone, revisions: [] })).toBeNull()
  })
})
