/**
 * What a storm of events makes of Slack: `npm run bench -- storm [executions]`. 200 executions of 40 state changes, each
 * delivered one to three times, shuffled, within a minute, at a Slack that enforces its published limits; then an hour
 * in which Slack is away, and its return. Time is simulated, so the seconds do not depend on this machine.
 */
import type { StormFigures } from './storm.ts'
import { letStorm } from './storm.ts'

const executions = Number(process.argv[2] ?? 200)
if (!Number.isInteger(executions) || executions < 1) {
  console.error(`npm run bench -- storm [executions]: the number is a whole one from 1, not "${process.argv[2]}"`)
  process.exit(1)
}
const MINUTE = 60_000

const storm = await letStorm({ executions, then: 20 * MINUTE })
const away = await letStorm({
  executions: Math.ceil(executions / 5),
  over: 60 * MINUTE,
  away: 60 * MINUTE,
  then: 10 * MINUTE,
})
const rows = (Object.keys(storm) as (keyof StormFigures)[]).map((figure) => [
  figure,
  { 'a minute’s storm': storm[figure], 'Slack away for an hour': away[figure] },
])
console.table(Object.fromEntries(rows))
