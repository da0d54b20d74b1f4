import { readFileSync } from 'node:fs'
import { readConfiguration } from './read-configuration.ts'

/** `npm run config:check [-- file …]`: prints every problem as file:line, and fails when there is one. */
const files = process.argv.slice(2)
let failed = false
for (const file of files.length > 0 ? files : ['greenlight.yml']) {
  try {
    const read = readConfiguration(readFileSync(file, 'utf8'))
    if (read.kind === 'valid') {
      console.log(`${file}: ok, ${read.configuration.routes.length} routes`)
      continue
    }
    for (const { line, key, message } of read.problems)
      console.error(`${file}:${line}  ${key ? `${key}: ` : ''}${message}`)
    console.error(`${file}: ${read.problems.length} to put right`)
  } catch (error) {
    console.error(`${file}: cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
  failed = true
}
process.exitCode = failed ? 1 : 0
