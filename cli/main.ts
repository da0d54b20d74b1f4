import { constants } from 'node:os'
import { greenlight } from './greenlight.ts'
import { terminalOf } from './terminal.ts'

// The reader of the output may end first, such as `head`. Then the command ends as a signal would end it.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(128 + constants.signals.SIGPIPE)
})

process.exitCode = await greenlight(process.argv.slice(2), terminalOf(process))
