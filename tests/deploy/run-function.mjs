import { createInterface } from 'node:readline'

/*
 * Runs a packaged function as Lambda does, one event after the other: node run-function.mjs <module>. Each line of standard
 * input is an event. For each it prints a line that begins with "ANSWER "; the other lines are its log.
 */
const [, , module] = process.argv
const { handler } = await import(module)
for await (const line of createInterface(process.stdin)) {
  const answer = await handler(JSON.parse(line), {}).then(
    (returned) => ({ returned: returned ?? null }),
    (error) => ({ error: String(error) }),
  )
  console.log(`\nANSWER ${JSON.stringify(answer)}`)
}
process.exit(0)
