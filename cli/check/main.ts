import { checkFile } from './check-file.ts'
import { systemClock } from '../../functions/clock.ts'

/** `npm run config:check [-- file …]`: prints every problem as file:line, and fails when there is one. */
const files = process.argv.slice(2)
for (const file of files.length > 0 ? files : ['greenlight.yml']) {
  const { isWell, lines } = checkFile(file, systemClock.now())
  for (const line of lines) (isWell ? console.log : console.error)(line)
  if (!isWell) process.exitCode = 1
}
