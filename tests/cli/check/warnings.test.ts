import { doubtsOf } from '../../../cli/check/warnings.ts'
import { readConfiguration } from '../../../functions/config/read-configuration.ts'

const NOW = Date.UTC(2026, 10, 23, 9, 30)
const ANYBODY = 'approvers: [{ name: a, people: [U0ANA, U0BEN] }]'

const doubts = (text: string): string[] => {
  const read = readConfiguration(text)
  if (read.kind === 'invalid') throw new Error(JSON.stringify(read.problems))
  return doubtsOf(read.configuration, NOW).map(
    ({ kind, path, message }) => `${kind} ${read.at(path, message).line} ${path.join('.')}: ${message}`,
  )
}

const two = (first: string, second: string): string =>
  [
    'defaults: { approvals: C0A }',
    'routes:',
    `  - { match: ${first}, ${ANYBODY} }`,
    `  - { match: ${second}, ${ANYBODY} }`,
  ].join('\n')

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
  ])('of %s, %s never matches', (first, second) => {
    expect(doubts(two(first, second))).toEqual(['error 4 routes.1: routes.0 takes all of it: this route never matches'])
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
  ])('of %s, %s may', (first, second) => {
    expect(doubts(two(first, second))).toEqual([])
  })
})

const route = (settings: string): string =>
  `defaults: { approvals: C0A }\nroutes:\n  - match: {}\n${settings.replaceAll(/^/gm, '    ')}`

describe('it is doubted', () => {
  test.each([
    [
      'that somebody indispensable writes nothing',
      'approvers: [{ name: a, people: [U0ANA, U0BEN], count: 2 }]\nforbid: [author]',
      'warning 4 routes.0.approvers: what U0ANA or U0BEN wrote or started can never be approved: nobody else may in their place',
    ],
    [
      'that anybody waits for the escalation',
      'approvers: [{ name: a, people: [U0ANA], count: 2 }]\nescalate: { after: 1h, people: [U0BEN] }',
      'warning 4 routes.0.approvers: they can only be met after the escalation, with its people standing in',
    ],
    [
      'that there is glass without a freeze',
      `${ANYBODY}\nbreakGlass: { people: [U0ANA] }`,
      'warning 5 routes.0.breakGlass: this route is never frozen: there is no glass to break',
    ],
    [
      'that anybody must be identified for nothing',
      `${ANYBODY}\nunidentified: allow`,
      'warning 5 routes.0.unidentified: forbid names neither author nor starter: nobody has to be identified',
    ],
    [
      'that approvers are meant where nobody is asked',
      `consoleOnly: the auditors want it\n${ANYBODY}`,
      'warning 5 routes.0.approvers: consoleOnly is set: nobody is asked in Slack',
    ],
    [
      'that a reminder comes after most approvals',
      `${ANYBODY}\nremind: [1h, 8d]`,
      'warning 5 routes.0.remind.1: 8d is too late: an approval waits 7 days, unless its action says otherwise',
    ],
    [
      'that a freeze is still meant when it is over',
      `${ANYBODY}\nfreeze: [{ name: last year, from: 2025-12-18 17:00, to: 2026-01-04 08:00 }]`,
      'warning 5 routes.0.freeze.0: last year is over',
    ],
  ])('%s', (_, settings, doubt) => {
    expect(doubts(route(settings))).toEqual([doubt])
  })

  test('nothing of a policy that can work', () => {
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
    expect(doubts(route(settings))).toEqual([])
  })
})
