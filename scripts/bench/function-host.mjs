/**
 * One execution environment of Lambda: loads the function at `bundle`, and gives it the event `times` times, one after
 * another. Prints the milliseconds since the process began, of the clock and of its CPU, before and after it is loaded, and
 * after each answer.
 */
import { readFileSync } from 'node:fs'

const [bundle, eventFile, times] = process.argv.slice(2)
const event = JSON.parse(readFileSync(eventFile, 'utf8'))
const now = () => {
  const { user, system } = process.cpuUsage()
  return { wall: performance.now(), cpu: (user + system) / 1000 }
}

const loading = now()
const { handler } = await import(bundle)
const started = now()
const answered = []
for (let time = 0; time < Number(times); time++) {
  // A function that EventBridge invokes has no answer.
  const { statusCode = 200 } = (await handler(event)) ?? {}
  if (statusCode !== 200) throw new Error(`The function answered with ${statusCode}`)
  answered.push(now())
}
const { rss } = process.memoryUsage()
const peak = process.resourceUsage().maxRSS * 1024
process.stdout.write(`${JSON.stringify({ loading, started, answered, rss, peak })}\n`)
process.exit(0)
