import { readFileSync } from 'node:fs'
import { configurationFrom } from '../../functions/config/configuration.ts'
import { readConfiguration } from '../../functions/config/read-configuration.ts'
import { SHIPPED_POLICY } from '../support/service-copy.ts'

const problemsOf = (text: string): string[] => {
  const read = readConfiguration(text)
  return read.kind === 'invalid' ? read.problems.map(({ line, key, message }) => `${line} ${key}: ${message}`) : []
}

const route = (more: string): string => `routes:\n  - match: { pipeline: shop }\n    approvals: C0RELEASES\n${more}`
const approvers = '    approvers: [{ name: leads, people: [U0DANA] }]\n'

describe('greenlight.yml', () => {
  test.each([SHIPPED_POLICY, 'local/greenlight.yml'])('%s is valid', (file) => {
    expect(problemsOf(readFileSync(file, 'utf8'))).toEqual([])
  })

  test('all problems are named at once, each with its line, its key, what was expected and what was found', () => {
    const problems = problemsOf(
      [
        'routes:',
        '  - match: { pipelin: shop }',
        '    approvals: releases',
        '    approvers:',
        '      - name: leads',
        '        people: [dana]',
        '        count: two',
        'rutes: []',
      ].join('\n'),
    )
    expect(problems).toEqual([
      '2 routes.0.match.pipelin: unknown setting: match takes pipeline, account, region, stage, action, branch, tag, author, repository, source, trigger, executionMode, time',
      expect.stringMatching(/^3 routes\.0\.approvals: expected a Slack channel ID .*found "releases"$/),
      expect.stringMatching(/^6 routes\.0\.approvers\.0\.people\.0: expected a Slack user ID .*found "dana"$/),
      expect.stringMatching(/^7 routes\.0\.approvers\.0\.count: .*expected a number, found "two"$/),
      '8 rutes: unknown setting: docs/policy.md lists the settings',
    ])
  })

  test.each([
    [
      'a rule that requires more people than it names',
      route('    approvers: [{ name: leads, people: [U0DANA], count: 2 }]\n'),
      /^4 .*: 2 approvals are required, and the number of people who may approve is 1: this can never be met$/,
    ],
    [
      'a pattern that refers back',
      route(`${approvers}    comment: { pattern: '(a)\\1' }\n`),
      /^5 routes\.0\.comment\.pattern: expected a pattern .*: \\1 at character 5 is not possible here/,
    ],
    [
      'a pattern that takes every comment',
      route(`${approvers}    comment: { pattern: '\\d*' }\n`),
      /^5 routes\.0\.comment\.pattern: .*: it matches an empty comment/,
    ],
    [
      'one alternative alone',
      route('    anyOf: [{ name: leads, people: [U0DANA] }]\n'),
      /^4 routes\.0\.anyOf: expected at least two alternatives/,
    ],
    [
      'a digest of a stage',
      'digests:\n  - { channel: C0A, every: daily, at: 09:00, match: { pipeline: shop-*, stage: Prod } }\nroutes: []\n',
      '2 digests.0.match.stage: unknown setting: match takes pipeline, account, region in a digest',
    ],
    [
      'a digest of pipelines by exclusion',
      'digests:\n  - { channel: C0A, every: daily, at: 09:00, match: { pipeline: "!shop-*" } }\nroutes: []\n',
      /^2 digests\.0\.match\.pipeline: expected a glob that does not start with !/,
    ],
    [
      'an alternative that can never be met',
      route(
        '    anyOf:\n      - { name: a, people: [U0DANA] }\n      - allOf: [{ name: b, people: [U0ELI] }, { name: c, people: [U0ELI] }]\n',
      ),
      /^6 routes\.0\.anyOf\.1: a person counts once, so at most 1 of the 2 required approvals can be given/,
    ],
    [
      'alternatives with more rules than are fast to judge',
      route(
        `    anyOf: [${['a', 'b'].map((way) => `{ allOf: [${Array.from({ length: 11 }, (_, at) => `{ name: ${way}${at}, groups: [S0A] }`).join(', ')}] }`).join(', ')}]\n`,
      ),
      /^2 routes\.0: expected at most 20 groups of approvers in all ways, found 22$/,
    ],
    [
      'a person who is listed twice',
      route('    approvers: [{ name: leads, people: [U0DANA, U0DANA] }]\n'),
      /^4 routes\.0\.approvers\.0\.people: U0DANA is listed twice$/,
    ],
    [
      'a user group that is listed twice',
      route('    approvers: [{ name: leads, groups: [S0A, S0A] }]\n'),
      /^4 routes\.0\.approvers\.0\.groups: S0A is listed twice$/,
    ],
    [
      'a group without people',
      route('    approvers: [{ name: leads, people: [] }]\n'),
      /^4 .*expected people, groups or both: without them, no one could approve/,
    ],
    [
      'a route without approvers and without consoleOnly',
      route(''),
      /^2 routes\.0: no one could approve: set approvers, anyOf or autoApprove, or set consoleOnly to the reason$/,
    ],
    [
      'a person who would have to count twice',
      route(`    approvers: [{ name: a, people: [U0ANA] }, { name: b, people: [U0ANA] }]\n`),
      /^4 routes\.0\.approvers: a person counts once, so at most 1 of the 2 required approvals can be given: this can never be met$/,
    ],
    [
      'two groups of one name',
      route(`    approvers: [{ name: a, people: [U0ANA] }, { name: a, people: [U0BEN] }]\n`),
      /^4 .*another group of approvers has the name a too$/,
    ],
    [
      'a freeze that never ends',
      route(
        `${approvers}    freeze: [{ name: a, from: Mon 00:00, to: Sat 00:00 }, { name: b, from: Fri 22:00, to: Mon 00:00 }]\n`,
      ),
      /^5 routes\.0\.freeze: these change freezes never end: no one could ever approve$/,
    ],
    [
      'quiet hours that never end, in two zones',
      route(
        `${approvers}    quiet: [{ from: 08:00, to: 21:00, zone: Europe/London }, { from: 15:00, to: 05:00, zone: America/New_York }]\n`,
      ),
      /^5 routes\.0\.quiet: these quiet hours never end: no one would ever be mentioned$/,
    ],
    [
      'a window that ends when it begins',
      route(`${approvers}    quiet: [{ from: 08:00, to: 08:00 }]\n`),
      /^5 routes\.0\.quiet\.0: from and to are the same time$/,
    ],
    [
      'a window of two forms',
      route(`${approvers}    freeze: [{ name: a, from: Fri 16:00, to: 08:00 }]\n`),
      /^5 routes\.0\.freeze\.0: expected from and to in the same form/,
    ],
    [
      'a window that ends before it begins',
      route(`${approvers}    freeze: [{ name: a, from: 2027-01-04 08:00, to: 2026-12-18 17:00 }]\n`),
      /^5 routes\.0\.freeze\.0: to is not after from$/,
    ],
    [
      'a day that does not exist',
      route(`${approvers}    freeze: [{ name: a, from: 2026-02-28 08:00, to: 2026-02-29 08:00 }]\n`),
      /^5 routes\.0\.freeze\.0: 2026-02-29 08:00 does not exist$/,
    ],
    [
      'a time that does not exist',
      route(`${approvers}    freeze: [{ name: a, from: Fri 24:00, to: Sat 08:00 }]\n`),
      /^5 routes\.0\.freeze\.0\.from: expected a time such as 16:00 .*found "Fri 24:00"$/,
    ],
    ['a zone that does not exist', `zone: Europe/Londn\n${route(approvers)}`, /^1 zone: expected a time zone such as/],
    ['an offset instead of a zone', `zone: '+01:00'\n${route(approvers)}`, /^1 zone: expected a time zone such as/],
    [
      'an escalation without a channel or people',
      route(`${approvers}    escalate: { after: 1h }\n`),
      /^5 routes\.0\.escalate: expected a channel, or people or groups as stand-ins/,
    ],
    [
      'an escalation after every approval has expired',
      route(`${approvers}    escalate: { after: 61d, channel: C0A }\n`),
      /^5 routes\.0\.escalate\.after: expected between 1m and 60d: no approval waits longer, found "61d"$/,
    ],
    [
      'a mistyped setting',
      route(`${approvers}    escalate: { afer: 1h }\n`),
      /^5 routes\.0\.escalate\.afer: unknown setting/,
    ],
    [
      'an override without people',
      route(`${approvers}    breakGlass: {}\n`),
      /^5 .*without them, no one could override the freeze/,
    ],
    [
      'a unit that does not exist',
      route(`${approvers}    lastCall: 1w\n`),
      /^5 .*a duration such as 30m, 4h or 2d, found "1w"$/,
    ],
    [
      'a number instead of a duration',
      route(`${approvers}    lastCall: 60\n`),
      /^5 .*such as 30m, 4h or 2d, or none, found 60$/,
    ],
    ['a reminder twice', route(`${approvers}    remind: [60m, 1h]\n`), /^5 .*expected reminders at different times/],
    [
      'a retention shorter than the longest approval',
      `retention: 60d\n${route(approvers)}`,
      /^1 retention: expected between 61d/,
    ],
    [
      'an identity without a Slack user ID',
      `people: { ana: ana }\n${route(approvers)}`,
      /^1 people\.ana: expected the Slack user ID/,
    ],
    [
      'an identity in two spellings',
      `people:\n  Ana@x.example: U0ANA\n  ana@x.example: U0BEN\n${route(approvers)}`,
      /^3 people\.ana@x\.example: this identity is listed twice: capital letters make no difference$/,
    ],
    ['an empty list of approvers', route('    approvers: []\n'), /^4 .*at least one group/],
    ['a count of none', route('    approvers: [{ name: leads, people: [U0DANA], count: 0 }]\n'), /^4 .*1 or more/],
    ['no channel anywhere', `routes:\n  - match: {}\n${approvers}`, /^2 routes\.0: no channel for approvals/],
    ['an account that lost its zeros', `accounts: { 12: shop }\n${route(approvers)}`, /^1 accounts.*12-digit/],
    [
      'an unknown value of comment',
      route(`${approvers}    comment: maybe\n`),
      /^5 routes\.0\.comment: .*found "maybe"/,
    ],
    [
      'an account that is a number',
      `routes:\n  - match: { account: 111122223333 }\n    approvals: C0A\n${approvers}`,
      /^2 routes\.0\.match\.account: expected a name or a glob such as shop-\*; put a number in quotes, found 111122223333$/,
    ],
    [
      'a glob that would exclude, and matches nearly everything in a list',
      `routes:\n  - match: { stage: ['*', '!Production'] }\n    approvals: C0A\n${approvers}`,
      /^2 routes\.0\.match\.stage\.1: expected a glob that does not start with !.*found "!Production"$/,
    ],
    [
      'a glob of 70,000 characters',
      `routes:\n  - match: { stage: ${'a'.repeat(70_000)} }\n    approvals: C0A\n${approvers}`,
      /^2 .*at most 200 characters, found "a{58}…$/,
    ],
    [
      'a console address that no browser opens',
      `console: 'https://['\n${route(approvers)}`,
      /^1 console: expected an address/,
    ],
    ['an environment without a name', route(`${approvers}    environment: ''\n`), /^5 .*environment: expected a name/],
    ['an alias without an anchor', `defaults: *nowhere\n${route(approvers)}`, /^1 : Unresolved alias .*nowhere$/],
    [
      'an alias that multiplies',
      `a: &a [${'x,'.repeat(9)}]\nb: &b [${'*a,'.repeat(9)}]\nc: [${'*b,'.repeat(9)}]\n${route(approvers)}`,
      /^1 : Excessive alias count/,
    ],
    [
      'a calendar that is neither an ARN, a file nor an address',
      route(`${approvers}    freeze: [{ name: company, calendar: ReleaseCalendar }]\n`),
      /^5 routes\.0\.freeze\.0\.calendar: expected the ARN of a Change Calendar, an iCalendar file/,
    ],
    [
      'a calendar at an address without encryption',
      route(`${approvers}    freeze: [{ name: company, calendar: 'http://shop.example/freeze.ics' }]\n`),
      /^5 routes\.0\.freeze\.0\.calendar: expected the ARN/,
    ],
    [
      'a calendar file that is missing',
      route(`${approvers}    freeze: [{ name: company, calendar: freeze.ics }]\n`),
      /^5 routes\.0\.freeze\.0\.calendar: freeze\.ics cannot be read: no files are read here$/,
    ],
    [
      'an unknown kind of work outside a pipeline',
      route(`${approvers}    status: C0STATUS\n    outside: { builds: shop, runs: shop }\n`),
      /^6 routes\.0\.outside\.runs: unknown setting/,
    ],
    [
      'work outside a pipeline of which nothing is named',
      route(`${approvers}    status: C0STATUS\n    outside: {}\n`),
      /^6 routes\.0\.outside: expected builds, deployments or both/,
    ],
    [
      'a deployment without its group',
      route(`${approvers}    status: C0STATUS\n    outside: { deployments: [shop] }\n`),
      /^6 routes\.0\.outside\.deployments\.0: expected application\/group, such as shop\/production or shop\/\*, found "shop"$/,
    ],
    [
      'work outside a pipeline without a channel',
      route(`${approvers}    outside: { builds: shop }\n`),
      /^5 routes\.0\.outside: no channel for these messages: set status here or in defaults$/,
    ],
    ['no routes at all', 'defaults: { status: C0STATUS }\n', /routes: missing: expected a list of routes$/],
    ['an empty file', '', /^1 routes: missing/],
    ['a list', '- a\n', /^1 : expected a map of settings, found \["a"\]$/],
    ['a file that is not YAML', 'routes: [\n', /^\d+ : /],
    ['a key that stands twice', `${route(approvers)}routes: []\n`, /^5 : Map keys must be unique/],
  ])('%s is refused', (_, text, problem) => {
    expect(problemsOf(text)).toEqual(expect.arrayContaining([expect.stringMatching(problem)]))
  })

  test('settings that a route leaves out have defaults', () => {
    const read = readConfiguration(route(approvers))
    expect(read).toMatchObject({
      kind: 'valid',
      configuration: { accounts: {}, repositories: [], defaults: {}, routes: [{ approvers: [{ count: 1 }] }] },
    })
  })
})

// The parser writes a key that is a map as a text, twice as long for each map inside it.
test.each([
  ['maps within braces', '{'.repeat(40) + 'a' + ': b}'.repeat(40)],
  ['lists', `${'['.repeat(40)}a${']'.repeat(40)}: b`],
  ['a brace that was left open, again and again', `routes:\n${'  - { name: release:\n'.repeat(60)}`],
  ['an alias', 'routes: &all []\n*all : b'],
])('keys that are %s are refused, before they are written out', (_, text) => {
  expect(readConfiguration(text)).toMatchObject({
    problems: expect.arrayContaining([expect.objectContaining({ message: 'a key must be a text' })]) as unknown,
  })
})

test('a file with 20,000 unknown settings has as many problems, each at its line; a key of people is never lost', () => {
  const unknown = Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`)
  const result = readConfiguration(['routes: []', ...unknown].join('\n'))
  const problems = result.kind === 'invalid' ? result.problems : []
  expect(problems).toHaveLength(20_000)
  expect(problems.at(-1)).toMatchObject({ key: 'k19999', line: 20_001 })
  expect(readConfiguration('routes: []\npeople:\n  __proto__: U0ANA')).toEqual({
    kind: 'invalid',
    problems: [{ line: 3, key: '', message: '__proto__ cannot be a key' }],
  })
})

test('a calendar file is read beside greenlight.yml, once for each zone that places its days', () => {
  const text = route(
    `${approvers}    freeze:
      - { name: company, calendar: freeze.ics }
      - { name: the same, calendar: freeze.ics }
      - { name: in Berlin, calendar: freeze.ics, zone: Europe/Berlin }\n`,
  )
  const paths: string[] = []
  const read = readConfiguration(text, {
    read: (path) => {
      paths.push(path)
      return readFileSync('tests/fixtures/freezes.ics', 'utf8')
    },
    now: Date.UTC(2026, 10, 26),
  })
  if (read.kind !== 'valid') throw new Error(JSON.stringify(read.problems))
  expect(paths).toEqual(['freeze.ics', 'freeze.ics'])
  const { calendars = {} } = read.configuration
  expect(Object.keys(calendars)).toEqual(['freeze.ics UTC', 'freeze.ics Europe/Berlin'])
  const configuration = configurationFrom(read.configuration)
  const calendar = { name: 'company', zone: 'UTC', source: 'freeze.ics' }
  expect(configuration.calendarFile(calendar)).toEqual(calendars['freeze.ics UTC'])
  expect(configuration.calendarFile({ ...calendar, source: 'other.ics' })).toBeNull()
})
