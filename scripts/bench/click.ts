/**
 * How long a person waits for the form that Approve… opens: `npm run bench -- click [runs] [--json]`.
 *
 * Each run starts a process for the floor (scripts/bench/floor.mjs), for button-clicked as it is packaged, and for the same
 * function bundled by esbuild alone. AWS and Slack answer at once what they answered to a real click in the workspace, and
 * each of the three makes the same calls; the measurement fails if one does not. The milliseconds are of this machine: the
 * ratios are within one run.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import type { CompiledConfiguration } from '../../functions/config/read-compiled.ts'
import { readConfiguration } from '../../functions/config/read-configuration.ts'
import { buildFunctions } from './built-functions.ts'
import { type Moment, between, clickOn } from './click-on.ts'
import { CONFIGURATION, callsOf, recordClick, replay } from './recorded-click.ts'
import { runsFrom, spreadOf, written } from './spread.ts'

/** Clicks after the first one. */
const WARM = 40

/** Milliseconds, and bytes of memory. */
interface Measured {
  start: Moment
  first: Moment
  warm: Moment
  rss: number
}

type Kind = 'floor' | 'packaged' | 'plain'

const given = process.argv.slice(3).filter((argument) => argument !== '--json')
const runs = runsFrom(given[0], 'click')

const click = await recordClick()
const services = await replay(click.answers)
const built = await buildFunctions()
try {
  const packaged = built.packaged.get('button-clicked')!
  const ofPlain = join(built.directory, 'greenlight.yml')
  await writeFile(ofPlain, CONFIGURATION)
  const ofPackaged = join(packaged.directory, 'greenlight.json')
  const compiled = JSON.parse(await readFile(ofPackaged, 'utf8')) as CompiledConfiguration
  const read = readConfiguration(CONFIGURATION)
  if (read.kind !== 'valid') throw new Error('The configuration of the measurement is not valid')
  await writeFile(ofPackaged, JSON.stringify({ ...compiled, configuration: read.configuration }))

  const functions: Record<Kind, { bundle: string; configuration: string }> = {
    floor: { bundle: fileURLToPath(new URL('floor.mjs', import.meta.url)), configuration: '' },
    packaged: { bundle: packaged.bundle, configuration: ofPackaged },
    plain: { bundle: await built.plain('button-clicked'), configuration: ofPlain },
  }

  const measure = async (kind: Kind): Promise<Measured> => {
    const { bundle, configuration } = functions[kind]
    const environment = { ...click.environment(services.url), GREENLIGHT_CONFIG: configuration }
    services.calls()
    const { loading, started, answered, rss } = await clickOn(bundle, click.event(), { clicks: 1 + WARM, environment })
    const calls = services.calls()
    if (!isDeepStrictEqual(calls, callsOf(1 + WARM))) throw new Error(`${kind} calls ${JSON.stringify(calls)}`)
    const [first] = answered as [Moment]
    const last = answered.at(-1)!
    return {
      start: between(loading, started),
      first,
      warm: between(first, last, WARM),
      rss,
    }
  }

  const measured: Record<Kind, Measured>[] = []
  for (let run = 0; run < runs; run++)
    measured.push({ floor: await measure('floor'), packaged: await measure('packaged'), plain: await measure('plain') })

  const spread = (number: (run: Record<Kind, Measured>) => number) => spreadOf(measured.map(number))
  const figures = {
    runs,
    startToPlain: {
      wall: spread(({ packaged, plain }) => packaged.start.wall / plain.start.wall),
      cpu: spread(({ packaged, plain }) => packaged.start.cpu / plain.start.cpu),
    },
    firstClickToFloor: {
      wall: spread(({ packaged, floor }) => packaged.first.wall / floor.first.wall),
      cpu: spread(({ packaged, floor }) => packaged.first.cpu / floor.first.cpu),
    },
    warmClickToFloor: {
      wall: spread(({ packaged, floor }) => packaged.warm.wall / floor.warm.wall),
      cpu: spread(({ packaged, floor }) => packaged.warm.cpu / floor.warm.cpu),
    },
    memoryToFloor: spread(({ packaged, floor }) => packaged.rss / floor.rss),
    milliseconds: Object.fromEntries(
      (['floor', 'packaged', 'plain'] as const).map((kind) => [
        kind,
        {
          start: spread((run) => run[kind].start.wall),
          first: spread((run) => run[kind].first.wall),
          warm: spread((run) => run[kind].warm.wall),
          megabytes: spread((run) => run[kind].rss / 1e6),
        },
      ]),
    ),
  }
  if (process.argv.includes('--json')) console.log(JSON.stringify(figures))
  else {
    console.table(
      Object.entries(figures.milliseconds).map(([kind, { start, first, warm, megabytes }]) => ({
        function: kind,
        'ms to start': written(start, 0),
        'ms to the first answer': written(first, 0),
        'ms of a warm click': written(warm, 1),
        MB: written(megabytes, 0),
      })),
    )
    console.table(
      Object.entries({
        'start, to the plain build': figures.startToPlain,
        'first answered click, to the floor': figures.firstClickToFloor,
        'warm click, to the floor': figures.warmClickToFloor,
      }).map(([what, { wall, cpu }]) => ({ what, wall: written(wall, 2), CPU: written(cpu, 2) })),
    )
    console.log(
      `Memory, to the floor: ${written(figures.memoryToFloor, 2)}. Half of ${runs} runs lie within the brackets.`,
    )
  }
} finally {
  await built.remove()
  await services.close()
}
