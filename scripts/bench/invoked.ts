import { isDeepStrictEqual } from 'node:util'
import { type Moment, between, invoke } from './invocations.ts'
import type { Measurable } from './packaged.ts'
import type { Replay } from './replay.ts'
import { type Spread, spreadOf } from './spread.ts'

/** Events after the first one. */
const WARM = 40

/** Of one process: milliseconds, and bytes of memory. `first`: from the start of the process. */
interface Measured {
  start: Moment
  first: Moment
  warm: Moment
  rss: number
}

/** A function that is measured, with the calls of so many events of one process. */
export interface Contestant extends Measurable {
  callsOf(events: number): Record<string, number>
}

interface Measurement<Kind extends string> {
  functions: Record<Kind, Contestant>
  services: Replay
  environment: Record<string, string>
  event: () => object
  runs: number
  flags?: readonly string[]
}

/** What was measured of each function, side by side in each run. */
export interface Runs<Kind extends string> {
  /** How many times as long one function takes as the other. */
  ratio(what: 'start' | 'first' | 'warm', of: Kind, to: Kind): { wall: Spread; cpu: Spread }
  memory(of: Kind, to: Kind): Spread
  milliseconds: Record<Kind, Record<'start' | 'first' | 'warm' | 'warmCpu' | 'megabytes', Spread>>
}

/**
 * Starts a process for each function in each run, and gives it an event and 40 more. Rejects if one makes other calls than
 * it should.
 */
export const measured = async <Kind extends string>(measurement: Measurement<Kind>): Promise<Runs<Kind>> => {
  const { functions, services, environment, event, runs, flags } = measurement
  const kinds = Object.keys(functions) as Kind[]
  const measure = async (kind: Kind): Promise<Measured> => {
    const { bundle, configuration, callsOf } = functions[kind]
    services.calls()
    const { loading, started, answered, rss } = await invoke(bundle, event(), {
      times: 1 + WARM,
      environment: { ...environment, GREENLIGHT_CONFIG: configuration },
      ...(flags && { flags }),
    })
    const calls = services.calls()
    if (!isDeepStrictEqual(calls, callsOf(1 + WARM))) throw new Error(`${kind} calls ${JSON.stringify(calls)}`)
    const [first] = answered as [Moment]
    return { start: between(loading, started), first, warm: between(first, answered.at(-1)!, WARM), rss }
  }
  const all: Record<Kind, Measured>[] = []
  for (let run = 0; run < runs; run++) {
    const each: [Kind, Measured][] = []
    for (const kind of kinds) each.push([kind, await measure(kind)])
    all.push(Object.fromEntries(each) as Record<Kind, Measured>)
  }
  const spread = (number: (run: Record<Kind, Measured>) => number) => spreadOf(all.map(number))
  const millisecondsOf = (kind: Kind): Runs<Kind>['milliseconds'][Kind] => ({
    start: spread((run) => run[kind].start.wall),
    first: spread((run) => run[kind].first.wall),
    warm: spread((run) => run[kind].warm.wall),
    warmCpu: spread((run) => run[kind].warm.cpu),
    megabytes: spread((run) => run[kind].rss / 1e6),
  })
  return {
    ratio: (what, of, to) => ({
      wall: spread((run) => run[of][what].wall / run[to][what].wall),
      cpu: spread((run) => run[of][what].cpu / run[to][what].cpu),
    }),
    memory: (of, to) => spread((run) => run[of].rss / run[to].rss),
    milliseconds: Object.fromEntries(kinds.map((kind) => [kind, millisecondsOf(kind)])) as Runs<Kind>['milliseconds'],
  }
}
