import type { Change } from '../../functions/domain/revision.ts'
import {
  authorsOf,
  changedRevisions,
  distinct,
  mainRevision,
  pullRequestUrl,
  pushedBy,
  shortVersion,
} from '../../functions/domain/revision.ts'
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

test('one name at two addresses is two authors', () => {
  const by = (id: string, authorEmail: string) => revision(id, '', { author: 'Ana', authorEmail })
  const authors = authorsOf([by('a', 'ana@example.com'), by('b', 'ana@example.org'), by('c', 'Ana@example.com')])
  expect(authors.map(({ email }) => email)).toEqual(['ana@example.com', 'ana@example.org'])
})

test('two versions of one source are two revisions; one commit of two sources is one', () => {
  const object = (id: string) => ({ ...ROUNDING, id, source: 'Bucket' })
  expect(distinct([object('v1'), object('v2'), object('v1')]).map(({ id }) => id)).toEqual(['v1', 'v2'])
  expect(distinct([ROUNDING, { ...ROUNDING, source: 'Other' }])).toEqual([ROUNDING])
})

test.each([
  ['f'.repeat(40), 'fffffff'],
  ['f'.repeat(64), 'fffffff'],
  ['f'.repeat(39), 'f'.repeat(39)],
  ['2026-11-23.release.1', '2026-11-23.release.1'],
])('the version %s is shown as %s', (version, shown) => {
  expect(shortVersion(version)).toBe(shown)
})

test.each([
  ['github', 'pull/7'],
  ['gitlab', '-/merge_requests/7'],
  ['bitbucket', 'pull-requests/7'],
  ['codecommit', 'pull-requests/7'],
] as const)('a pull request on %s has its page', (kind, path) => {
  expect(pullRequestUrl({ kind, name: 'shop/web', url: 'https://git.example/shop/web' }, '7')).toBe(
    `https://git.example/shop/web/${path}`,
  )
})

test('two names at one address are two authors, who may share a machine', () => {
  const by = (id: string, author: string) => revision(id, '', { author, authorEmail: 'shared@example.com' })
  expect(authorsOf([by('a', 'Ana'), by('b', 'Ben'), by('c', 'Ana')]).map(({ name }) => name)).toEqual(['Ana', 'Ben'])
})
