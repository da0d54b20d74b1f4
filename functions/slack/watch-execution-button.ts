import type { Button } from '@slack/types'
import type { Execution } from '../domain/execution.ts'
import type { ExecutionKey } from '../domain/pipeline.ts'
import { cut } from './block-kit.ts'
import { plain } from './sentence.ts'
import { aboutEnd } from './watch-button.ts'
import { OUTSIDE_WORDS } from './words/execution-words.ts'
import { WATCHABLE } from './words/watch-words.ts'

/** "Button element", Block Kit reference. */
const LONGEST_VALUE = 2_000

/**
 * The button under the card of an execution, which no name that AWS gives is too long for. A build is over without being
 * live anywhere.
 */
export const watchButtons = ({ key, outside }: Pick<Execution, 'key' | 'outside'>): Button[] => {
  const value = watchValue(key)
  if (value.length > LONGEST_VALUE) return []
  const name = cut(key.pipeline, 40)
  if (!outside) return [aboutEnd('live', name, value)]
  return outside.service === 'CodeBuild'
    ? [aboutEnd('built', plain(OUTSIDE_WORDS.CodeBuild, { name }), value)]
    : [aboutEnd('live', plain(OUTSIDE_WORDS.CodeDeploy, { name, group: cut(outside.group ?? '', 40) }), value)]
}

/** The words about it, by the service that runs it. */
export const watchable = ({ outside }: Pick<Execution, 'outside'>) => WATCHABLE[outside?.service ?? 'CodePipeline']

/** Applications of CodeDeploy may have any character in their names. */
const watchValue = ({ accountId, region, pipeline, executionId }: ExecutionKey): string =>
  [accountId, region, ...[pipeline, executionId].map((name) => encodeURIComponent(name.toWellFormed())), ''].join('/')

/** As a steering button without a stage: messages of an earlier version have that, with names as they are. */
const WATCH_VALUE = /^(\d{12})\/([a-z0-9-]{1,30})\/([^/]{1,900})\/([^/]{1,900})\/$/

/** An execution of CodePipeline; a build, whose ID begins with its project; a deployment. */
const NAMES = [
  /^[\w.@-]{1,100}\n[\w-]{1,50}$/,
  /^([\w-]{2,255})\n\1:[\w-]{1,50}$/,
  /^[^\n]{1,100}\nd-[A-Za-z0-9]{1,50}$/,
]

/** The execution that such a value names; null if Greenlight did not write it. */
export const executionIn = (value: string): ExecutionKey | null => {
  const [, accountId, region, ...encoded] = WATCH_VALUE.exec(value) ?? []
  const [pipeline, executionId] = encoded.map(decoded)
  if (pipeline == null || executionId == null) return null
  return NAMES.some((names) => names.test(`${pipeline}\n${executionId}`))
    ? { accountId: accountId!, region: region!, pipeline, executionId }
    : null
}

const decoded = (part: string): string | null => {
  try {
    return decodeURIComponent(part)
  } catch {
    return null
  }
}
