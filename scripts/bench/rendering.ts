/**
 * How long messages and the Home tab take to render, small and large: `npm run bench -- rendering [--json]`.
 *
 * What is measured is the CPU of many renderings. The ratio beside it is to JSON.stringify of the same result, in the same
 * run: it depends least on the machine. `times` is how many times as long a large one takes as a small one.
 */
import { CARDS, LARGE, SMALL } from './rendered-cards.ts'
import { spreadOf, written } from './spread.ts'

const SERIES = 15
/** Milliseconds of one series. */
const LASTS = 20

/** Milliseconds of CPU that one call takes, in so many calls that they take some time together. */
const cpuOf = (work: () => unknown, calls: number): number => {
  const since = process.cpuUsage()
  for (let call = 0; call < calls; call++) work()
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1000 / calls
}

const callsThatLast = (work: () => unknown): number => {
  for (let calls = 1; ; calls *= 2) if (cpuOf(work, calls) * calls >= LASTS) return calls
}

const measure = (render: () => unknown) => {
  const result = render()
  const stringify = () => JSON.stringify(result)
  const [renders, strings] = [callsThatLast(render), callsThatLast(stringify)]
  const series = Array.from({ length: SERIES }, () => {
    const ms = cpuOf(render, renders)
    return { ms, ratio: ms / cpuOf(stringify, strings) }
  })
  return {
    bytes: Buffer.byteLength(stringify()),
    ms: spreadOf(series.map(({ ms }) => ms)),
    toStringify: spreadOf(series.map(({ ratio }) => ratio)),
  }
}

const figures = Object.entries(CARDS).map(([what, render]) => {
  const [small, large] = [SMALL, LARGE].map((size) => measure(() => render(size))) as [
    ReturnType<typeof measure>,
    ReturnType<typeof measure>,
  ]
  return { what, small, large, times: large.ms.median / small.ms.median }
})

if (process.argv.includes('--json')) console.log(JSON.stringify({ sizes: [SMALL, LARGE], figures }))
else {
  console.table(
    figures.map(({ what, small, large, times }) => ({
      what,
      [`ms of ${SMALL}`]: written(small.ms, 3),
      [`ms of ${LARGE}`]: written(large.ms, 3),
      times: times.toFixed(1),
      [`kB of ${LARGE}`]: (large.bytes / 1000).toFixed(1),
      [`of ${SMALL}, to stringify`]: written(small.toStringify, 0),
      [`of ${LARGE}, to stringify`]: written(large.toStringify, 0),
    })),
  )
  console.log(`Half of ${SERIES} series lie within the brackets.`)
}
