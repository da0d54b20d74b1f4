import type { PartName, World } from './world.ts'
import { PARTS } from './world.ts'

const CODE_PIPELINE = PARTS.indexOf('codePipeline')

/** Whether the approval action has ended. What CodePipeline answers about it changes no more; verdicts may still be sent. */
export const isOver = (world: World, codePipeline: number): boolean =>
  world.stateOf('codePipeline', codePipeline).changes.length > 0

/** Throws if a step wrote what `commutes` (moves.ts) takes for fixed. */
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
  if (isOver(world, before[CODE_PIPELINE]!) && changes(before) !== changes(after))
    throw new Error(`${name} changed an approval action that had ended`)
}
