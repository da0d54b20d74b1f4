import { problemOf, type Problem } from '../problem.ts'
import { slackError } from '../slack-access.ts'
import type { Evidence } from './evidence.ts'
import { NotChecked } from './not-checked.ts'

/** Something is wrong: what, and what to do about it. */
export interface Finding {
  what: string
  fix: string
}

/** One thing that must be right. Without findings it is. */
export interface Check {
  title: string
  run(evidence: Evidence): Promise<Finding[]>
}

export type Outcome = { title: string } & (
  | { kind: 'ok' }
  | { kind: 'finding'; findings: Finding[] }
  /** `cause` is the same for every check that one problem prevents. */
  | { kind: 'not checked'; because: string; cause: string }
)

/** Makes every check, each on its own: a check that fails does not stop the next. */
export const runChecks = async (checks: readonly Check[], evidence: Evidence): Promise<Outcome[]> => {
  const outcomes: Outcome[] = []
  for (const { title, run } of checks) {
    try {
      const findings = await run(evidence)
      outcomes.push(findings.length > 0 ? { title, kind: 'finding', findings } : { title, kind: 'ok' })
    } catch (error) {
      const { sentence, key } = reasonOf(error)
      outcomes.push({ title, kind: 'not checked', because: sentence, cause: key })
    }
  }
  return outcomes
}

const reasonOf = (error: unknown): Problem => {
  if (error instanceof NotChecked) return { key: error.message, sentence: `${error.message}.` }
  const refusal = slackError(error)
  if (!refusal) return problemOf(error)
  const sentence = refusal.needed
    ? `Slack answers ${refusal.error}: the bot needs the scope ${refusal.needed}.`
    : `Slack answers ${refusal.error}.`
  return { key: sentence, sentence }
}
