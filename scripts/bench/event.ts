/**
 * What one event of a pipeline costs: `npm run bench -- event [runs] [--json]`.
 *
 * Each run starts a process for pipeline-changed as it is packaged, with V8's code cache and without, for a handler by hand
 * that makes the same calls (scripts/bench/floor/event.mjs), and for one that only writes the event to DynamoDB
 * (scripts/bench/floor/write.mjs). AWS answers at once what it answered to a real event in the workspace. The measurement
 * fails if a function makes other calls.
 *
 * The event tells that an action has begun, in an execution without a status message. The function's random wait before it
 * writes is left out. The milliseconds are of this machine: the ratios are within one run.
 */
import { fileURLToPath } from 'node:url'
import { WITHOUT_CODE_CACHE } from '../../tests/support/lambda-flags.ts'
import { buildFunctions } from './built-functions.ts'
import { measured } from './invoked.ts'
import { packagedWith } from './packaged.ts'
import { printRuns } from './print-runs.ts'
import { CONFIGURATION, WITHOUT_WAITS, callsOf, callsOfWrite, recordEvent } from './recorded-event.ts'
import { replay } from './replay.ts'
import { runsFrom } from './spread.ts'

const given = process.argv.slice(3).filter((argument) => argument !== '--json')
const runs = runsFrom(given[0], 'event')

const recorded = await recordEvent()
const services = await replay(recorded.answers)
const built = await buildFunctions()
const uncached = await buildFunctions(WITHOUT_CODE_CACHE)
try {
  const floor = (name: string) => ({
    bundle: fileURLToPath(new URL(`floor/${name}.mjs`, import.meta.url)),
    configuration: '',
  })
  const { ratio, memory, milliseconds } = await measured({
    functions: {
      write: { ...floor('write'), callsOf: callsOfWrite },
      floor: { ...floor('event'), callsOf },
      packaged: { ...(await packagedWith(built, 'pipeline-changed', CONFIGURATION)), callsOf },
      uncached: { ...(await packagedWith(uncached, 'pipeline-changed', CONFIGURATION)), callsOf },
    },
    services,
    environment: recorded.environment(services.url),
    event: () => recorded.event,
    runs,
    flags: WITHOUT_WAITS,
  })
  const figures = {
    runs,
    firstEventToFloor: ratio('first', 'packaged', 'floor'),
    firstEventUncachedToFloor: ratio('first', 'uncached', 'floor'),
    warmEventToFloor: ratio('warm', 'packaged', 'floor'),
    firstEventToWrite: ratio('first', 'packaged', 'write'),
    warmEventToWrite: ratio('warm', 'packaged', 'write'),
    memoryToFloor: memory('packaged', 'floor'),
    memoryToWrite: memory('packaged', 'write'),
    milliseconds,
  }
  if (process.argv.includes('--json')) console.log(JSON.stringify(figures))
  else
    printRuns(figures, {
      each: 'event',
      ratios: {
        'first event, to the floor': figures.firstEventToFloor,
        'the same without code cache': figures.firstEventUncachedToFloor,
        'warm event, to the floor': figures.warmEventToFloor,
        'first event, to one write': figures.firstEventToWrite,
        'warm event, to one write': figures.warmEventToWrite,
      },
      memory: { 'to the floor': figures.memoryToFloor, 'to one write': figures.memoryToWrite },
    })
} finally {
  await built.remove()
  await uncached.remove()
  await services.close()
}
