/**
 * How long a person waits for the form that Approve… opens: `npm run bench -- click [runs] [--json]`.
 *
 * Each run starts a process for the floor (scripts/bench/floor/click.mjs), for button-clicked as it is packaged, with
 * V8's code cache and without, and for the same function bundled by esbuild alone. AWS and Slack answer at once what they
 * answered to a real click in the workspace, and each of the four makes the same calls; the measurement fails if one does
 * not. The milliseconds are of this machine: the ratios are within one run.
 */
import { fileURLToPath } from 'node:url'
import { WITHOUT_CODE_CACHE } from '../../tests/support/lambda-flags.ts'
import { buildFunctions } from './built-functions.ts'
import { measured } from './invoked.ts'
import { packagedWith, plainWith } from './packaged.ts'
import { CONFIGURATION, callsOf, recordClick } from './recorded-click.ts'
import { replay } from './replay.ts'
import { printRuns } from './print-runs.ts'
import { runsFrom } from './spread.ts'

const given = process.argv.slice(3).filter((argument) => argument !== '--json')
const runs = runsFrom(given[0], 'click')

const click = await recordClick()
const services = await replay(click.answers)
const built = await buildFunctions()
const uncached = await buildFunctions(WITHOUT_CODE_CACHE)
try {
  const floor = { bundle: fileURLToPath(new URL('floor/click.mjs', import.meta.url)), configuration: '' }
  const { ratio, memory, milliseconds } = await measured({
    functions: {
      floor: { ...floor, callsOf },
      packaged: { ...(await packagedWith(built, 'button-clicked', CONFIGURATION)), callsOf },
      uncached: { ...(await packagedWith(uncached, 'button-clicked', CONFIGURATION)), callsOf },
      plain: { ...(await plainWith(built, 'button-clicked', CONFIGURATION)), callsOf },
    },
    services,
    environment: click.environment(services.url),
    event: click.event,
    runs,
  })
  const figures = {
    runs,
    startToPlain: ratio('start', 'packaged', 'plain'),
    firstClickToFloor: ratio('first', 'packaged', 'floor'),
    firstClickUncachedToFloor: ratio('first', 'uncached', 'floor'),
    warmClickToFloor: ratio('warm', 'packaged', 'floor'),
    memoryToFloor: memory('packaged', 'floor'),
    milliseconds,
  }
  if (process.argv.includes('--json')) console.log(JSON.stringify(figures))
  else
    printRuns(figures, {
      each: 'click',
      ratios: {
        'start, to the plain build': figures.startToPlain,
        'first answered click, to the floor': figures.firstClickToFloor,
        'the same without code cache': figures.firstClickUncachedToFloor,
        'warm click, to the floor': figures.warmClickToFloor,
      },
      memory: { 'to the floor': figures.memoryToFloor },
    })
} finally {
  await built.remove()
  await uncached.remove()
  await services.close()
}
