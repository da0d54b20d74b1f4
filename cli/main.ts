import { greenlight } from './greenlight.ts'
import { terminalOf } from './terminal.ts'

process.exitCode = await greenlight(process.argv.slice(2), terminalOf(process))
