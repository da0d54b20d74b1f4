import type { Log } from '../../functions/ports/log.ts'
import { errorText } from '../error-text.ts'

/** The bot's log in the terminal: warnings and errors, a line each. The page shows the rest. */
export const terminalLog = (report: (line: string) => void): Log => {
  const line = (message: string, about: Record<string, unknown> = {}) => {
    const facts = Object.entries(about).map(([name, value]) => `${name} ${factOf(value)}`)
    report([message, ...facts].join(' · '))
  }
  return { info: () => {}, warn: line, error: line, count: () => {} }
}

const factOf = (value: unknown): string => {
  if (value instanceof Error) return errorText(value)
  return typeof value === 'string' ? value : JSON.stringify(value)
}
