import { configurationFrom } from '../../functions/config/configuration.ts'
import { readConfiguration } from '../../functions/config/read-configuration.ts'
import type { RouteSubject } from '../../functions/ports/configuration.ts'
import { changeBy } from '../../cli/explain/asked-change.ts'
import { CHANGE, REPOSITORY, ROUNDING, START, WHERE } from '../support/records.ts'

const A = '[{ name: a, people: [U0ANA] }]'
const TWO = '[{ name: two, people: [U0ANA, U0BEN], count: 2 }]'

/** The first approvers of the route that applies, and what was not known. */
const taken = (routes: string, more: Partial<RouteSubject> = {}) => {
  const read = readConfiguration(`defaults: { approvals: C0R }\nroutes:\n${routes}`)
  if (read.kind === 'invalid') throw new Error(JSON.stringify(read.problems))
  const subject = { change: CHANGE, starter: { kind: 'push', name: null, arn: null } as const, at: START, ...more }
  const route = configurationFrom(read.configuration).routeFor(WHERE, subject)
  return route && [route.approvers[0]!.name, ...(route.untold ?? [])]
}

const lighter = (match: string) => `  - { match: ${match}, approvers: ${A} }\n  - { match: {}, approvers: ${TWO} }\n`
const of = (revision: Partial<typeof ROUNDING>) => {
  const changed = { ...ROUNDING, ...revision }
  const since = { ...CHANGE.since!, changed: [{ from: changed, to: changed }], included: [changed] }
  return { change: { ...CHANGE, revisions: [changed], since } }
}
const pushedWith = (told: Partial<typeof ROUNDING>) => ({ ...started('push'), ...of(told) })
const inMode = (executionMode: string) => ({
  starter: { kind: 'push', name: null, arn: null, executionMode } as const,
})
const started = (kind: RouteSubject['starter']['kind']) => ({ starter: { kind, name: null, arn: null } })

test.each<[string, Partial<RouteSubject>, string[]]>([
  ['{ branch: hotfix/* }', of({ branch: 'hotfix/a' }), ['a']],
  ['{ branch: hotfix/* }', of({ branch: 'main' }), ['two']],
  ['{ branch: hotfix/* }', of({}), ['two', 'branch']],
  ['{ author: "dependabot[bot]" }', { change: changeBy(['dependabot[bot]']) }, ['a']],
  ['{ author: "dependabot[bot]" }', { change: changeBy(['dependabot[bot]', 'Ana']) }, ['two', 'author']],
  ['{ author: "*@shop.example" }', { change: changeBy(['ana@shop.example']) }, ['a']],
  ['{ repository: shop/* }', of({ repository: REPOSITORY }), ['a']],
  ['{ repository: shop/* }', of({ repository: null }), ['two', 'repository']],
  ['{ author: "Eve@Example.com" }', { change: changeBy(['eve@example.com']) }, ['a']],
  ['{ author: "*@Example.COM" }', { change: changeBy(['eve@example.com']) }, ['a']],
  ['{ author: "DependaBot[bot]" }', { change: changeBy(['dependabot[bot]']) }, ['a']],
  ['{ repository: Shop/* }', of({ repository: REPOSITORY }), ['a']],
  ['{ repository: Web }', of({ repository: { ...REPOSITORY, kind: 'codecommit', name: 'web' } }), ['two']],
  ['{ branch: Main }', of({ branch: 'main' }), ['two']],
  ['{ source: Check* }', of({}), ['a']],
  ['{ source: Docs }', of({}), ['two']],
  ['{ trigger: ManualRollback }', started('rollback'), ['a']],
  ['{ trigger: ManualRollback }', started('automatic-rollback'), ['two']],
  ['{ trigger: [rollback, schedule] }', started('automatic-rollback'), ['a']],
  ['{ trigger: manual }', started('unknown'), ['two', 'trigger']],
  ['{ trigger: tag-push }', pushedWith({ branch: 'main', tag: 'v1.2.0' }), ['a']],
  ['{ trigger: tag-push }', pushedWith({ branch: 'main' }), ['two']],
  ['{ trigger: tag-push }', pushedWith({}), ['two', 'trigger']],
  ['{ trigger: [tag-push, push] }', pushedWith({}), ['a']],
  ['{ trigger: [tag-push, manual] }', { ...of({}), ...started('person') }, ['a']],
  ['{ trigger: tag-push }', { ...of({ tag: 'v1' }), ...started('person') }, ['two']],
  ['{ trigger: pull-request }', pushedWith({ branch: 'feature/a', pullRequest: '12' }), ['a']],
  ['{ trigger: pull-request }', pushedWith({ branch: 'main', tag: 'v1.2.0' }), ['two']],
  ['{ trigger: branch-push }', pushedWith({ branch: 'main' }), ['a']],
  ['{ trigger: branch-push }', pushedWith({ branch: 'main', tag: 'v1.2.0' }), ['two']],
  ['{ trigger: branch-push }', pushedWith({ branch: 'main', pullRequest: '12' }), ['two']],
  ['{ trigger: branch-push }', pushedWith({}), ['two', 'trigger']],
  ['{ trigger: branch-push }', { ...started('push'), change: changeBy([]) }, ['two', 'trigger']],
  ['{ tag: v1.* }', pushedWith({ branch: 'main', tag: 'v1.2.0' }), ['a']],
  ['{ tag: v1.* }', pushedWith({ tag: 'v1.2.0' }), ['a']],
  ['{ tag: v1.* }', pushedWith({ branch: 'main', tag: 'V1.2.0' }), ['two']],
  ['{ tag: v1.* }', pushedWith({ branch: 'main' }), ['two']],
  ['{ tag: v1.* }', pushedWith({}), ['two', 'tag']],
  ['{ tag: v1.* }', { ...of({ tag: 'v1.2.0' }), ...started('rollback') }, ['two']],
  ['{ tag: v1.* }', { ...of({ tag: 'v1.2.0' }), ...started('unknown') }, ['two', 'tag']],
  ['{ executionMode: PARALLEL }', inMode('PARALLEL'), ['a']],
  ['{ executionMode: [QUEUED, PARALLEL] }', inMode('SUPERSEDED'), ['two']],
  ['{ executionMode: PARALLEL }', started('push'), ['two', 'executionMode']],
  ['{ time: { from: "09:00", to: "17:00" } }', { at: START }, ['a']],
  ['{ time: { from: "09:00", to: "17:00" } }', { at: START + 10 * 3_600_000 }, ['two']],
  ['{ time: { from: "09:00", to: "10:00", zone: Asia/Tokyo } }', { at: START }, ['two']],
])('of two routes, the first with %s, for %j: %j', (match, subject, route) => {
  expect(taken(lighter(match), subject)).toEqual(route)
})

test('an unknown field lets a stricter route win that stands above, and never opens what no route matches', () => {
  const stricter = `  - { match: { branch: main }, approvers: ${TWO} }\n`
  expect(taken(`${stricter}  - { match: {}, approvers: ${A} }\n`, of({}))).toEqual(['two', 'branch'])
  expect(taken(stricter, of({}))).toBeNull()
  expect(taken(`${stricter}  - { match: {}, approvers: ${A} }\n`, of({ branch: 'x' }))).toEqual(['a'])
})

test('an author with a name and no address may have the address of a stricter route, and the other way round', () => {
  const stricter = (author: string) =>
    `  - { match: { author: "${author}" }, approvers: ${TWO} }\n  - { match: {}, approvers: ${A} }\n`
  const by = (author: string) => ({ change: changeBy([author]) })
  expect(taken(stricter('*@contractor.example'), by('Bob'))).toEqual(['two', 'author'])
  expect(taken(stricter('Bob'), by('bob@contractor.example'))).toEqual(['two', 'author'])
  expect(taken(stricter('*@contractor.example'), by('Bob <bob@shop.example>'))).toEqual(['a'])
  expect(taken(stricter('Bob'), by('Bob'))).toEqual(['two'])
})

test('a commit that two sources bring is a part of the change for each of them', () => {
  const hotfix = { ...ROUNDING, source: 'Fork', branch: 'hotfix/a' }
  const main = { ...ROUNDING, source: 'Checkout', branch: 'main' }
  const change = { ...CHANGE, revisions: [hotfix, main] }
  expect(taken(lighter('{ branch: hotfix/* }'), { change })).toEqual(['two', 'branch'])
  expect(taken(lighter('{ branch: [hotfix/*, main] }'), { change })).toEqual(['a'])
})

test.each([
  ['forbid: [author]', 'forbid: [author], unidentified: allow'],
  ['forbid: [], unidentified: allow, comment: required', 'forbid: []'],
  ['comment: { required: false, pattern: "CHG[0-9]+" }', 'comment: optional'],
  ['comment: { required: true, pattern: "CHG[0-9]+" }', 'comment: required'],
  ['comment: required', 'comment: { required: false, pattern: "CHG[0-9]+" }'],
  ['order: sequence', 'order: any'],
  ['rejecters: [{ name: all, people: [U0ANA, U0FAY] }]', 'rejecters: [{ name: security, people: [U0FAY] }]'],
  ['rejecters: [{ name: all, people: [U0ANA, U0FAY] }]', 'order: any'],
  ['freeze: [{ name: calendar, calendar: "https://a.example/f.ics" }]', 'freeze: []'],
  ['comment: optional', 'escalate: { after: 1h, people: [U0BEN] }'],
  ['comment: optional', 'consoleApprovals: allow'],
  ['comment: optional', 'breakGlass: { people: [U0BEN] }'],
])('of two routes that may match, { %s } is stricter than { %s }', (first, second) => {
  const route = (name: string, more: string) => `approvers: [{ name: ${name}, people: [U0ANA] }], ${more} }\n`
  const routes = (above: string, below: string) => `  - { match: { branch: x }, ${above}  - { match: {}, ${below}`
  expect(taken(routes(route('strict', first), route('lax', second)), of({}))).toEqual(['strict', 'branch'])
  expect(taken(routes(route('lax', second), route('strict', first)), of({}))).toEqual(['strict', 'branch'])
})
