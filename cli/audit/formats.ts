import { formatsOf, type Columns } from '../formats.ts'
import type { ExportedEntry } from './exported-entry.ts'
import { actorOf } from './filter.ts'

const COLUMNS: Columns<ExportedEntry> = {
  time: ({ time }) => time,
  account: ({ account }) => account,
  region: ({ region }) => region,
  pipeline: ({ pipeline }) => pipeline,
  stage: ({ stage }) => stage,
  action: ({ action }) => action,
  approval: ({ approval }) => approval,
  number: ({ number }) => number,
  what: ({ happened }) => happened.what,
  user: ({ happened }) => ('userId' in happened ? happened.userId : actorOf(happened)?.userId),
  team: ({ happened }) => actorOf(happened)?.teamId,
  name: ({ happened }) => actorOf(happened)?.name,
  email: ({ happened }) => actorOf(happened)?.email,
  from: ({ happened }) => actorOf(happened)?.from,
  verdict: ({ happened }) => ('verdict' in happened ? happened.verdict : null),
  comment: ({ happened }) => ('comment' in happened ? happened.comment : 'reason' in happened ? happened.reason : null),
  /** The whole entry as JSON, from which its hash is made. */
  happened: ({ happened }) => inertJson(happened),
  at: ({ at }) => at,
  previous: ({ previous }) => previous,
  earlierUntil: ({ earlierUntil }) => earlierUntil,
  hash: ({ hash }) => hash,
}

/** JSON with the same content, in which only the comma can separate cells. */
const inertJson = (value: unknown): string => JSON.stringify(value).replaceAll(';', String.raw`\u003b`)

export const FORMATS = formatsOf(COLUMNS)
