import type { Terminal } from './terminal.ts'

/** Says how far a command is, on the error output, every five seconds. */
export const progressTo = (terminal: Terminal): ((line: () => string) => void) => {
  let last = terminal.now()
  return (line) => {
    if (terminal.now() - last < 5_000) return
    last = terminal.now()
    terminal.warn(line())
  }
}
