import type { Log } from '../../functions/ports/log.ts'

/** What the bot has to say to whoever runs it: warnings and errors, a line each. The rest is on the page. */
export const terminalLog = (report: (line: string) => void): Log => {
  const line = (message: string, about: Record<string, unknown> = {}) => {
    const facts = Object.entries(about).map(([name, value]) => `${name} ${factOf(value)}`)
    report([message, ...facts].join(' · '))
  }
  return { info: () => {}, warn: line, error: line, count: () => {} }
}

const factOf = (value: unknown): string => {
  if (value instanceof Error) return `${value.name}: ${value.message}`
  return typeof value === 'string' ? value : JSON.stringify(value)
}
