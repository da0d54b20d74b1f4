import { Logger } from '@aws-lambda-powertools/logger'
import { lambdaMetrics } from './metrics.ts'
import type { About, Log } from './ports/log.ts'

declare global {
  /** `used`, or `not used: ` and why: infra/code-cache/start.mjs sets it, in a function that was packaged with V8's code cache. */
  var codeCache: string | undefined
}

/**
 * Structured lines for CloudWatch Logs, each with the version of Greenlight (GREENLIGHT_VERSION), and metrics in the same
 * stream (embedded metric format). The first line also says whether the function started with V8's code cache.
 */
export const lambdaLog = (): Log => {
  const { GREENLIGHT_VERSION: version } = process.env
  const logger = new Logger(version ? { persistentKeys: { version } } : {})
  const metrics = lambdaMetrics()
  let ofStart: About = globalThis.codeCache ? { codeCache: globalThis.codeCache } : {}
  const fields = (about: About): About => {
    const whole = { ...ofStart, ...withError(about) }
    ofStart = {}
    return whole
  }
  return {
    info: (message, about = {}) => logger.info(message, fields(about)),
    warn: (message, about = {}) => logger.warn(message, fields(about)),
    error: (message, about = {}) => logger.error(message, fields(about)),
    count: (metric) => metrics.count(metric),
  }
}

/** The name and the message of an error; an SDK's error also carries requests, which may hold a token. */
const withError = (about: About): About => ('error' in about ? { ...about, error: errorText(about.error) } : about)

const errorText = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error)
