import { readFileSync } from 'node:fs'
import { configurationFrom } from '../../functions/config/configuration.ts'
import { shadowedRoutes } from '../../cli/check/shadowing.ts'
import { warningsOf } from '../../cli/check/warnings.ts'
import { readConfiguration } from '../../functions/config/read-configuration.ts'
import type { ConfigurationFile } from '../../functions/config/schema.ts'
import type { Policy } from '../../functions/domain/policy.ts'
import { barrierFor, judge } from '../../functions/domain/policy.ts'
import { frozenAt } from '../../functions/domain/window.ts'
import type { Directory } from '../../functions/ports/directory.ts'
import { resolvePolicy } from '../../functions/flows/approval/resolve-policy.ts'
import { changeBy, starterNamed } from '../../cli/explain/asked-change.ts'
import { NO_ABSENCES } from '../../cli/no-absences.ts'
import { NO_FREEZES } from '../../cli/no-freezes.ts'
import { OPEN_CALENDARS } from '../support/memory/calendars.ts'
import { START, WHERE, vote } from '../support/records.ts'

const HOUR = 3_600_000

/** The examples of docs/policy.md, by the comment that each begins with. */
const EXAMPLES = Object.fromEntries(
  [...readFileSync('docs/policy.md', 'utf8').matchAll(/```yaml\n# (.+)\n([^]*?)```/g)].map(([, name, text]) => [
    name!,
    text!,
  ]),
)

/** What `greenlight check` says about a valid file. */
const saidOf = (file: ConfigurationFile) => [...shadowedRoutes(file.routes), ...warningsOf(file, START)]

const configured = (name: string) => {
  const read = readConfiguration(EXAMPLES[name] ?? '')
  if (read.kind === 'invalid') throw new Error(JSON.stringify(read.problems))
  return { file: read.configuration, ...configurationFrom(read.configuration) }
}

const DIRECTORY: Directory = {
  person: () => Promise.resolve({ kind: 'not-found' }),
  byEmail: (email) =>
    Promise.resolve(
      email.endsWith('@shop.example')
        ? { kind: 'found', value: `U0${email.split('@')[0]!.toUpperCase()}` }
        : { kind: 'not-found' },
    ),
  members: (group) =>
    Promise.resolve({ kind: 'found', value: group === 'S0ENGINEERS' ? ['U0ANA', 'U0BEN'] : ['U0DANA', 'U0BEN'] }),
}

const policyOf = async (name: string, authors: string[] = [], starter?: string): Promise<Policy> => {
  const asked = { change: changeBy(authors), starter: starterNamed(starter, authors.length > 0), escalatedAt: null }
  const known = {
    configuration: configured(name),
    directory: DIRECTORY,
    calendars: OPEN_CALENDARS,
    freezes: NO_FREEZES,
    absences: NO_ABSENCES,
  }
  return (await resolvePolicy(known, { where: WHERE, ...asked }, START))!.policy
}

test('every example is there and valid, without a warning', () => {
  const names = [
    'routes',
    'matches',
    'required approvals',
    'alternatives',
    'sequence',
    'ticket',
    'rejecters',
    'separation of duties',
    'freeze',
    'calendars',
    'freeze from Slack',
    'later',
    'stand-ins',
    'retry a failed stage',
    'roll back a stage',
    'hold a stage',
    'stop and start',
    'by itself',
    'empty change sets',
    'console only',
    'AWS console',
    'ask',
    'reminders',
    'deployments',
    'outside',
    'record',
    'digests',
    'links',
  ]
  expect(Object.keys(EXAMPLES)).toEqual(names)
  expect(names.flatMap((name) => saidOf(configured(name).file))).toEqual([])
})

/** A schema of JSON, as far as its settings go. */
interface Settings {
  properties?: Record<string, Settings>
  items?: Settings
  anyOf?: Settings[]
}

const namesIn = ({ properties = {}, items, anyOf = [] }: Settings): string[] => [
  ...Object.entries(properties).flatMap(([name, inner]) => [name, ...namesIn(inner)]),
  ...(items ? namesIn(items) : []),
  ...anyOf.flatMap(namesIn),
]

test('every setting of the file is explained here, or on the page of digests', () => {
  const schema = JSON.parse(readFileSync('schemas/greenlight.schema.json', 'utf8')) as Settings
  const page = readFileSync('docs/policy.md', 'utf8') + readFileSync('docs/digest.md', 'utf8')
  const names = [...new Set(namesIn(schema))]
  expect(names.length).toBeGreaterThan(40)
  expect(names.filter((name) => !new RegExp(`\`${name}\`|\\b${name}:`).test(page))).toEqual([])
})

/** The examples of other pages, with channels if an example leaves them to the rest of the file. */
const elsewhere = ['README.md', 'docs/own-pipeline.md', 'docs/accounts.md'].flatMap((page) =>
  [...readFileSync(page, 'utf8').matchAll(/^( *)```yaml\n([^]*?)```/gm)]
    .map(([, indent = '', text = '']) => text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''))
    .filter((text) => /^routes:/m.test(text))
    .map((text): [string, string] => [page, /^defaults:/m.test(text) ? text : `defaults: { approvals: C0R }\n${text}`]),
)

test.each(elsewhere)('the example of %s is valid, without a warning', (_, text) => {
  const read = readConfiguration(text)
  expect(read).toMatchObject({ kind: 'valid' })
  expect(read.kind === 'valid' && saidOf(read.configuration)).toEqual([])
})

test('routes: the first that matches counts', () => {
  const configuration = configured('routes')
  expect(configuration.routeFor(WHERE)).toMatchObject({
    environment: 'Production of the shop',
    approvers: [{ count: 1 }],
  })
  expect(configuration.approvalsChannelFor(WHERE)).toBe('C0RELEASES')
  expect(configuration.approvalsChannelFor({ ...WHERE, stage: 'Testing' })).toBe('C0STAGING')
  expect(configuration.routeFor({ ...WHERE, accountId: '999999999999' })).toBeNull()
})

test('required approvals: every rule must be met, and a person counts once, where it helps most', async () => {
  const policy = await policyOf('required approvals')
  expect(policy.rules).toEqual([
    { name: 'release managers', people: ['U0DANA', 'U0BEN'], groups: ['S0RELMGRS'], count: 1 },
    { name: 'engineers', people: ['U0CHEN', 'U0ANA', 'U0BEN'], groups: ['S0ENGINEERS'], count: 2 },
  ])
  const kinds = [
    ['U0BEN', 'U0ANA'],
    ['U0BEN', 'U0ANA', 'U0CHEN'],
    ['U0BEN', 'U0ANA', 'U0DANA'],
  ].map(
    (people) =>
      judge(
        policy,
        people.map((userId) => vote(userId)),
      ).kind,
  )
  expect(kinds).toEqual(['open', 'granted', 'granted'])
})

test('alternatives: one lead, or QA and two engineers', async () => {
  const policy = await policyOf('alternatives')
  const kinds = [['U0DANA'], ['U0ANA', 'U0BEN'], ['U0CHEN', 'U0ANA'], ['U0CHEN', 'U0ANA', 'U0BEN']].map(
    (people) =>
      judge(
        policy,
        people.map((userId) => vote(userId)),
      ).kind,
  )
  expect(kinds).toEqual(['granted', 'granted', 'open', 'granted'])
})

describe('separation of duties', () => {
  const barriers = async (authors: string[], starter?: string) => {
    const policy = await policyOf('separation of duties', authors, starter)
    return ['U0ANA', 'U0BEN'].map((userId) => barrierFor(policy, userId, 'Approved', START)?.because ?? 'may')
  }

  test.each<[string, string[], string | undefined, string[]]>([
    ['an address that Slack knows', ['ana@shop.example'], undefined, ['author', 'may']],
    ['an address that people knows', ['ana@home.example'], undefined, ['author', 'may']],
    ['a name that people knows', ['Ben Okafor'], undefined, ['may', 'author']],
    ['a co-author', ['chen@shop.example', 'ana@shop.example'], undefined, ['author', 'may']],
    ['a machine', ['renovate[bot]'], undefined, ['may', 'may']],
    ['an author without a Slack account', ['x@other.example'], undefined, ['unidentified', 'unidentified']],
    ['a role’s session', ['renovate[bot]'], 'arn:aws:sts::111122223333:assumed-role/deploy-role/x', ['may', 'starter']],
    [
      'another role’s',
      ['renovate[bot]'],
      'arn:aws:sts::111122223333:assumed-role/Console/x',
      ['unidentified', 'unidentified'],
    ],
    ['one session', ['renovate[bot]'], 'arn:aws:sts::111122223333:assumed-role/Console/eli.b', ['may', 'may']],
    ['a user', ['renovate[bot]'], 'arn:aws:iam::111122223333:user/finn', ['may', 'may']],
    [
      'a session that IAM Identity Center named by address',
      [],
      'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Deploy_0a1b2c3d/ana@shop.example',
      ['starter', 'may'],
    ],
  ])('%s', async (_, authors, starter, expected) => {
    expect(await barriers(authors, starter)).toEqual(expected)
  })
})

describe('freeze', () => {
  const windows = () => configured('freeze').routeFor(WHERE)!.freezes
  const until = (text: string) => frozenAt(windows(), Date.parse(text))?.until ?? null

  test.each([
    ['over the weekend on which summer time begins', '2026-03-28T12:00Z', '2026-03-30T07:00Z'],
    ['over the weekend on which it ends', '2026-10-24T12:00Z', '2026-10-26T08:00Z'],
    ['over any other, in summer', '2026-07-18T12:00Z', '2026-07-20T07:00Z'],
    ['at night in Tokyo', '2026-11-24T13:00Z', '2026-11-24T22:00Z'],
    ['over Christmas', '2026-12-25T12:00Z', '2027-01-04T08:00Z'],
  ])('%s', (_, at, end) => {
    expect(until(at)).toBe(Date.parse(end))
    expect(until(end)).toBeNull()
  })

  test('no vote counts in it, and the people who may override it are named', async () => {
    const policy = await policyOf('freeze')
    const at = Date.parse('2026-11-28T12:00Z')
    expect(barrierFor(policy, 'U0DANA', 'Approved', at)).toMatchObject({
      because: 'frozen',
      breakGlass: ['U0ELI', 'U0DANA', 'U0BEN'],
    })
    expect(barrierFor(policy, 'U0DANA', 'Rejected', at)).toBeNull()
    expect(barrierFor(policy, 'U0DANA', 'Approved', at, [])).toBeNull()
    expect(barrierFor(policy, 'U0DANA', 'Approved', START)).toBeNull()
  })
})

test('outside: which builds and deployments have a status message, and where', () => {
  const { outsideRouteFor } = configured('outside')
  const statusOf = (pipeline: string, group: string | null) =>
    outsideRouteFor({ ...WHERE, pipeline, executionId: '1' }, { service: group ? 'CodeDeploy' : 'CodeBuild', group })
      ?.status
  expect([statusOf('shop-web', null), statusOf('nightly', null), statusOf('web', null)]).toEqual([
    ...['C0DEPLOYS', 'C0DEPLOYS'],
    undefined,
  ])
  expect([statusOf('shop', 'eu'), statusOf('billing', 'production'), statusOf('billing', 'test')]).toEqual([
    ...['C0DEPLOYS', 'C0DEPLOYS'],
    undefined,
  ])
})

test('console only: no one decides in Slack, and the reason is shown', async () => {
  const where = { ...WHERE, pipeline: 'payments-api' }
  const configuration = configured('console only')
  const asked = { where, change: changeBy([]), starter: starterNamed(undefined, false), escalatedAt: null }
  const resolvedPolicy = await resolvePolicy(
    { configuration, directory: DIRECTORY, calendars: OPEN_CALENDARS, freezes: NO_FREEZES, absences: NO_ABSENCES },
    asked,
    START,
  )
  expect(barrierFor(resolvedPolicy!.policy, 'U0DANA', 'Rejected', START)).toEqual({
    because: 'console-only',
    why: 'Payments are deployed under the change process, by hand.',
  })
})

test('ask: only by a notification to the topic', () => {
  expect(configured('ask').routeFor({ ...WHERE, pipeline: 'legacy-web' })?.ask).toEqual(['topic'])
})

test('reminders: when, whom and where else', () => {
  const route = configured('reminders').routeFor(WHERE)!
  expect(route).toMatchObject({
    notify: 'approvers',
    remind: [2 * HOUR, 24 * HOUR],
    lastCall: HOUR,
    escalate: { after: 4 * HOUR, channel: 'C0ONCALL', people: ['U0HALA'], groups: ['S0ONCALL'] },
  })
  const quiet = ['2026-11-24T22:00Z', '2026-11-28T12:00Z', '2026-11-24T12:00Z'].map(
    (at) => frozenAt(route.quiet, Date.parse(at)) !== null,
  )
  expect(quiet).toEqual([true, true, false])
})

test('deployments: which ends are told, and who is on call', () => {
  const configuration = configured('deployments')
  const told = { deployments: 'all', onCall: { people: ['U0HALA'], groups: ['S0ONCALL'] } }
  expect(configuration.routeFor(WHERE)).toMatchObject(told)
  const { accountId, region, pipeline } = WHERE
  expect(configuration.routeOfExecution({ accountId, region, pipeline })).toMatchObject(told)
})

test('links: to the pipeline and to commits on a server of your own', () => {
  const { consoleUrl, repositoryFor } = configured('links')
  expect(consoleUrl(WHERE)).toBe(`https://console.shop.example/${WHERE.accountId}/${WHERE.region}/${WHERE.pipeline}`)
  expect(repositoryFor('shop/web')).toEqual({
    kind: 'gitlab',
    name: 'shop/web',
    url: 'https://git.shop.example/shop/web',
  })
})

test('record: how long audit records are kept', () => {
  expect(configured('record').retention).toBe(2_555 * 24 * HOUR)
})
