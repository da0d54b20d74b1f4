import { greenlight } from './greenlight.ts'
import { terminalOf } from './terminal.ts'

// The reader of the output may end first, such as `head`: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

process.exitCode = await greenlight(process.argv.slice(2), terminalOf(process))
