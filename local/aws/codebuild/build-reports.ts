import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { filesMatching } from './build-artifacts.ts'
import type { Report } from './buildspec.ts'
import { ownEntry } from '../../../functions/own-entry.ts'

/** The results of the test cases in a build's reports. */
export interface TestCounts {
  passed: number
  skipped: number
  /** Those that failed, in the order of the reports: the name, and the failure if the report has it. */
  failed: string[]
}

/** A report that a buildspec lists, as it was read. */
export interface ReadReport {
  name: string
  counts: TestCounts
  /** The sum of its test cases' times. */
  durationMs: number
}

/**
 * Reads the reports that a buildspec lists, as CodeBuild publishes them whether or not the build has succeeded, and
 * logs the result of each. Leaves out those that cannot be read.
 */
export const readReports = async (options: {
  from: string
  reports: Record<string, Report>
  log: (line: string) => void
}): Promise<ReadReport[]> => {
  const all: ReadReport[] = []
  for (const [name, report] of Object.entries(options.reports)) {
    const read = await readReport(options.from, report)
    if ('problem' in read) {
      options.log(`Report ${name}: ${read.problem}`)
      continue
    }
    options.log(`Report ${name}: ${inWords(read.counts)}`)
    all.push({ name, ...read })
  }
  return all
}

/** The counts of all reports, or null if there is no test case. */
export const countsOf = (reports: readonly ReadReport[]): TestCounts | null => {
  const all = reports.map(({ counts }) => counts)
  const [passed, skipped] = [sum(all.map((one) => one.passed)), sum(all.map((one) => one.skipped))]
  const failed = all.flatMap((one) => one.failed)
  return passed + skipped + failed.length > 0 ? { passed, skipped, failed } : null
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)

/** `3 of 4 tests passed, 1 failed: test_health (404 != 200)` */
export const inWords = ({ passed, skipped, failed }: TestCounts): string => {
  const total = passed + skipped + failed.length
  const first =
    passed === total ? `${total} ${total === 1 ? 'test' : 'tests'} passed` : `${passed} of ${total} tests passed`
  const parts = [
    first,
    ...(failed.length > 0
      ? [`${failed.length} failed: ${failed.slice(0, 3).join(', ')}${failed.length > 3 ? ', …' : ''}`]
      : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ]
  return parts.join(', ')
}

const readReport = async (from: string, report: Report): Promise<Omit<ReadReport, 'name'> | { problem: string }> => {
  const format = report['file-format']
  if (format !== 'JUNITXML') return { problem: `${format} is not read here, only JUNITXML is` }
  const base = join(from, report['base-directory'])
  const files = await filesMatching(base, report.files)
  if (files.length === 0) return { problem: `no file matches ${report.files.join(', ')}` }
  const cases = await Promise.all(files.map(async (file) => testCases(await readFile(join(base, file), 'utf8'))))
  const found = cases.flat()
  const of = (wanted: Outcome) => found.filter(({ outcome }) => outcome === wanted)
  return {
    counts: {
      passed: of('passed').length,
      skipped: of('skipped').length,
      failed: of('failed').map(({ name }) => name),
    },
    durationMs: sum(found.map(({ seconds }) => seconds)) * 1_000,
  }
}

type Outcome = 'passed' | 'failed' | 'skipped'

const ATTRIBUTES = `(?:[^>"']|"[^"]*"|'[^']*')*?`
const TEST_CASE = new RegExp(`<testcase\\b(${ATTRIBUTES})(?:/>|>([^]*?)</testcase>)`, 'g')

/** Every `<testcase>` of a report in JUnit's form, which has no schema: only a child with a failure matters. */
const testCases = (xml: string): { name: string; outcome: Outcome; seconds: number }[] =>
  [...xml.matchAll(TEST_CASE)].map(([, attributes = '', children = '']) => {
    const name = attribute(attributes, 'name') ?? 'a test without a name'
    const seconds = Number(attribute(attributes, 'time') ?? 0) || 0
    const wrong = /<(?:failure|error)\b([^]*)/.exec(children)?.[1]
    if (wrong === undefined) return { name, seconds, outcome: /<skipped\b/.test(children) ? 'skipped' : 'passed' }
    const message = attribute(wrong, 'message')?.split('\n')[0]
    return { name: message ? `${name} (${message})` : name, seconds, outcome: 'failed' }
  })

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&', '#10': '\n' }

const attribute = (attributes: string, name: string): string | undefined => {
  const value = new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1]
  return value?.replace(/&([\w#]+);/g, (whole, entity: string) => ownEntry(ENTITIES, entity) ?? whole)
}
