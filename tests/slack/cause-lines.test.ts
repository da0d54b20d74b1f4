import type { FailureCause, Unread } from '../../functions/domain/failure-cause.ts'
import { causeElements, causeNotice, spokenCause } from '../../functions/slack/cause-lines.ts'
import { richText, section } from '../../functions/slack/block-kit.ts'
import { asText } from '../support/as-text.ts'

const CAUSE: FailureCause = {
  what: 'BUILD: npm test: exit status 1',
  lines: ['1 of 12 tests failed', 'RangeError: -1 cents', 'bye'],
  log: null,
  unread: [],
}
const known = (more: Partial<FailureCause> = {}, summary = 'It failed') => ({ cause: { ...CAUSE, ...more }, summary })
const card = (failure: Parameters<typeof causeElements>[0], room = 1_000) =>
  asText({ blocks: [richText(...causeElements(failure, { room, log: 'https://log.example/' }))] })
const notice = (failure: Parameters<typeof causeNotice>[0]) =>
  causeNotice(failure)
    .filter((line) => line.length > 0)
    .map((line) => asText({ blocks: [richText(section(...line))] }))

test('a message says what failed, links the log, and has its last lines', () => {
  expect(card(known())).toContain('BUILD: npm test: exit status 1 · <Log>')
  expect(card(known())).toContain('1 of 12 tests failed\nRangeError: -1 cents\nbye')
  // The action's own words say less.
  expect(card(known())).not.toContain('It failed')
  expect(card(known({ what: null }))).toContain('It failed')
})

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `step ${index + 1}`)

test.each<[string, string[], string[]]>([
  ['the last three', numbered(10), ['step 8', 'step 9', 'step 10']],
  [
    'the one that says most, and the last three',
    [...numbered(4), 'RangeError: -1 cents', ...numbered(5)],
    ['RangeError: -1 cents', '…', 'step 3', 'step 4', 'step 5'],
  ],
  [
    'that one right before the last three',
    [...numbered(4), 'RangeError: -1 cents', ...numbered(3)],
    ['RangeError: -1 cents', 'step 1', 'step 2', 'step 3'],
  ],
])('of the lines of a log, a message has %s', (_, lines, shown) => {
  expect(card(known({ lines }))).toContain(`\n\`\`\`${shown.join('\n')}\`\`\``)
})

test('a message has all lines of a log that it does not link to', () => {
  const alone = causeElements(known({ lines: numbered(10) }), { room: 1_000 })
  expect(asText({ blocks: [richText(...alone)] })).toContain(numbered(10).join('\n'))
})

test('a message with little room has the last lines that fit, and at least the one that says most', () => {
  expect(card(known(), 25)).not.toContain('1 of 12')
  expect(card(known(), 25)).toContain('RangeError: -1 cents\nbye')
  expect(card(known(), 15)).toContain('RangeError: -1…')
  expect(card(known({ lines: ['x'.repeat(90)] }), 20)).toContain(`${'x'.repeat(19)}…`)
})

test('a message without a cause says what the action says', () => {
  expect(card({ cause: null, summary: 'It failed' })).toContain('It failed')
  expect(causeElements({ cause: null, summary: '' }, { room: 9 })).toEqual([])
})

test('a notice says what failed, and the line that says most', () => {
  expect(notice(known())).toEqual(['BUILD: npm test: exit status 1', 'RangeError: -1 cents'])
  expect(notice({ cause: null, summary: 'It failed' })).toEqual(['It failed'])
  expect(spokenCause(known(), 250)).toBe('BUILD: npm test: exit status 1: RangeError: -1 cents')
})

test.each<[Unread, string]>([
  [{ because: 'denied', of: 'logs:GetLogEvents' }, 'the role lacks logs:GetLogEvents'],
  [{ because: 'no-group', of: '/aws/codebuild/shop' }, 'there is no log group /aws/codebuild/shop'],
  [{ because: 'no-stream', of: '5f0e' }, 'the log stream 5f0e has expired or was deleted'],
  [{ because: 'no-lines', of: '/aws/lambda/smoke' }, '/aws/lambda/smoke has no lines of it, or they have expired'],
  [{ because: 'no-log', of: 'CodeBuild' }, 'CodeBuild keeps none in CloudWatch'],
  [{ because: 'gone', of: 'CodeDeploy' }, 'CodeDeploy no longer has what it ran'],
  [{ because: 'not-joined', of: 'us-west-2' }, 'Greenlight does not serve us-west-2'],
  [{ because: 'no-answer', of: 'CodeBuild' }, 'CodeBuild did not answer'],
])('what is missing is said: %j', (unread, words) => {
  const failure = known({ lines: [], unread: [unread] })
  expect(card(failure)).toContain(words)
  expect(notice(failure).join('\n')).toContain(words)
})
