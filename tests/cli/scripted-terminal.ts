import { greenlight } from '../../cli/greenlight.ts'
import type { Terminal } from '../../cli/terminal.ts'
import { lookForSecret } from '../../local/secrets-left.ts'

export interface Ran {
  exitCode: number
  out: string
  err: string
  /** The questions, each with whether its answer is shown. */
  asked: string[]
}

/** Runs `greenlight` with a terminal of which every part can be replaced. No person answers its questions. */
export const runGreenlight = async (argv: string[], replaced: Partial<Terminal> = {}): Promise<Ran> => {
  const ran: Ran = { exitCode: 0, out: '', err: '', asked: [] }
  const terminal: Terminal = {
    environment: {},
    directory: process.cwd(),
    interactive: false,
    print: (line) => void (ran.out += `${line}\n`),
    warn: (line) => void (ran.err += `${line}\n`),
    input: () => Promise.resolve(''),
    ask: () => Promise.reject(new Error('no person answers')),
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
  lookForSecret('the terminal', `greenlight ${argv[0]}`, ran.out + ran.err)
  return ran
}
