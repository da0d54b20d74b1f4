import type { ExecutionAhead } from '../domain/execution.ts'
import { shortId } from '../domain/revision.ts'
import type { Inline } from './block-kit.ts'
import { cut, link, text } from './block-kit.ts'
import { plain } from './sentence.ts'
import { CHANGES } from './words/approval-words.ts'
import { EXECUTION_QUEUED } from './words/execution-words.ts'

/** What another execution brings, or which one it is. */
export const aheadName = ({ executionId, revision }: ExecutionAhead): string =>
  revision
    ? cut(shortId(revision), 72) || CHANGES.unnamed
    : plain(EXECUTION_QUEUED.execution, { id: executionId.slice(0, 8) })

/** The same with a link to the change. */
export const aheadParts = (ahead: ExecutionAhead): Inline[] => [
  ahead.revision ? link(aheadName(ahead), ahead.revision.url, { code: true }) : text(aheadName(ahead)),
]
