import type { Reporter } from '@jest/reporters'
import type { AggregatedResult, TestContext } from '@jest/test-result'
import { reasonIn } from '../support/skip-reason.ts'

/** How many tests were skipped for each reason, most first. */
export const countByReason = ({
  testResults,
}: Pick<AggregatedResult, 'testResults'>): [reason: string, count: number][] => {
  const counts = new Map<string, number>()
  for (const { ancestorTitles, title, status } of testResults.flatMap((file) => file.testResults)) {
    const reason = [...ancestorTitles, title].map(reasonIn).find((one) => one !== undefined)
    if (reason !== undefined && status === 'pending') counts.set(reason, (counts.get(reason) ?? 0) + 1)
  }
  return [...counts].sort(([, one], [, other]) => other - one)
}

/** Prints above the closing lines what this machine lacks, and how many tests were skipped for it. */
export default class ReportSkipped implements Pick<Reporter, 'onRunComplete'> {
  onRunComplete(_: Set<TestContext>, results: AggregatedResult): void {
    for (const [reason, count] of countByReason(results)) process.stderr.write(`Skipped ${count}: ${reason}\n`)
  }
}
