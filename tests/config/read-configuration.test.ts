import { readFileSync } from 'node:fs'
import { readConfiguration } from '../../functions/config/read-configuration.ts'

const problemsOf = (text: string): string[] => {
  const read = readConfiguration(text)
  return read.kind === 'invalid' ? read.problems.map(({ line, key, message }) => `${line} ${key}: ${message}`) : []
}

const route = (more: string): string => `routes:\n  - match: { pipeline: shop }\n    approvals: C0RELEASES\n${more}`
const approvers = '    approvers: [{ name: leads, people: [U0DANA] }]\n'

describe('greenlight.yml', () => {
  test.each(['greenlight.yml', 'local/greenlight.yml'])('%s is valid', (file) => {
    expect(problemsOf(readFileSync(file, 'utf8'))).toEqual([])
  })

  test('every problem is named at once, each with its line, its key, what was found and what was expected', () => {
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
      '2 routes.0.match.pipelin: there is no setting of this name',
      expect.stringMatching(/^3 routes\.0\.approvals: expected a Slack channel ID .*found "releases"$/),
      expect.stringMatching(/^6 routes\.0\.approvers\.0\.people\.0: expected a Slack user ID .*found "dana"$/),
      expect.stringMatching(/^7 routes\.0\.approvers\.0\.count: .*expected (number|int).*found "two"$/),
      '8 rutes: there is no setting of this name',
    ])
  })

  test.each([
    [
      'a route that nobody could ever pass',
      route('    approvers: [{ name: leads, people: [U0DANA], count: 2 }]\n'),
      /^4 .*2 must approve, but only 1 may/,
    ],
    [
      'somebody listed twice',
      route('    approvers: [{ name: leads, people: [U0DANA, U0DANA] }]\n'),
      /^4 .*listed twice/,
    ],
    ['a group without people', route('    approvers: [{ name: leads, people: [] }]\n'), /^4 .*nobody could approve/],
    [
      'a route that says nothing of who',
      route(''),
      /^2 routes\.0: nobody could approve: set approvers, or consoleOnly/,
    ],
    [
      'a person who would have to count twice',
      route(`    approvers: [{ name: a, people: [U0ANA] }, { name: b, people: [U0ANA] }]\n`),
      /^4 routes\.0\.approvers: a person counts once, so only 1 of the 2 approvals can be given: it is never met$/,
    ],
    [
      'two groups of one name',
      route(`    approvers: [{ name: a, people: [U0ANA] }, { name: a, people: [U0BEN] }]\n`),
      /^4 .*another group is called a too$/,
    ],
    [
      'a freeze without end',
      route(
        `${approvers}    freeze: [{ name: a, from: Mon 00:00, to: Sat 00:00 }, { name: b, from: Fri 22:00, to: Mon 00:00 }]\n`,
      ),
      /^5 routes\.0\.freeze: it never ends: nobody could ever approve$/,
    ],
    [
      'quiet without end, in two zones',
      route(
        `${approvers}    quiet: [{ from: 08:00, to: 21:00, zone: Europe/London }, { from: 15:00, to: 05:00, zone: America/New_York }]\n`,
      ),
      /^5 routes\.0\.quiet: it never ends/,
    ],
    [
      'a window of nothing',
      route(`${approvers}    quiet: [{ from: 08:00, to: 08:00 }]\n`),
      /^5 routes\.0\.quiet\.0: expected from and to to differ/,
    ],
    [
      'a window of two forms',
      route(`${approvers}    freeze: [{ name: a, from: Fri 16:00, to: 08:00 }]\n`),
      /^5 routes\.0\.freeze\.0: expected from and to in the same form/,
    ],
    [
      'a window that ends before it begins',
      route(`${approvers}    freeze: [{ name: a, from: 2027-01-04 08:00, to: 2026-12-18 17:00 }]\n`),
      /^5 routes\.0\.freeze\.0: expected to after from/,
    ],
    [
      'a day that no calendar has',
      route(`${approvers}    freeze: [{ name: a, from: 2026-02-28 08:00, to: 2026-02-29 08:00 }]\n`),
      /^5 routes\.0\.freeze\.0: there is no 2026-02-29 08:00/,
    ],
    [
      'a time that no clock shows',
      route(`${approvers}    freeze: [{ name: a, from: Fri 24:00, to: Sat 08:00 }]\n`),
      /^5 routes\.0\.freeze\.0\.from: expected a time such as 16:00 .*found "Fri 24:00"$/,
    ],
    ['a zone that is none', `zone: Europe/Londn\n${route(approvers)}`, /^1 zone: expected a time zone such as/],
    ['an offset for a zone', `zone: '+01:00'\n${route(approvers)}`, /^1 zone: expected a time zone such as/],
    [
      'an escalation to nobody',
      route(`${approvers}    escalate: { after: 1h }\n`),
      /^5 routes\.0\.escalate: expected a channel to ask in, or people or groups/,
    ],
    [
      'an escalation after every approval',
      route(`${approvers}    escalate: { after: 61d, channel: C0A }\n`),
      /^5 routes\.0\.escalate\.after: expected between 1m and 60d: no approval waits longer, found "61d"$/,
    ],
    ['a mistyped part', route(`${approvers}    escalate: { afer: 1h }\n`), /^5 routes\.0\.escalate\.afer: there is no/],
    ['glass for nobody', route(`${approvers}    breakGlass: {}\n`), /^5 .*with neither, nobody could break the glass/],
    [
      'a duration that is none',
      route(`${approvers}    lastCall: 1w\n`),
      /^5 .*a duration such as 30m, 4h or 2d, found "1w"$/,
    ],
    [
      'a number for a duration',
      route(`${approvers}    lastCall: 60\n`),
      /^5 .*such as 30m, 4h or 2d, or none, found 60$/,
    ],
    ['a reminder twice', route(`${approvers}    remind: [60m, 1h]\n`), /^5 .*expected reminders at different times/],
    [
      'a record that goes before its approval',
      `retention: 60d\n${route(approvers)}`,
      /^1 retention: expected between 61d/,
    ],
    [
      'an identity that is nobody’s',
      `people: { ana: ana }\n${route(approvers)}`,
      /^1 people\.ana: expected the Slack user ID/,
    ],
    [
      'an identity in two spellings',
      `people:\n  Ana@x.example: U0ANA\n  ana@x.example: U0BEN\n${route(approvers)}`,
      /^3 people\.ana@x\.example: listed twice, in other capitals$/,
    ],
    ['a route without approvers', route('    approvers: []\n'), /^4 .*at least one group/],
    ['a count of none', route('    approvers: [{ name: leads, people: [U0DANA], count: 0 }]\n'), /^4 .*1 or more/],
    ['no channel anywhere', `routes:\n  - match: {}\n${approvers}`, /^2 routes\.0: no channel for approvals/],
    ['an account that lost its zeros', `accounts: { 12: shop }\n${route(approvers)}`, /^1 accounts.*12-digit/],
    [
      'a comment setting that is none',
      route(`${approvers}    comment: maybe\n`),
      /^5 routes\.0\.comment: .*found "maybe"/,
    ],
    [
      'an account that is a number',
      `routes:\n  - match: { account: 111122223333 }\n    approvals: C0A\n${approvers}`,
      /^2 routes\.0\.match\.account: expected a name .* in quotes where it is a number, found 111122223333$/,
    ],
    [
      'a list that seems to leave something out, and would let it in',
      `routes:\n  - match: { stage: ['*', '!Production'] }\n    approvals: C0A\n${approvers}`,
      /^2 routes\.0\.match\.stage\.1: a glob that starts with ! is not taken.*found "!Production"$/,
    ],
    [
      'a glob without end',
      `routes:\n  - match: { stage: ${'a'.repeat(70_000)} }\n    approvals: C0A\n${approvers}`,
      /^2 .*at most 200 characters, found "a{58}…$/,
    ],
    ['a console that no browser opens', `console: 'https://['\n${route(approvers)}`, /^1 console: not an address/],
    ['an environment without a name', route(`${approvers}    environment: ''\n`), /^5 .*environment: expected a name/],
    ['an alias of nothing', `defaults: *nowhere\n${route(approvers)}`, /^1 : Unresolved alias .*nowhere$/],
    [
      'an alias that multiplies',
      `a: &a [${'x,'.repeat(9)}]\nb: &b [${'*a,'.repeat(9)}]\nc: [${'*b,'.repeat(9)}]\n${route(approvers)}`,
      /^1 : Excessive alias count/,
    ],
    ['no routes at all', 'defaults: { status: C0STATUS }\n', /routes: missing/],
    ['an empty file', '', /routes: missing/],
    ['a list', '- a\n', /expected object/],
    ['a file that is no YAML', 'routes: [\n', /^\d+ : /],
    ['a key that stands twice', `${route(approvers)}routes: []\n`, /^5 : Map keys must be unique/],
  ])('%s is refused', (_, text, problem) => {
    expect(problemsOf(text)).toEqual(expect.arrayContaining([expect.stringMatching(problem)]))
  })

  test('what a route leaves out has a default', () => {
    const read = readConfiguration(route(approvers))
    expect(read).toMatchObject({
      kind: 'valid',
      configuration: { accounts: {}, repositories: [], defaults: {}, routes: [{ approvers: [{ count: 1 }] }] },
    })
  })
})
