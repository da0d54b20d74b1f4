import type { Log } from '../../functions/ports/log.ts'
import { errorText } from '../error-text.ts'
import { lookForSecret } from '../secrets-left.ts'

/** The bot's log in the terminal: warnings and errors, a line each. The page shows the rest. */
export const terminalLog = (report: (line: string) => void): Log => {
  const lineOf = (message: string, about: Record<string, unknown> = {}): string => {
    const facts = Object.entries(about).map(([name, value]) => `${name} ${factOf(value)}`)
    const line = [message, ...facts].join(' · ')
    lookForSecret('the log', message, line)
    return line
  }
  const line = (...logged: Parameters<typeof lineOf>) => report(lineOf(...logged))
  return {
    info: (...logged) => void lineOf(...logged),
    warn: line,
    error: line,
    count: (metric) => lookForSecret('the log', 'a metric', metric),
  }
}

const factOf = (value: unknown): string => {
  if (value instanceof Error) return errorText(value)
  return typeof value === 'string' ? value : JSON.stringify(value)
}
