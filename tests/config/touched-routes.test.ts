import { configurationFrom } from '../../functions/config/configuration.ts'
import { NO_PERMISSIONS } from '../support/plain-route.ts'
import { CONFIGURATION } from '../../functions/config/schema.ts'

const touched = (matches: object[], ...patterns: string[]): string[] =>
  configurationFrom(CONFIGURATION.parse({ routes: matches.map((match) => ({ match })) }))
    .routesTouching(patterns)
    .map(({ name }) => name)

test.each<[string, object[], string[], string[]]>([
  ['a name', [{ pipeline: 'shop-*' }, { pipeline: 'docs' }], ['shop-web'], ['routes.0 (shop-*)']],
  [
    'a pattern that meets two',
    [{ pipeline: '*-web' }, { pipeline: 'shop-api' }],
    ['shop-*'],
    ['routes.0 (*-web)', 'routes.1 (shop-api)'],
  ],
  ['a pattern that meets none', [{ pipeline: 'docs-*' }], ['shop-*'], []],
  ['a route without a pipeline', [{ stage: 'Production' }], ['shop-*'], ['routes.0 (*)']],
  ['routes behind one that takes all', [{ pipeline: 'shop-*' }, {}], ['shop-web', 'shop-a*'], ['routes.0 (shop-*)']],
  [
    'routes behind one for a stage',
    [{ pipeline: 'shop-*', stage: 'Production' }, {}],
    ['shop-web'],
    ['routes.0 (shop-*)', 'routes.1 (*)'],
  ],
  [
    'routes behind one that takes a part',
    [{ pipeline: 'shop-web' }, {}],
    ['shop-*'],
    ['routes.0 (shop-web)', 'routes.1 (*)'],
  ],
  ['a glob that is hard to compare', [{ pipeline: '{shop,docs}-[ab]' }], ['other-*'], ['routes.0 ({shop,docs}-[ab])']],
  ['the same with a name', [{ pipeline: '{shop,docs}-[ab]' }], ['shop-c'], []],
])('%s', (_, matches, patterns, expected) => {
  expect(touched(matches, ...patterns)).toEqual(expected)
})

test('a route names who may freeze, and defaults do where it does not', () => {
  const file = CONFIGURATION.parse({
    defaults: { approvals: 'C0RELEASES', may: { freeze: { people: ['U0DANA'] } } },
    routes: [{ match: { pipeline: 'a' } }, { match: { pipeline: 'b' }, may: 'none', approvals: 'C0OTHER' }],
  })
  expect(configurationFrom(file).routesTouching(['?'])).toEqual([
    {
      name: 'routes.0 (a)',
      may: { ...NO_PERMISSIONS, freeze: { people: ['U0DANA'], groups: [] } },
      approvals: 'C0RELEASES',
    },
    { name: 'routes.1 (b)', may: NO_PERMISSIONS, approvals: 'C0OTHER' },
  ])
})
