import type { Door } from './runs.ts'
import type { PartName, World } from './world.ts'

/** One of those who act at the same time. */
export interface Actor {
  name: string
  door: Door
  /** Whether it may begin; looks at the world. */
  mayBegin: (world: World) => boolean
  /** The part at which {@link mayBegin} looks. */
  looksAt: PartName
  /** All parts that it ever writes. */
  writes: readonly PartName[]
  /** The actor before it is just like it, and begins first. */
  isLikeTheOneBefore?: true
  /** Lambda runs it again after a crash. */
  isDelivered?: true
  /** It cannot crash: a person, or time. */
  isOutside?: true
}
