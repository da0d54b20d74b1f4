import type { Actor } from './actor.ts'
import type { Step } from './alike.ts'
import { Alike } from './alike.ts'
import { isFixedRead, requireAllowed } from './fixed-reads.ts'
import type { Ended, Landing, Position } from './runs.ts'
import { Runs } from './runs.ts'
import { States } from './states.ts'
import type { PartName, World } from './world.ts'
import { PARTS } from './world.ts'
import type { TableSnapshot } from '../support/memory/table.ts'

/** How each actor stood when no one had anything left to do. */
export type Outcome = { kind: 'crashed' | 'never-began' } | Ended

export interface Found {
  what: string
  /** Each step that leads there, as a line. */
  path: string[]
}

/** `endKeys`: the states in which no one has anything left to do. */
export interface Explored {
  states: number
  transitions: number
  /** What was shared then and how everyone fared, in order: the same in every world. */
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

export interface Limits {
  /** At most so many crashes in one history. */
  crashes: number
  /** A read and the conditional write that follows it are two steps, and not one. */
  readsApart?: boolean
  /** A read of what no other actor can write any more lands in every order, and not first. */
  fixedReadsApart?: boolean
  /** Positions that do the same from now on stay apart ({@link Alike}). */
  alikeApart?: boolean
  /** Every position that is taken for like another is compared with it in every state. */
  isThorough?: boolean
  /** Stops after this many states. */
  states?: number
  /** Stops after the first violation of this invariant. */
  until?: string
}

/** What must hold: in each state, of these parts; and at rest. */
export interface Checks {
  everywhere: { parts: readonly PartName[]; problems: (world: World) => Promise<string[]> | string[] }[]
  /** `load` makes the world as it was at the end. */
  atRest: (outcomes: readonly Outcome[], load: () => void) => Promise<string[]>
}

/** No other function reads these while the actors act: a write there commutes with every call of others. It takes no time. */
const UNREAD: ReadonlySet<PartName> = new Set(['entries', 'announced', 'queue'])

const NOT_BEGUN = -1
const CRASHED = -2
const SHARED = PARTS.length
const TIME = PARTS.indexOf('time')

/** After two positions were found to differ, so many more states may show others that do. */
const MORE_TO_LEARN = 500

interface Taken extends Step {
  what: string
}

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
): Promise<Explored> => {
  const positions: Position[] = []
  const runs = actors.map(({ door }, index) => new Runs(world, index + 1, door, positions))
  const CRASHES = SHARED + actors.length
  let states = new States(CRASHES + 1)
  const ended = new Map<string, number>()
  const outcomes = new Map<number, Outcome>()
  const known = new Map<string, unknown>()
  let explored = { transitions: 0, endKeys: [] as string[], found: [] as Found[], isWhole: true, begun: 0 }
  const seenProblems = new Set<string>()
  const problemsAtEnds = new Map<string, readonly string[]>()

  /** Once for each combination of states of these parts. */
  const once = async <T>(
    name: string,
    row: readonly number[],
    parts: readonly PartName[],
    ask: () => T,
  ): Promise<Awaited<T>> => {
    const key = `${name} ${parts.map((part) => row[PARTS.indexOf(part)]).join()}`
    if (known.has(key)) return known.get(key) as Awaited<T>
    for (const part of parts) world.load(part, row[PARTS.indexOf(part)]!)
    const answer = await ask()
    known.set(key, answer)
    return answer
  }

  /** All ends of a run that have the same value are one. */
  const settledAt = (actor: number, position: Position): number => {
    if (position.call) return position.id
    const key = `${actor} ${JSON.stringify(position.ended)}`
    const first = ended.get(key) ?? -3 - ended.size
    ended.set(key, first)
    outcomes.set(first, position.ended!)
    return first
  }

  const describe = async (id: number): Promise<string[]> => {
    const lines: string[] = []
    let row = states.row(0)
    for (const step of states.pathTo(id)) {
      const [actor, how] = [Math.floor(step / STEPS.length), step % STEPS.length]
      const taken = await take(row, actor, await positionAt(row, actor))
      lines.push(`${actors[actor]!.name} ${STEPS[how]}: ${taken.what}`)
      row = how === 0 ? await goneOn(taken.row, actor) : crashed(how === 1 ? row : taken.row, actor)
    }
    return lines
  }

  /** After its step, the actor's calls that commute with all of others, unless it may crash between them. */
  const goneOn = async (row: number[], actor: number): Promise<number[]> => {
    for (let now = row; ;) {
      const at = now[SHARED + actor]!
      if (at < 0) return now
      const position = positions[at]!
      if (position.call!.isWrite && row[CRASHES]! < limits.crashes) return now
      if (!commutes(now, actor, position)) return now
      now = (await take(now, actor, position)).row
    }
  }

  const positionAt = async (row: readonly number[], actor: number): Promise<Position> => {
    const at = row[SHARED + actor]!
    return at === NOT_BEGUN ? runs[actor]!.beginning(world.stateOf('time', row[TIME]!)) : positions[at]!
  }

  const report = async (id: number, problems: readonly string[]): Promise<void> => {
    for (const what of problems) {
      if (seenProblems.has(what)) continue
      seenProblems.add(what)
      explored.found.push({ what, path: await describe(id) })
    }
  }

  /** With every call that others make or will make: it is enough to let it land first. */
  const commutes = (row: readonly number[], actor: number, { call }: Position): boolean => {
    if (call!.isWrite) return call!.parts.every((part) => UNREAD.has(part))
    if (limits.fixedReadsApart) return false
    const others = actors.filter((_, other) => other !== actor && row[SHARED + other]! >= NOT_BEGUN)
    return isFixedRead(
      call!,
      others.map(({ writes }) => writes),
      world,
      row,
    )
  }

  /** It is one write that fails, because another function was faster. It would fail at any later time as well. */
  const isLost = async (row: readonly number[], actor: number, position: Position): Promise<boolean> =>
    limits.readsApart === true && (await land(row, actor, position)).isLost

  const touched = (row: readonly number[], { call }: Position): string =>
    `${row[TIME]} ${call!.parts.map((part) => row[PARTS.indexOf(part)]).join()}`

  /** A write of a record may come after the read that is the position's call. */
  const touchedByStep = (row: readonly number[], position: Position): string =>
    `${touched(row, position)}${position.call!.change ? ` ${row[PARTS.indexOf('recorded')]}` : ''}`

  const land = async (row: readonly number[], actor: number, position: Position): Promise<Landing> => {
    const key = touched(row, position)
    const landed = position.landings.get(key)
    if (landed) return landed
    const before = new Map(position.call!.parts.map((part) => [part, row[PARTS.indexOf(part)]!]))
    const landing = await runs[actor]!.land(position, before, world.stateOf('time', row[TIME]!))
    position.landings.set(key, landing)
    return landing
  }

  const landed = (row: readonly number[], actor: number, { changed, position }: Landing): number[] => {
    const next = [...row]
    for (const [part, id] of changed) next[PARTS.indexOf(part)] = id
    next[SHARED + actor] = settledAt(actor, position)
    if (changed.length > 0) requireAllowed(actors[actor]!.name, actors[actor]!.writes, world, row, next)
    return next
  }

  /**
   * The state after the actor's next step: one call, or a whole change of a record. A change whose write fails begins again
   * with a read, so it does the same as one that begins when no one writes in between.
   */
  const step = async (row: readonly number[], actor: number, position: Position): Promise<Taken> => {
    let landing = await land(row, actor, position)
    let taken: Taken = {
      row: landed(row, actor, landing),
      position: landing.position,
      isWrite: position.call!.isWrite,
      isLost: landing.isLost,
      what: position.call!.what,
    }
    while (!limits.readsApart && landing.position.change?.began) {
      const { call } = landing.position
      landing = await land(taken.row, actor, landing.position)
      taken = {
        ...taken,
        row: landed(taken.row, actor, landing),
        position: landing.position,
        what: call!.what,
        isWrite: taken.isWrite || call!.isWrite,
      }
    }
    return taken
  }

  const mayTimePass = (row: readonly number[]): boolean =>
    actors.some(({ writes }, actor) => writes.includes('time') && row[SHARED + actor]! >= NOT_BEGUN)

  /**
   * The number of those that do the same as this position from here on. A write that was made at one time and one that is made
   * again at another are not alike, so as long as time can pass, only writes that must fail are; and what a function has of
   * an earlier time stays apart.
   */
  const classOf = async (actor: number, position: Position, row: readonly number[]): Promise<number> => {
    if (!alike || !position.from) return position.id
    const now = world.stateOf('time', row[TIME]!)
    if (!mayTimePass(row) && position.from.at === now) return alike.of(actor, position, row)
    const isFirstWrite = position.call!.isWrite && position.change !== null && position.change.began === null
    return isFirstWrite && (await land(row, actor, position)).isLost ? alike.ofLost(actor, position) : position.id
  }

  /** Of the one item of a table. */
  const versionIn = (row: readonly number[], part: PartName): number => {
    const state = world.stateOf(part, row[PARTS.indexOf(part)]!) as TableSnapshot
    return Math.max(0, ...[...state.items.values()].map(({ version }) => version))
  }

  const alike =
    limits.alikeApart || limits.readsApart
      ? null
      : new Alike({ take: step, classOf, versionIn, positions, shared: SHARED }, limits.isThorough === true)

  /** The same, and each actor stands at the first position that is like its own. */
  const take = async (row: readonly number[], actor: number, position: Position): Promise<Taken> => {
    const taken = await step(row, actor, position)
    if (!alike) return taken
    await alike.compare(position, row, touchedByStep(row, position))
    const next = [...taken.row]
    for (const other of actors.keys()) {
      const at = next[SHARED + other]!
      if (at >= 0)
        next[SHARED + other] = await classOf(other, other === actor ? taken.position : positions[at]!, taken.row)
    }
    return { ...taken, row: next }
  }

  const crashed = (row: readonly number[], actor: number): number[] => {
    const next = [...row]
    next[SHARED + actor] = CRASHED
    next[CRASHES]! += 1
    return next
  }

  const first = [...PARTS.map((part) => world.save(part)), ...actors.map(() => NOT_BEGUN), 0]
  /** Ends early if much would have to be explored again. */
  const exploreAll = async (): Promise<void> => {
    states.add(first, -1, 0)
    const ends = new Set<string>()
    let learnedAt = 0
    for (let id = 0; id < states.count; id++) {
      if (learnedAt === 0 && alike?.differed) learnedAt = states.count
      if (learnedAt > 0 && states.count > 2 * learnedAt + MORE_TO_LEARN) break
      if (limits.states !== undefined && states.count > limits.states) {
        explored.isWhole = false
        break
      }
      if (limits.until && explored.found.some(({ what }) => what.startsWith(`${limits.until}:`))) {
        explored.isWhole = false
        break
      }
      const row = states.row(id)
      for (const [index, { parts, problems }] of checks.everywhere.entries())
        await report(id, await once(`check ${index}`, row, parts, () => problems(world)))

      const able: [number, Position][] = []
      let alone: [number, Position] | null = null
      for (const [actor, { mayBegin, looksAt, isLikeTheOneBefore }] of actors.entries()) {
        const at = row[SHARED + actor]!
        if (at < NOT_BEGUN) continue
        if (at === NOT_BEGUN && isLikeTheOneBefore && row[SHARED + actor - 1] === NOT_BEGUN) continue
        if (at === NOT_BEGUN && !(await once(`begin ${actor}`, row, [looksAt], () => mayBegin(world)))) continue
        const one: [number, Position] = [actor, await positionAt(row, actor)]
        able.push(one)
        if (at !== NOT_BEGUN && (commutes(row, ...one) || (await isLost(row, ...one)))) alone ??= one
      }
      for (const [actor, position] of alone ? [alone] : able) {
        const taken = await take(row, actor, position)
        const mayCrash = taken.isWrite && !actors[actor]!.isOutside && row[CRASHES]! < limits.crashes
        explored.transitions += mayCrash ? 3 : 1
        const next = await goneOn(taken.row, actor)
        states.add(next, id, actor * STEPS.length)
        if (!mayCrash) continue
        states.add(crashed(row, actor), id, actor * STEPS.length + 1)
        states.add(crashed(taken.row, actor), id, actor * STEPS.length + 2)
      }
      if (able.length > 0) continue
      const how = actors.map((_, actor): Outcome => {
        const at = row[SHARED + actor]!
        return at === NOT_BEGUN ? { kind: 'never-began' } : at === CRASHED ? { kind: 'crashed' } : outcomes.get(at)!
      })
      // States that differ only in the number of crashes end alike.
      const key = row.slice(0, CRASHES).join()
      if (ends.has(key)) continue
      ends.add(key)
      const endKey = JSON.stringify([PARTS.map((part, index) => world.keyOf(part, row[index]!)), how])
      explored.endKeys.push(endKey)
      const load = () => {
        for (const part of PARTS) world.load(part, row[PARTS.indexOf(part)]!)
      }
      const problems = problemsAtEnds.get(endKey) ?? (await checks.atRest(how, load))
      problemsAtEnds.set(endKey, problems)
      await report(id, problems)
    }
  }
  // If positions were found to differ that were taken for alike, all begins again.
  for (let begun = 1; ; begun++) {
    states = new States(CRASHES + 1)
    seenProblems.clear()
    explored = { transitions: 0, endKeys: [], found: [], isWhole: true, begun }
    await exploreAll()
    if (!alike?.differed) break
    alike.begin()
  }
  return {
    ...explored,
    states: states.count,
    endKeys: explored.endKeys.toSorted(),
    positions: positions.length,
    compared: alike?.compared ?? 0,
    runs: runs.reduce((sum, { begun }) => sum + begun, 0),
  }
}
