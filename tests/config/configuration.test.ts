import { NO_PERMISSIONS } from '../support/plain-route.ts'
import { closedConfiguration, configurationFrom } from '../../functions/config/configuration.ts'
import { configurationSchema } from '../../schemas/configuration-schema.ts'
import { CONFIGURATION } from '../../functions/config/schema.ts'
import { loadConfiguration } from '../../functions/config/load.ts'
import { readConfiguration } from '../../functions/config/read-configuration.ts'
import type { Configuration } from '../../functions/ports/configuration.ts'
import type { Metric } from '../../functions/ports/log.ts'
import { WHERE } from '../support/records.ts'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const where = {
  accountId: '111122223333',
  region: 'eu-west-1',
  pipeline: 'shop-web',
  stage: 'Production',
  action: 'Approve',
}

const configured = (text: string): Configuration => {
  const read = readConfiguration(text)
  if (read.kind === 'invalid') throw new Error(JSON.stringify(read.problems))
  return configurationFrom(read.configuration)
}

const routed = (match: string): Configuration =>
  configured(`routes:\n  - match: ${match}\n    approvals: C0A\n    approvers: [{ name: a, people: [U0DANA] }]\n`)

const directory = mkdtempSync(join(tmpdir(), 'greenlight-config-'))
afterAll(() => rmSync(directory, { recursive: true }))

const file = (name: string, text: string): string => {
  const path = join(mkdtempSync(join(directory, 'file-')), name)
  writeFileSync(path, text)
  return path
}

describe('a route', () => {
  test.each([
    ['{}', true],
    ['{ pipeline: shop-web }', true],
    ['{ pipeline: shop-* }', true],
    ['{ pipeline: shop }', false],
    ['{ pipeline: [api-*, shop-*] }', true],
    ['{ pipeline: "!(shop-*)" }', false],
    ['{ stage: prod* }', false],
    ['{ stage: Prod*, action: Approve }', true],
    ['{ action: Deploy }', false],
    ["{ account: '1111*' }", true],
    ["{ account: '9999*' }", false],
    ['{ region: eu-* }', true],
    ['{ region: us-* }', false],
  ])('%s matches: %s', (match, matches) => {
    expect(routed(match).routeFor(where) !== null).toBe(matches)
  })

  test('a dot is an ordinary character of a name', () => {
    expect(routed('{ pipeline: "*" }').routeFor({ ...where, pipeline: '.shop.v2' })).not.toBeNull()
  })

  test.each(['.', '..', '...', '@', '-', '_'])(
    'the whole name %s matches *, as any name does that AWS allows',
    (stage) => {
      expect(routed('{ stage: "*" }').routeFor({ ...where, stage })).not.toBeNull()
      expect(routed('{ stage: ["Production", "?*"] }').routeFor({ ...where, stage })).not.toBeNull()
      expect(routed(`{ stage: "${stage}" }`).routeFor({ ...where, stage })).not.toBeNull()
      expect(routed('{ stage: "x*" }').routeFor({ ...where, stage })).toBeNull()
    },
  )

  test('the first match counts, and defaults fill in what it leaves out', () => {
    const configuration = configured(`
defaults: { approvals: C0ALL, status: C0STATUS, comment: required }
routes:
  - match: { stage: Production }
    environment: the shop
    approvers: [{ name: first, people: [U0DANA] }]
  - match: {}
    approvals: C0OTHER
    approvers: [{ name: second, people: [U0ELI] }]
    comment: none
`)
    expect(configuration.routeFor(where)).toEqual({
      environment: 'the shop',
      approvers: [{ name: 'first', people: ['U0DANA'], groups: [], count: 1 }],
      anyOf: [],
      order: 'any',
      rejecters: [],
      consoleOnly: null,
      forbid: [],
      whenUnidentified: 'refuse',
      freezes: [],
      calendars: [],
      automatic: null,
      breakGlass: { people: [], groups: [] },
      review: null,
      later: null,
      standIns: 'none',
      may: NO_PERMISSIONS,
      remind: [],
      lastCall: null,
      escalate: null,
      quiet: [],
      ask: ['topic', 'events'],
      notify: 'none',
      deployments: 'changes',
      onCall: { people: [], groups: [] },
      consoleApprovals: 'report',
      comment: 'required',
      commentForm: null,
    })
    expect(configuration.approvalsChannelFor(where)).toBe('C0ALL')
    expect(configuration.statusChannelFor(where)).toBe('C0STATUS')
    const staging = { ...where, stage: 'Staging' }
    expect(configuration.routeFor(staging)).toMatchObject({ environment: null, comment: 'none' })
    expect(configuration.approvalsChannelFor(staging)).toBe('C0OTHER')
  })

  test('says who may approve, when, and who is reminded', () => {
    const configuration = configured(`
zone: Europe/London
defaults:
  approvals: C0ALL
  forbid: [author]
  freeze: [{ name: weekend, from: Fri 16:00, to: Mon 08:00 }]
  remind: [1d, 2h]
  lastCall: 1h
  escalate: { after: 4h, people: [U0ELI] }
routes:
  - match: { stage: Production }
    approvers: [{ name: a, people: [Dana@Shop.example], groups: [S0RELMGRS], count: 2 }]
    forbid: [author, starter]
    unidentified: allow
    breakGlass: { groups: [S0ONCALL] }
    review: { within: 1d, groups: [S0LEADS] }
    later: { within: 3d }
    may: { freeze: { groups: [S0LEADS] }, retry: { people: [U0ANA] } }
    quiet: [{ from: 20:00, to: 08:00, zone: UTC }]
  - match: {}
    consoleOnly: the auditors want it
    freeze: []
    lastCall: none
    escalate: none
`)
    expect(configuration.routeFor(where)).toEqual({
      environment: null,
      approvers: [{ name: 'a', people: ['dana@shop.example'], groups: ['S0RELMGRS'], count: 2 }],
      anyOf: [],
      order: 'any',
      rejecters: [],
      consoleOnly: null,
      forbid: ['author', 'starter'],
      whenUnidentified: 'allow',
      freezes: [{ name: 'weekend', zone: 'Europe/London', span: { every: 'week', from: 6_720, to: 480 } }],
      calendars: [],
      automatic: null,
      breakGlass: { people: [], groups: ['S0ONCALL'] },
      review: { within: 86_400_000, people: [], groups: ['S0LEADS'] },
      later: { within: 259_200_000 },
      standIns: 'none',
      may: {
        ...NO_PERMISSIONS,
        freeze: { people: [], groups: ['S0LEADS'] },
        retry: { people: ['U0ANA'], groups: [] },
      },
      remind: [7_200_000, 86_400_000],
      lastCall: 3_600_000,
      escalate: { after: 14_400_000, channel: null, people: ['U0ELI'], groups: [] },
      quiet: [{ name: 'quiet hours', zone: 'UTC', span: { every: 'day', from: 1_200, to: 480 } }],
      ask: ['topic', 'events'],
      notify: 'none',
      deployments: 'changes',
      onCall: { people: [], groups: [] },
      consoleApprovals: 'report',
      comment: 'optional',
      commentForm: null,
    })
    expect(configuration.routeFor({ ...where, stage: 'Staging' })).toMatchObject({
      approvers: [],
      consoleOnly: 'the auditors want it',
      forbid: ['author'],
      freezes: [],
      calendars: [],
      automatic: null,
      lastCall: null,
      escalate: null,
    })
  })

  test('if none matches, no one can approve, and the default channel is used', () => {
    const configuration = configured(`
defaults: { approvals: C0ALL }
routes: [{ match: { pipeline: other }, approvers: [{ name: a, people: [U0DANA] }] }]
`)
    expect(configuration.routeFor(where)).toBeNull()
    expect(configuration.approvalsChannelFor(where)).toBe('C0ALL')
  })
})

describe('links and names', () => {
  test('the link to the AWS console leads to the Region, or to the configured address', () => {
    expect(configured('routes: []').consoleUrl(where)).toBe(
      'https://eu-west-1.console.aws.amazon.com/codesuite/codepipeline/pipelines/shop-web/view?region=eu-west-1',
    )
    expect(configured('routes: []').consoleUrl({ ...where, region: 'us-gov-west-1' })).toBe(
      'https://console.amazonaws-us-gov.com/codesuite/codepipeline/pipelines/shop-web/view?region=us-gov-west-1',
    )
    const portal = configured('console: https://sso.example/{account}?to={region}/{pipeline}\nroutes: []')
    expect(portal.consoleUrl({ ...where, pipeline: 'a b&c' })).toBe(
      'https://sso.example/111122223333?to=eu-west-1/a%20b%26c',
    )
  })

  test('a company’s own repository server is linked to as the configuration says', () => {
    const configuration = configured(
      'repositories: [{ match: shop/*, url: https://git.example/shop/, kind: gitlab }]\nroutes: []',
    )
    expect(configuration.repositoryFor('shop/web')).toEqual({
      kind: 'gitlab',
      name: 'shop/web',
      url: 'https://git.example/shop',
    })
    expect(configuration.repositoryFor('Shop/Web')).toMatchObject({ kind: 'gitlab', name: 'Shop/Web' })
    expect(configuration.repositoryFor('other/web')).toBeNull()
  })

  test('an identity stands for a person or a machine; capital letters make no difference', () => {
    const configuration = configured(
      'people: { Ana@Home.example: U0ANA, Deploy-Role: U0BEN, "renovate[bot]": nobody }\nroutes: []',
    )
    const identities = ['ana@home.example', 'deploy-role', 'renovate[bot]', 'constructor', 'dana@shop.example']
    expect(identities.map((identity) => configuration.personFor(identity))).toEqual([
      'U0ANA',
      'U0BEN',
      'nobody',
      null,
      null,
    ])
  })

  test('audit records are kept for 400 days, or as long as retention says', () => {
    expect(configured('routes: []').retention).toBe(400 * 86_400_000)
    expect(configured('retention: 2500d\nroutes: []').retention).toBe(2_500 * 86_400_000)
  })

  test('an account is called by its name, or else by its ID', () => {
    const configuration = configured("accounts: { '111122223333': shop-prod }\nroutes: []")
    expect(configuration.accountName('111122223333')).toBe('shop-prod')
    expect(configuration.accountName('999999999999')).toBe('999999999999')
  })
})

describe('with a file that cannot be used, no one can approve', () => {
  test.each([
    ['missing', '/nowhere/greenlight.yml'],
    ['not valid', file('greenlight.yml', 'routes: 1')],
    ['compiled by other code', file('greenlight.json', JSON.stringify({ reader: 'another', configuration: {} }))],
    ['not compiled', file('not-compiled.json', '{}')],
    ['no JSON', file('no-json.json', 'routes: []')],
  ])('%s', (_, path) => {
    const errors: string[] = []
    const counted: Metric[] = []
    const log = {
      info: () => undefined,
      warn: () => undefined,
      error: (message: string) => void errors.push(message),
      count: (metric: Metric) => void counted.push(metric),
    }
    const configuration = loadConfiguration(path, log, Date.now())
    expect(configuration).toBe(closedConfiguration)
    expect(configuration.routeFor(where)).toBeNull()
    expect(configuration.approvalsChannelFor(where)).toBeNull()
    expect(errors).toEqual([expect.stringContaining('so no one can approve in Slack')])
    expect(counted).toEqual(['ConfigurationUnreadable'])
  })
})

test('it is what a file without routes says', () => {
  const settings = (configuration: Configuration) => [
    configuration.retention,
    configuration.accountName('111122223333'),
    configuration.consoleUrl(where),
    configuration.statusChannelFor(where),
  ]
  expect(settings(closedConfiguration)).toEqual(settings(configured('routes: []')))
})

test('schemas/greenlight.schema.json is what npm run schemas writes', () => {
  expect(JSON.parse(readFileSync('schemas/greenlight.schema.json', 'utf8'))).toEqual(JSON.parse(configurationSchema()))
})

describe('pipelines ask by events', () => {
  const there = { accountId: where.accountId, region: where.region }

  test('where a route matches, by as much of the action as is known', () => {
    const configuration = routed('{ pipeline: shop-*, stage: Production, region: eu-west-1 }')
    expect(configuration.mayAskByEvents(where)).toBe(true)
    expect(configuration.mayAskByEvents({ ...where, stage: 'Staging' })).toBe(false)
    expect(configuration.mayAskByEvents({ ...there, pipeline: 'shop-api' })).toBe(true)
    expect(configuration.mayAskByEvents({ ...there, pipeline: 'billing' })).toBe(false)
    expect(configuration.mayAskByEvents(there)).toBe(true)
    expect(configuration.mayAskByEvents({ ...there, region: 'us-east-1' })).toBe(false)
  })

  test('where the route does not ask by topic only; its own setting comes before that of defaults', () => {
    const asks = (own: string, defaults: string) =>
      configured(
        `defaults: ${defaults}\nroutes:\n  - match: {}\n    approvals: C0A\n    approvers: [{ name: a, people: [U0DANA] }]\n${own}`,
      ).mayAskByEvents(where)
    expect(asks('', '{}')).toBe(true)
    expect(asks('', '{ ask: [topic] }')).toBe(false)
    expect(asks('    ask: [events]', '{ ask: [topic] }')).toBe(true)
    expect(asks('    ask: [topic]', '{}')).toBe(false)
  })

  test('and not at all without a valid greenlight.yml', () => {
    expect(closedConfiguration.mayAskByEvents(where)).toBe(false)
  })

  test.each(['[]', 'topic', '[mail]', '[topic, topic]'])('and ask: %s is refused', (ask) => {
    const read = readConfiguration(`defaults: { ask: ${ask} }\nroutes: []`)
    expect(read).toMatchObject({
      kind: 'invalid',
      problems: [{ message: expect.stringContaining('topic and events') as string }],
    })
  })
})

test('tickets in the titles of changes have a page, which a route can switch off', () => {
  const tickets = { pattern: 'SHOP-\\d+', url: 'https://tickets.example/{ticket}' }
  const file = CONFIGURATION.parse({
    defaults: { approvals: 'C0RELEASES', tickets },
    routes: [
      { match: { stage: 'Staging' }, consoleOnly: 'by hand', tickets: 'none' },
      { match: {}, consoleOnly: 'by hand' },
    ],
  })
  const ticketsIn = (stage: string) => configurationFrom(file).routeFor({ ...WHERE, stage })?.tickets
  expect(ticketsIn('Production')).toEqual(tickets)
  expect(ticketsIn('Staging')).toBeUndefined()
  expect(() =>
    CONFIGURATION.parse({ defaults: { tickets: { pattern: '(?=x)', url: 'https://x.example' } }, routes: [] }),
  ).toThrow(/look-arounds[^]*\{ticket\}/)
})
