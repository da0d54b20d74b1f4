import type { Approval } from '../domain/approval.ts'
import type { ApprovedBy, LiveNow, Revision } from '../domain/revision.ts'
import { shortIdAmong } from '../domain/revision.ts'
import type { TestEvidence } from '../domain/test-evidence.ts'
import type { Inline } from './block-kit.ts'
import { bold, cut, link, moment, text } from './block-kit.ts'
import { revisionsOf, sinceMoment } from './change-blocks.ts'
import { changeSetLines } from './change-set-lines.ts'
import { firstOf } from './detail.ts'
import { facts } from './facts.ts'
import { duration, formFor, listed } from './language.ts'
import { plain, say } from './sentence.ts'
import { withWarning } from './with-warning.ts'
import { CHANGES } from './words/approval-words.ts'
import { LAST, LIVE, TESTS } from './words/evidence-words.ts'
import { PEOPLE } from './words/shared-words.ts'

/**
 * What approvers go by beside the change: what CloudFormation would do, the test results, then what a rollback would
 * return to. One line each.
 */
export const evidenceLines = (approval: Approval): Inline[][] => [
  ...changeSetLines(approval.changeSets ?? []),
  ...(approval.tests ? [testParts(approval.tests)] : []),
  ...liveLines(approval),
  ...lastLine(approval),
]

/** "Tests: 412 passed, 0 failed", for a text without links. */
export const testWords = (tests: TestEvidence): string => {
  switch (tests.kind) {
    case 'none':
      return TESTS.none
    case 'unread':
      if (tests.because === 'denied') return plain(TESTS.denied, { permission: cut(tests.lacks, 60) })
      if (tests.because === 'not-joined') return plain(TESTS['not-joined'], { region: cut(tests.region, 60) })
      return TESTS[tests.because]
    case 'reported': {
      const { passed, failed, skipped, unknown, unfinished } = tests
      return [
        plain(TESTS.counted, { passed: String(passed), failed: String(failed) }),
        ...(skipped > 0 ? [plain(TESTS.skipped, { count: String(skipped) })] : []),
        ...(unknown > 0 ? [plain(TESTS.unknown, { count: String(unknown) })] : []),
        ...(unfinished > 0 ? [plain(formFor(TESTS.unfinished, unfinished), { count: String(unfinished) })] : []),
      ].join(', ')
    }
  }
}

const testParts = (tests: TestEvidence): Inline[] => {
  const words = testWords(tests)
  if (tests.kind !== 'reported') return [text(words)]
  const { failed, durationMs, reports, count } = tests
  const rest = count - reports.length
  return facts(
    failed > 0 ? withWarning([bold(words)]) : [text(words)],
    // Less than a second is no news.
    durationMs >= 1_000 ? [text(duration(durationMs))] : [],
    ...reports.map(({ name, url }) => [
      link(count > 1 ? plain(TESTS.reportOf, { name: cut(name, 60) }) : TESTS.report, url),
    ]),
    rest > 0 ? [text(plain(formFor(TESTS.more, rest), { count: String(rest) }))] : [],
  )
}

const MOST_STAGES = 3

const liveLines = (approval: Approval): Inline[][] => {
  const { live, revisions, last } = approval.change
  const all = [...Map.groupBy(live, ({ executionId }) => executionId).values()]
  return all.slice(0, MOST_STAGES).map((same) => {
    const [{ since: at, approvedBy }] = same as [LiveNow]
    const version = versionParts(changing(same[0]!, revisions), revisionsOf(approval))
    const stage = listed(
      same.map((one) => cut(one.stage, 60)),
      'conjunction',
    )
    const isReplaced = last?.failedBehind !== undefined && same.some((one) => one.stage === last.stage)
    return facts(
      say(isReplaced ? LIVE.passed : all.length > 1 ? LIVE.in : LIVE.now, {
        stage,
        version,
        since: sinceMoment(at, approval.requestedAt),
      }),
      [text(approvalWords(approvedBy))],
    )
  })
}

/** What the last deployment there did, if its execution is not the one that passed the stage last. */
const lastLine = (approval: Approval): Inline[][] => {
  const { last } = approval.change
  if (!last) return []
  const version = versionParts(last, revisionsOf(approval))
  const at = moment(last.at, LAST.at)
  const { how, failedBehind: action } = last
  const told = action !== undefined && how !== 'rolled-back' ? (`${how}Behind` as const) : how
  const words = say(LAST[told], { stage: cut(last.stage, 60), at, version, action: cut(action ?? '', 60) })
  return [how === 'rolled-back' ? words : withWarning(words)]
}

/** Without the sources that stay as they are, if another would change. */
const changing = (live: LiveNow, next: readonly Revision[]): LiveNow => {
  const stays = ({ id, source }: Revision) => next.some((one) => one.id === id && one.source === source)
  const revisions = live.revisions.filter((one) => !stays(one))
  return revisions.length > 0 ? { ...live, revisions } : live
}

const MOST_SOURCES = 3

/** The revisions as short links, or the execution where none is known. */
export const versionParts = (
  { revisions, executionId }: Pick<LiveNow, 'revisions' | 'executionId'>,
  others: readonly Revision[],
): Inline[] =>
  revisions.length === 0
    ? say(LIVE.execution, { id: executionId.slice(0, 8) })
    : revisions
        .slice(0, MOST_SOURCES)
        .flatMap((revision, index) => [
          ...(index > 0 ? [text(', ')] : []),
          link(cut(shortIdAmong(revision, others), 72) || CHANGES.unnamed, revision.url, { code: true }),
        ])

/** "approved by Dana and Chen" */
export const approvalWords = (by: ApprovedBy | null): string => {
  if (!by) return LIVE.notOnRecord
  const { shown, rest } = firstOf(by.names, MOST_SOURCES)
  const more = rest > 0 ? [plain(PEOPLE.more, { count: String(rest) })] : []
  const people = listed([...shown.map((name) => cut(name, 60)), ...more], 'conjunction')
  if (by.how === 'slack') return plain(LIVE.approvedBy, { people })
  return by.names.length > 0 ? plain(LIVE.approvedInConsoleBy, { people }) : LIVE.approvedInConsole
}
