import * as z from 'zod/mini'
import { DURATION_FORM } from '../../functions/config/duration.ts'
import { TRIGGERS } from '../../functions/config/route-match.ts'
import { parseYaml } from '../../functions/config/yaml-document.ts'
import { Failure } from '../failure.ts'

const WORDS = z.string()
const USER = WORDS.check(z.regex(/^[UW][A-Z0-9]+$/, 'expected a Slack user ID, such as U0DANA'))
const GIVEN = z.strictObject({
  pipeline: WORDS,
  stage: WORDS,
  action: z._default(WORDS, 'Approve'),
  account: z._default(WORDS, ''),
  region: z._default(WORDS, ''),
  branch: z.optional(WORDS),
  tag: z.optional(WORDS),
  /** The number of the pull request that started the execution. */
  pullRequest: z.optional(WORDS),
  repository: z.optional(WORDS),
  /** The source action that brings the change. */
  source: z.optional(WORDS),
  executionMode: z.optional(z.enum(['SUPERSEDED', 'QUEUED', 'PARALLEL'])),
  authors: z._default(z.array(WORDS), []),
  starter: z.optional(WORDS),
  trigger: z.optional(z.enum(Object.keys(TRIGGERS))),
  /** What CloudFormation would change behind the approval; without it, no change set waits there. */
  changeSet: z.optional(z.enum(['empty', 'changes', 'unreadable'])),
  /** Who is away, and who stands in for them. */
  away: z._default(z.record(USER, USER), {}),
  at: WORDS,
})
const ACT = /^(\S+) (approves|rejects|withdraws|overrides|stops)(?:: (.+))?$/
const CASE = z.strictObject({
  name: WORDS,
  given: GIVEN,
  acts: z._default(
    z.array(
      z
        .string()
        .check(z.regex(ACT, 'expected such as "U0ANA approves: a comment", rejects, withdraws, overrides or stops')),
    ),
    [],
  ),
  /** How long it waits after the request, with all alarms OK: a rule may approve it then. */
  waits: z.optional(WORDS.check(z.regex(DURATION_FORM, 'expected a duration such as 2h'))),
  expect: z.enum(['granted', 'rejected', 'open', 'no-route', 'console-only']),
  refused: z._default(z.record(WORDS, WORDS), {}),
  needed: z.optional(z.record(WORDS, z.int())),
})
const CASES = z.strictObject({
  policy: z._default(WORDS, 'greenlight.yml'),
  groups: z._default(z.record(WORDS, z.array(WORDS)), {}),
  emails: z._default(z.record(WORDS, WORDS), {}),
  /** When the calendars of freezes are closed, by the freeze's name. */
  calendars: z._default(
    z.record(WORDS, z.union([z.literal('unreadable'), z.array(z.strictObject({ from: WORDS, to: WORDS }))])),
    {},
  ),
  cases: z.array(CASE).check(z.minLength(1, 'expected at least one case')),
})

export type CaseFile = z.output<typeof CASES>
export type PolicyCase = CaseFile['cases'][number]

/** Reads a file of cases. @throws {Failure} that names each problem with its line. */
export const readCases = (path: string, text: string): CaseFile => {
  const { problems, value, lineOf } = parseYaml(text)
  const read = CASES.safeParse(value)
  if (problems.length === 0 && read.success) return read.data
  const issues = read.error?.issues ?? []
  const lines =
    problems.length > 0
      ? problems.map(({ line, message }) => `${path}:${line}  ${message}`)
      : issues.map(({ path: key, message }) => `${path}:${lineOf(key)}  ${key.join('.')}: ${message}`)
  throw new Failure(lines.join('\n'))
}

/** Who does what, with which words. */
export const readAct = (text: string): { userId: string; does: string; words: string } => {
  const [, userId = '', does = '', words = ''] = ACT.exec(text)!
  return { userId, does, words }
}
