/** One test report of a build, as CodeBuild has it. */
export interface TestReport {
  arn: string
  name: string
  /** The page of its build in the AWS console. */
  url: string | null
  passed: number
  failed: number
  skipped: number
  /** Tests whose result CodeBuild does not know. */
  unknown: number
  durationMs: number
  /** CodeBuild still makes it, or could not finish it. */
  isUnfinished: boolean
}

/** The test results of an execution, as its approval shows them and the audit record keeps them. */
export type TestEvidence =
  | {
      kind: 'reported'
      passed: number
      failed: number
      skipped: number
      unknown: number
      durationMs: number
      /** The first of the reports, those with failures before the others. */
      reports: { arn: string; name: string; url: string | null }[]
      /** How many reports there are. */
      count: number
      /** How many of them are not finished. */
      unfinished: number
    }
  /** No build of the execution has a test report. */
  | { kind: 'none' }
  /** `lacks`: the permission that the bot’s role does not have. */
  | { kind: 'unread'; because: 'denied'; lacks: string }
  /** A build ran in this Region, which is not joined to this bot. */
  | { kind: 'unread'; because: 'not-joined'; region: string }
  | { kind: 'unread'; because: 'no-answer' | 'no-build' }

const REPORTS_KEPT = 3

export const testEvidence = (reports: readonly TestReport[]): TestEvidence => {
  if (reports.length === 0) return { kind: 'none' }
  const sum = (of: (report: TestReport) => number): number => reports.reduce((total, one) => total + of(one), 0)
  const first = reports.toSorted((one, other) => Number(other.failed > 0) - Number(one.failed > 0))
  return {
    kind: 'reported',
    passed: sum(({ passed }) => passed),
    failed: sum(({ failed }) => failed),
    skipped: sum(({ skipped }) => skipped),
    unknown: sum(({ unknown }) => unknown),
    durationMs: sum(({ durationMs }) => durationMs),
    reports: first.slice(0, REPORTS_KEPT).map(({ arn, name, url }) => ({ arn, name, url })),
    count: reports.length,
    unfinished: reports.filter(({ isUnfinished }) => isUnfinished).length,
  }
}
