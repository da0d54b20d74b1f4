import type { Call } from './services.ts'
import type { PartName, World } from './world.ts'
import { PARTS } from './world.ts'

const CODE_PIPELINE = PARTS.indexOf('codePipeline')

/** Whether the approval action has ended. What CodePipeline answers about it changes no more; verdicts may still be sent. */
const isOver = (world: World, row: readonly number[]): boolean =>
  world.stateOf('codePipeline', row[CODE_PIPELINE]!).changes.length > 0

/**
 * Whether a call reads only what no other actor can write any more. Its answer is then the same whenever it lands, and it
 * changes nothing, so it commutes with all that others do. While time may still pass, no read is fixed: a function knows the
 * time of its last answer. The read of a record that is to be changed belongs to the step of its write.
 *
 * `others`: what each other actor may write that has not ended.
 */
export const isFixedRead = (
  { isWrite, change, parts }: Call,
  others: readonly (readonly PartName[])[],
  world: World,
  row: readonly number[],
): boolean =>
  !isWrite &&
  !change &&
  others.every(
    (writes) =>
      !writes.includes('time') &&
      parts.every((part) => !writes.includes(part) || (part === 'codePipeline' && isOver(world, row))),
  )

/** Throws if a step wrote what {@link isFixedRead} takes for fixed. */
export const requireAllowed = (
  name: string,
  allowed: readonly PartName[],
  world: World,
  before: readonly number[],
  after: readonly number[],
): void => {
  for (const [index, part] of PARTS.entries())
    if (before[index] !== after[index] && !allowed.includes(part))
      throw new Error(`${name} wrote ${part}, and was to write only ${allowed.join(', ')}`)
  const changes = (row: readonly number[]) => world.stateOf('codePipeline', row[CODE_PIPELINE]!).changes.length
  if (isOver(world, before) && changes(before) !== changes(after))
    throw new Error(`${name} changed an approval action that had ended`)
}
