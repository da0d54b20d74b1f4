import { missingRight, wordsFor } from '../aws-errors.ts'
import { slackError } from '../slack-access.ts'
import type { Installation } from './installation.ts'

/** Something is wrong: what, and what to do about it. */
export interface Finding {
  what: string
  fix: string
}

/** One thing that has to be so. An empty list of findings says that it is. */
export interface Check {
  title: string
  run(installation: Installation): Promise<Finding[]>
}

export type Outcome = { title: string } & (
  { kind: 'ok' } | { kind: 'finding'; findings: Finding[] } | { kind: 'not checked'; because: string }
)

/** A check cannot be made, because of something that is said elsewhere or that the caller may not see. */
export class NotChecked extends Error {
  override readonly name = 'NotChecked'
}

/** Makes every check, each on its own: what one cannot see or stumbles over, the next may. */
export const runChecks = async (checks: readonly Check[], installation: Installation): Promise<Outcome[]> => {
  const outcomes: Outcome[] = []
  for (const { title, run } of checks) {
    try {
      const findings = await run(installation)
      outcomes.push(findings.length > 0 ? { title, kind: 'finding', findings } : { title, kind: 'ok' })
    } catch (error) {
      outcomes.push({ title, kind: 'not checked', because: becauseOf(error) })
    }
  }
  return outcomes
}

const becauseOf = (error: unknown): string => {
  if (error instanceof NotChecked) return error.message
  const right = missingRight(error)
  if (right) return `these AWS credentials lack ${right}`
  const refusal = slackError(error)
  if (refusal) return `Slack answers ${refusal.error}${refusal.needed ? `, the bot needs ${refusal.needed}` : ''}`
  return wordsFor(error)
}
