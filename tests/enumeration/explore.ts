import type { Actor } from './actor.ts'
import type { Limits } from './limits.ts'
import type { Row } from './moves.ts'
import { CRASHED, Moves, NOT_BEGUN, SHARED, UNKNOWN } from './moves.ts'
import { NumberTable } from './number-table.ts'
import type { Outcome } from './runs.ts'
import type { Pair } from './symmetry.ts'
import { Symmetry } from './symmetry.ts'
import { Fingerprints } from './fingerprints.ts'
import type { StateSet } from './states.ts'
import { States } from './states.ts'
import type { PartName, World } from './world.ts'
import { PARTS } from './world.ts'

export interface Found {
  what: string
  /** Each step that leads there, as a line. */
  path: string[]
}

export interface Explored {
  states: number
  /** So many are left if those that are exchanges of each other (`symmetry.ts`) are one. */
  exchanged: number
  transitions: number
  /**
   * Of the states in which no one has anything left to do: what was shared then and how everyone fared, in order. The same in
   * every world, and for states that are exchanges of each other.
   */
  endKeys: string[]
  positions: number
  runs: number
  /** How often two positions were compared that were taken for alike. */
  compared: number
  /** How often it began, because two of them were not. */
  begun: number
  found: Found[]
  /** Whether every state was looked at. */
  isWhole: boolean
}

/** What must hold: in each state, of these parts; and at rest. */
export interface Checks {
  everywhere: { parts: readonly PartName[]; problems: (world: World) => Promise<string[]> | string[] }[]
  /** `load` makes the world as it was at the end. */
  atRest: (outcomes: readonly Outcome[], load: () => void) => Promise<string[]>
  /** What was found at rest, by the key of the end. Enumerations of one scenario may share it. */
  foundAtRest?: Map<string, readonly string[]>
}

/** After two positions were found to differ, so many more states may show others that do. */
const MORE_TO_LEARN = 500

const A_MILLION = 1_000_000

const STEPS = ['goes on', 'crashes before', 'crashes after'] as const

/**
 * Every order of the actors' calls, and a crash before and after each write, breadth first: the first path to a violation is
 * a shortest one. A state is what is shared, and where each actor stands.
 */
export const explore = async (
  world: World,
  actors: readonly Actor[],
  limits: Limits,
  checks: Checks,
  pairs: readonly Pair[] = [],
): Promise<Explored> => {
  const moves = new Moves(world, actors, limits)
  const { alike, positions } = moves
  const CRASHES = SHARED + actors.length
  const width = CRASHES + 1
  const symmetry = new Symmetry(world, actors.length, positions, (at) => moves.outcome(at), pairs)
  const hasPairs = pairs.length > 0
  // With fewer states, too few positions are compared that are taken for alike.
  const isOnce = hasPairs && !limits.exchangesApart && limits.alikeApart === true
  const none = (): StateSet =>
    limits.asFingerprints ? new Fingerprints(width, limits.asFingerprints * A_MILLION) : new States(width)
  let [states, exchanges] = [none(), none()]
  let explored = { transitions: 0, ends: new Set<string>(), found: [] as Found[], isWhole: true, begun: 0 }
  const seenProblems = new Set<string>()
  const { foundAtRest = new Map<string, readonly string[]>() } = checks
  const problemsOf = checks.everywhere.map(() => new NumberTable())
  const first = Int32Array.from([...PARTS.map((part) => world.save(part)), ...actors.map(() => NOT_BEGUN), 0])

  /** Asks again until all is known of which the answer depends. */
  const surely = async (ask: () => number): Promise<number> => {
    for (;;) {
      const answer = ask()
      if (answer !== UNKNOWN) return answer
      await moves.learn()
    }
  }

  const standing = (at: number): string => (at < 0 ? moves.outcome(at).kind : positions[at]!.call!.what)

  const describe = async (id: number): Promise<string[]> => {
    const steps = states.pathTo(id)
    if (!steps) return actors.map(({ name }, actor) => `${name}: ${standing(row[SHARED + actor]!)}`)
    const lines: string[] = []
    const [now, then] = [Int32Array.from(first), new Int32Array(width)]
    for (const step of steps) {
      const [actor, how] = [Math.floor(step / STEPS.length), step % STEPS.length]
      const at = await surely(() => moves.positionOf(now, actor))
      const { what } = await moves.step([...now], actor, positions[at]!)
      lines.push(`${actors[actor]!.name} ${STEPS[how]}: ${what}`)
      await surely(() => moves.take(now, actor, at, then))
      if (how === 0) await surely(() => moves.goOn(then, actor))
      if (how !== 1) now.set(then)
      if (how !== 0) crash(now, actor)
    }
    return lines
  }

  const crash = (row: Row, actor: number): void => {
    row[SHARED + actor] = CRASHED
    row[CRASHES]! += 1
  }

  const report = async (id: number, problems: readonly string[]): Promise<void> => {
    for (const what of problems) {
      if (seenProblems.has(what)) continue
      seenProblems.add(what)
      explored.found.push({ what, path: await describe(id) })
    }
  }

  const columns = checks.everywhere.map(({ parts }) => parts.map((part) => PARTS.indexOf(part)))
  /** Whether each check was made with these states of the parts at which it looks, which found nothing or was reported. */
  const isChecked = (row: Row): boolean => {
    for (let index = 0; index < columns.length; index++) {
      const [one, two] = columns[index]!
      if (problemsOf[index]!.find(row[one!]!, two === undefined ? 0 : row[two]!, 0, 0) < 0) return false
    }
    return true
  }

  const check = async (id: number, row: Row): Promise<void> => {
    for (const [index, { parts, problems }] of checks.everywhere.entries()) {
      for (const part of parts) world.load(part, row[PARTS.indexOf(part)]!)
      await report(id, await problems(world))
      const [one, two] = columns[index]!
      const key = [row[one!]!, two === undefined ? 0 : row[two]!, 0, 0] as const
      if (problemsOf[index]!.find(...key) < 0) problemsOf[index]!.add(key, [])
    }
  }

  const key: Row = new Int32Array(width)
  const add = (row: Row, parent: number, step: number): void => {
    if (hasPairs) symmetry.firstOf(row, key)
    if (hasPairs && !isOnce) exchanges.add(key, -1, 0)
    states.add(row, parent, step, isOnce ? key : row)
  }

  const row: Row = new Int32Array(width)
  const taken: Row = new Int32Array(width)
  const next: Row = new Int32Array(width)
  const able = new Int32Array(actors.length)
  const standsAt = new Int32Array(actors.length)
  /** Adds the states that come after `row`: the number of actors that may act, or {@link UNKNOWN}. */
  const expand = (id: number): number => {
    let count = 0
    let alone = -1
    for (let actor = 0; actor < actors.length; actor++) {
      const at = row[SHARED + actor]!
      if (at < NOT_BEGUN) continue
      if (at === NOT_BEGUN) {
        if (actors[actor]!.isLikeTheOneBefore && row[SHARED + actor - 1] === NOT_BEGUN) continue
        const mayBegin = moves.mayBegin(row, actor)
        if (mayBegin === UNKNOWN) return UNKNOWN
        if (!mayBegin) continue
      }
      const position = moves.positionOf(row, actor)
      if (position === UNKNOWN) return UNKNOWN
      if (alone < 0 && at !== NOT_BEGUN) {
        const isLost = moves.isLost(row, actor, position)
        if (isLost === UNKNOWN) return UNKNOWN
        if (isLost || moves.commutes(row, actor, position)) alone = count
      }
      able[count] = actor
      standsAt[count++] = position
    }
    let transitions = 0
    for (let index = Math.max(alone, 0); index < (alone < 0 ? count : alone + 1); index++) {
      const actor = able[index]!
      const isWrite = moves.take(row, actor, standsAt[index]!, taken)
      if (isWrite === UNKNOWN) return UNKNOWN
      const mayCrash = isWrite && !actors[actor]!.isOutside && row[CRASHES]! < limits.crashes
      transitions += mayCrash ? 3 : 1
      next.set(taken)
      if (moves.goOn(next, actor) === UNKNOWN) return UNKNOWN
      add(next, id, actor * STEPS.length)
      if (!mayCrash) continue
      next.set(row)
      crash(next, actor)
      add(next, id, actor * STEPS.length + 1)
      crash(taken, actor)
      add(taken, id, actor * STEPS.length + 2)
    }
    explored.transitions += transitions
    return count
  }

  const end = async (id: number): Promise<void> => {
    const how = actors.map((_, actor) => moves.outcome(row[SHARED + actor]!))
    const endKey = JSON.stringify([PARTS.map((part, index) => world.keyOf(part, row[index]!)), how])
    explored.ends.add(symmetry.keyOf(row))
    const now = [...row]
    const load = () => {
      for (const [index, part] of PARTS.entries()) world.load(part, now[index]!)
    }
    const problems = foundAtRest.get(endKey) ?? (await checks.atRest(how, load))
    foundAtRest.set(endKey, problems)
    await report(id, problems)
  }

  /** Ends early if much would have to be explored again. */
  const exploreAll = async (): Promise<void> => {
    add(first, -1, 0)
    const ends = new States(CRASHES)
    let learnedAt = 0
    for (let id = states.next(row); id >= 0; id = states.next(row)) {
      if (learnedAt === 0 && alike?.differed) learnedAt = states.count
      if (learnedAt > 0 && states.count > 2 * learnedAt + MORE_TO_LEARN) break
      const isFound = limits.until && explored.found.some(({ what }) => what.startsWith(`${limits.until}:`))
      if (isFound || (limits.states !== undefined && states.count > limits.states)) {
        explored.isWhole = false
        break
      }
      if (id % A_MILLION === A_MILLION - 1)
        limits.told?.({
          taken: id + 1,
          states: states.count,
          transitions: explored.transitions,
          ends: explored.ends.size,
          positions: positions.length,
          violations: explored.found.length,
        })
      if (!isChecked(row)) await check(id, row)
      let count = expand(id)
      while (count === UNKNOWN) {
        await moves.learn()
        count = expand(id)
      }
      // States that differ only in the number of crashes end alike.
      if (count === 0) {
        if (isOnce) symmetry.firstOf(row, key)
        if (ends.add((isOnce ? key : row).subarray(0, CRASHES), -1, 0)) await end(id)
      }
    }
    if (!limits.states && !limits.until) await alike?.compareLater()
  }
  // If positions were found to differ that were taken for alike, all begins again.
  for (let begun = 1; ; begun++) {
    ;[states, exchanges] = [none(), none()]
    seenProblems.clear()
    for (const index of problemsOf.keys()) problemsOf[index] = new NumberTable()
    explored = { transitions: 0, ends: new Set<string>(), found: [], isWhole: true, begun }
    await exploreAll()
    if (!alike?.differed) break
    moves.begin()
  }
  const { ends, ...counted } = explored
  return {
    ...counted,
    states: states.count,
    endKeys: [...ends].toSorted(),
    exchanged: isOnce || !hasPairs ? states.count : exchanges.count,
    positions: positions.length,
    compared: alike?.compared ?? 0,
    runs: moves.runs,
  }
}
