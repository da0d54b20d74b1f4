import { greenlight } from '../../cli/greenlight.ts'
import type { Terminal } from '../../cli/terminal.ts'

export interface Ran {
  exitCode: number
  out: string
  err: string
  /** The questions that were asked, the secret ones marked. */
  asked: string[]
}

/** Runs `greenlight` with a terminal of which every part can be replaced; nobody is there to be asked. */
export const runGreenlight = async (argv: string[], replaced: Partial<Terminal> = {}): Promise<Ran> => {
  const ran: Ran = { exitCode: 0, out: '', err: '', asked: [] }
  const terminal: Terminal = {
    environment: {},
    directory: process.cwd(),
    interactive: false,
    print: (line) => void (ran.out += `${line}\n`),
    warn: (line) => void (ran.err += `${line}\n`),
    input: () => Promise.resolve(''),
    ask: () => Promise.reject(new Error('nobody is there')),
    fetch,
    now: Date.now,
    ...replaced,
  }
  const { ask } = terminal
  terminal.ask = (question, kind = 'shown') => {
    ran.asked.push(`${question.trim()} [${kind}]`)
    return ask(question, kind)
  }
  ran.exitCode = await greenlight(argv, terminal)
  return ran
}
