import { formatsOf } from '../formats.ts'
import type { OnRecord } from './on-record.ts'
import type { Unapproved } from './releases.ts'

/** One release, as it is written. */
export interface Line {
  time: string
  account: string
  region: string
  pipeline: string
  stage: string
  /** The approval action; for a stage that ran without approval, the action that ran. */
  action: string
  execution: string
  outcome: OnRecord['outcome'] | Unapproved['kind'] | 'rolled-back'
  /** The release needs an explanation: it has no approval by the policy. */
  exception: boolean
  /** Its ID in the audit record; null if the record has no such approval. */
  approval: string | null
  by: readonly string[]
  note: string
}

const CALM: ReadonlySet<Line['outcome']> = new Set(['approved', 'approved-in-console', 'rolled-back'])

export const isException = (outcome: Line['outcome']): boolean => !CALM.has(outcome)

const COLUMNS: { [Key in keyof Line]: (line: Line) => string | null } = {
  time: ({ time }) => time,
  account: ({ account }) => account,
  region: ({ region }) => region,
  pipeline: ({ pipeline }) => pipeline,
  stage: ({ stage }) => stage,
  action: ({ action }) => action,
  execution: ({ execution }) => execution,
  outcome: ({ outcome }) => outcome,
  exception: ({ exception }) => (exception ? 'yes' : 'no'),
  approval: ({ approval }) => approval,
  by: ({ by }) => by.join(' '),
  note: ({ note }) => note,
}

export const FORMATS = formatsOf(COLUMNS)
