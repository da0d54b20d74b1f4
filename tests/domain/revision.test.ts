import type { Change } from '../../functions/domain/revision.ts'
import { authorsOf, changedRevisions, mainRevision, pushedBy } from '../../functions/domain/revision.ts'
import { CARDS, CHANGE, RELEASED, ROUNDING, revision } from '../support/records.ts'

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

describe('the revisions that a change deploys for the first time', () => {
  const [APP, CONFIG] = [revision('a1', 'Fix rounding'), revision('c1', 'Set up', { source: 'Config' })]
  const since = { ...CHANGE.since!, changed: [], included: [] }
  const changed = (more: Partial<Change>) =>
    changedRevisions({ ...CHANGE, revisions: [APP, CONFIG], ...more }).map(({ title }) => title)

  test('are those that are listed as new, or that replace a live one', () => {
    expect(changed({ since: { ...since, included: [APP] } })).toEqual(['Fix rounding'])
    expect(changed({ since: { ...since, changed: [{ from: RELEASED, to: CONFIG }] } })).toEqual(['Set up'])
  })

  test('are all, each once, if none is known to be new', () => {
    expect(changed({ since })).toEqual(['Fix rounding', 'Set up'])
    expect(changed({ since: null, revisions: [APP, { ...APP, source: 'Config' }] })).toEqual(['Fix rounding'])
    const object = { ...APP, id: 'version-1' }
    expect(changed({ since: null, revisions: [object, { ...object, source: 'Config' }] })).toHaveLength(2)
  })

  test('are known to people by the newest of them, else by the first source', () => {
    expect(mainRevision({ ...CHANGE, since: { ...since, included: [CONFIG, APP] } })).toBe(CONFIG)
    expect(mainRevision({ ...CHANGE, revisions: [APP, CONFIG], since })).toBe(APP)
    expect(mainRevision({ ...CHANGE, revisions: [], since: null })).toBeNull()
  })
})

test('an author without an address is one person by name; without either, each revision has its own', () => {
  const by = (id: string, author: string | null) => revision(id, '', { author, authorEmail: null })
  const names = authorsOf([by('a', 'Ana'), by('b', 'Ana'), by('c', null), by('d', null)]).map(({ name }) => name)
  expect(names).toEqual(['Ana', null, null])
})
