import { LogLevel } from '@slack/bolt'
import type { Logger } from '@slack/bolt'
import type { Log } from '../ports/log.ts'

/** Bolt's own warnings and errors as structured log lines; its other lines are dropped. */
export const boltLogger = (log: Log): Logger => {
  const words = (parts: readonly unknown[]): string =>
    parts.map((part) => (part instanceof Error ? `${part.name}: ${part.message}` : String(part))).join(' ')
  return {
    debug: () => {},
    info: () => {},
    warn: (...parts: unknown[]) => log.warn('Bolt warns', { because: words(parts) }),
    error: (...parts: unknown[]) => log.error('Bolt failed', { because: words(parts) }),
    setLevel: () => {},
    getLevel: () => LogLevel.WARN,
    setName: () => {},
  }
}
