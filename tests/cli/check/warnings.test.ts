import { shadowedRoutes } from '../../../cli/check/shadowing.ts'
import { warningsOf } from '../../../cli/check/warnings.ts'
import { readConfiguration } from '../../../functions/config/read-configuration.ts'

const NOW = Date.UTC(2026, 10, 23, 9, 30)
const ANYONE = 'approvers: [{ name: a, people: [U0ANA, U0BEN] }]'

const fileOf = (text: string) => {
  const read = readConfiguration(text)
  if (read.kind === 'invalid') throw new Error(JSON.stringify(read.problems))
  return read
}

const warnings = (text: string): string[] => {
  const { configuration, at } = fileOf(text)
  return warningsOf(configuration, NOW).map(
    ({ path, message }) => `${at(path, message).line} ${path.join('.')}: ${message}`,
  )
}

const shadowed = (first: string, second: string): string[] => {
  const routes = [first, second].map((match) => `  - { match: ${match}, ${ANYONE} }`)
  const { configuration } = fileOf(['defaults: { approvals: C0A }', 'routes:', ...routes].join('\n'))
  return shadowedRoutes(configuration.routes).map(({ path, message }) => `${path.join('.')}: ${message}`)
}

describe('a route below another', () => {
  test.each([
    ['{}', '{ pipeline: shop }'],
    ['{ pipeline: "*" }', '{}'],
    ['{ pipeline: shop-* }', '{ pipeline: shop-* }'],
    ['{ pipeline: shop-* }', '{ pipeline: shop-web }'],
    ['{ pipeline: shop-* }', '{ pipeline: shop-web-*, stage: Production }'],
    ['{ stage: [Staging, Production] }', '{ stage: Production, region: eu-west-1 }'],
    ['{ stage: [Prod*, Staging] }', '{ stage: [Production, Staging] }'],
    ['{ stage: "+(Production|Staging)" }', '{ stage: Staging }'],
  ])('%s: %s is never used', (first, second) => {
    expect(shadowed(first, second)).toEqual([
      'routes.1: routes.0 already matches everything that this route matches, so this route is never used',
    ])
  })

  test('is used for the builds outside a pipeline that it names', () => {
    expect(shadowed('{}', '{}, status: C0A, outside: { builds: shop }')).toEqual([
      expect.stringMatching(/, so this route is never used, except for its outside$/),
    ])
  })

  test.each([
    ['{ pipeline: shop-web }', '{ pipeline: shop-* }'],
    ['{ pipeline: shop-web-* }', '{ pipeline: shop-* }'],
    ['{ pipeline: shop-* }', '{}'],
    ['{ pipeline: shop-*, stage: Production }', '{ pipeline: shop-web }'],
    ['{ stage: Production }', '{ stage: [Production, Staging] }'],
    ['{ pipeline: "shop-?" }', '{ pipeline: shop-* }'],
    ['{ pipeline: "shop-*" }', '{ pipeline: "shop-{web,api}" }'],
    ['{ pipeline: "!(shop)" }', '{ pipeline: "shop*" }'],
  ])('%s: %s may be used', (first, second) => {
    expect(shadowed(first, second)).toEqual([])
  })
})

describe('a digest', () => {
  const digest = (match: string, ...routes: string[]) =>
    warnings(
      [
        'defaults: { approvals: C0A }',
        'digests:',
        `  - { channel: C0A, every: daily, at: '09:00', match: ${match} }`,
        'routes:',
        ...routes.map((one) => `  - { match: ${one}, ${ANYONE} }`),
      ].join('\n'),
    )

  test.each([
    ['{ pipeline: shpo-* }', '{ pipeline: shop-* }'],
    ['{ pipeline: [web, "api-*"] }', '{ pipeline: shop-* }'],
    ['{ pipeline: shop-*, region: us-east-1 }', '{ pipeline: shop-*, region: eu-* }'],
    ['{ account: "111122223333" }', '{ account: "444455556666" }'],
  ])('of %s covers nothing beside a route for %s', (match, one) => {
    expect(digest(match, one)).toEqual(['3 digests.0.match: no route matches any of these pipelines'])
  })

  test.each([
    ['{}', '{ pipeline: shop-* }'],
    ['{ pipeline: shop-web }', '{ pipeline: shop-* }'],
    ['{ pipeline: "*-web" }', '{ pipeline: shop-* }'],
    ['{ pipeline: shop-* }', '{ pipeline: shop-web, stage: Production }'],
    ['{ pipeline: "{shop,api}-x" }', '{ pipeline: "+(shop|web)-x" }'],
    ['{ region: eu-west-1 }', '{ pipeline: shop-* }'],
  ])('of %s may cover a pipeline of a route for %s', (match, one) => {
    expect(digest(match, '{ pipeline: other }', one)).toEqual([])
  })
})

const route = (settings: string): string =>
  `defaults: { approvals: C0A }\nroutes:\n  - match: {}\n${settings.replaceAll(/^/gm, '    ')}`

describe('a warning', () => {
  test.each([
    [
      'for people without a substitute',
      'approvers: [{ name: a, people: [U0ANA, U0BEN], count: 2 }]\nforbid: [author]',
      '4 routes.0.approvers: no one can approve what U0ANA or U0BEN wrote or started: too few other people are named',
    ],
    [
      'for rules that only stand-ins can meet',
      'approvers: [{ name: a, people: [U0ANA], count: 2 }]\nescalate: { after: 1h, people: [U0BEN] }',
      '4 routes.0.approvers: these rules can only be met after the escalation, by its stand-ins',
    ],
    [
      'for an override without a freeze',
      `${ANYONE}\nbreakGlass: { people: [U0ANA] }`,
      '5 routes.0.breakGlass: not used: this route has no change freeze to override',
    ],
    [
      'for unidentified without forbid',
      `${ANYONE}\nunidentified: allow`,
      '5 routes.0.unidentified: not used: forbid names neither author nor starter',
    ],
    [
      'for approvers of a stage that is approved in the console only',
      `consoleOnly: the auditors want it\n${ANYONE}`,
      '5 routes.0.approvers: not used: consoleOnly sends every approval to the AWS console',
    ],
    ...(
      [
        ['autoApprove', 'autoApprove: { after: 10m, alarms: [shop-errors] }'],
        ['rejecters', 'rejecters: [{ name: security, groups: [S0SECURITY] }]'],
        ['comment', 'comment: required'],
      ] as const
    ).map(([key, setting]): [string, string, string] => [
      `for ${key} of a stage that is approved in the console only`,
      `consoleOnly: the auditors want it\n${setting}`,
      `5 routes.0.${key}: not used: consoleOnly sends every approval to the AWS console`,
    ]),
    [
      'for an order of one group',
      `${ANYONE}\norder: sequence`,
      '5 routes.0.order: not used: there is one group of approvers only',
    ],
    [
      'for people on call where no one is told of deployments',
      `${ANYONE}\nonCall: { people: [U0ANA] }\ndeployments: none`,
      '5 routes.0.onCall: not used: with deployments: none, Greenlight tells people of no failed deployment',
    ],
    [
      'for a reminder after most approvals have expired',
      `${ANYONE}\nremind: [1h, 8d]`,
      '5 routes.0.remind.1: 8d is too late: an approval expires after 7 days, unless its action sets another time',
    ],
    [
      'for a last call before most approvals are requested',
      `${ANYONE}\nlastCall: 7d`,
      '5 routes.0.lastCall: 7d before the expiry is too early: an approval expires after 7 days, unless its action sets another time',
    ],
    [
      'for a freeze that is over',
      `${ANYONE}\nfreeze: [{ name: last year, from: 2025-12-18 17:00, to: 2026-01-04 08:00 }]`,
      '5 routes.0.freeze.0: the change freeze “last year” is over',
    ],
  ])('%s', (_, settings, warning) => {
    expect(warnings(route(settings))).toEqual([warning])
  })

  test('for an override in defaults, if no route has a freeze', () => {
    const text = `defaults: { approvals: C0A, breakGlass: { people: [U0ANA] } }\nroutes: [{ match: {}, ${ANYONE} }]`
    expect(warnings(text)).toEqual(['1 defaults.breakGlass: not used: no route has a change freeze to override'])
  })

  test('for a review in defaults, if no route has an override', () => {
    const text = `defaults: { approvals: C0A, review: { within: 1d } }\nroutes: [{ match: {}, ${ANYONE} }]`
    expect(warnings(text)).toEqual(['1 defaults.review: not used: no route has breakGlass, whose overrides it is for'])
  })

  test('is not given for a policy that can work', () => {
    const settings = `approvers:
  - { name: release managers, people: [U0DANA], groups: [S0RELMGRS], count: 2 }
  - { name: engineers, people: [U0ANA, U0BEN] }
forbid: [author, starter]
unidentified: allow
freeze: [{ name: the one that is on, from: 2026-11-20 17:00, to: 2026-11-24 08:00 }]
breakGlass: { groups: [S0ONCALL] }
remind: [1h]
lastCall: 1h
escalate: { after: 4h, channel: C0B }`
    expect(warnings(route(settings))).toEqual([])
  })
})
