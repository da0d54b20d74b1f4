import { Logger } from '@aws-lambda-powertools/logger'
import { lambdaMetrics } from './metrics.ts'
import type { About, Log } from './ports/log.ts'

/**
 * Structured lines for CloudWatch Logs, each with the version of Greenlight (GREENLIGHT_VERSION), and metrics in the same
 * stream (embedded metric format).
 */
export const lambdaLog = (): Log => {
  const { GREENLIGHT_VERSION: version } = process.env
  const logger = new Logger(version ? { persistentKeys: { version } } : {})
  const metrics = lambdaMetrics()
  return {
    info: (message, about = {}) => logger.info(message, withError(about)),
    warn: (message, about = {}) => logger.warn(message, withError(about)),
    error: (message, about = {}) => logger.error(message, withError(about)),
    count: (metric) => metrics.count(metric),
  }
}

/** The name and the message of an error; an SDK's error also carries requests, which may hold a token. */
const withError = (about: About): About => ('error' in about ? { ...about, error: errorText(about.error) } : about)

const errorText = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error)
