import type { KeySpec } from '../../functions/aws/kms.ts'
import { IN_A_MESSAGE } from '../../functions/flows/effects/send-together.ts'
import type { Counts } from './counts.ts'
import { COMPARISONS } from './counts.ts'

/** List prices in us-east-1 as known in November 2026, in US dollars, without the free tier. */
export const PRICES = {
  'Lambda, a million requests': 0.2,
  'Lambda on arm64, a million GB-seconds': 13.3334,
  'API Gateway (HTTP API), a million requests': 1,
  'DynamoDB on demand, a million write request units': 0.625,
  'DynamoDB on demand, a million read request units': 0.125,
  'DynamoDB, a GB kept for a month, with point-in-time recovery': 0.45,
  'SQS, a million requests': 0.4,
  'SNS, a million messages published': 0.5,
  'EventBridge, a million custom events': 1,
  'KMS, a key for a month': 1,
  'KMS, a million requests for a key of RSA 2048': 3,
  'KMS, a million requests for a key on P-256': 15,
  'CloudWatch Logs, a GB taken in': 0.5,
  'CloudWatch Logs, a GB kept for a month': 0.03,
  'CloudWatch, an alarm for a month': 0.1,
  'CloudWatch, a metric for a month': 0.3,
} as const

/** Milliseconds from a request to its answer, from a function in the same Region. */
export const ANSWERS_AFTER = {
  DynamoDB: 10,
  SQS: 20,
  EventBridge: 50,
  KMS: 50,
  CodePipeline: 100,
  others: 100,
  Slack: 300,
} as const

/** Assumptions: the workspace cannot count these. */
export const ASSUMED = {
  /** memorySize of each function in serverless.yml. Lambda gives a function CPU in proportion to it. */
  megabytes: {
    'approval-requested': 256,
    'button-clicked': 512,
    'effect-due': 512,
    'minute-passed': 512,
    'pipeline-changed': 256,
  },
  /**
   * What an invocation does besides waiting: 4 ms of CPU (`npm run bench -- click`) at 512 of 1,769 MB, its share of starts,
   * and as much again. With half the memory it takes twice as long.
   */
  secondsOfWorkAt512: 0.03,
  hoursWaiting: 1,
  /** Five pollers that each ask every 20 seconds, busy or not. */
  pollsAMonth: 5 * 3 * 60 * 720,
  metrics: 8,
  alarms: 28,
  monthsOfRecord: 400 / 30,
  monthsOfExecutions: 90 / 30,
  monthsOfLogs: 3,
} as const

/** Deployments in a month of 30 days; each is 20 state changes. */
export const CASES = {
  '1 pipeline, 20 deployments a day': 600,
  '100 pipelines, 20 deployments a day each': 60_000,
  '10,000 pipelines, 1,000,000 state changes a day': 1_500_000,
} as const

const REQUESTS_OF_A_KEY: Record<KeySpec, number> = {
  RSA_2048: PRICES['KMS, a million requests for a key of RSA 2048'],
  ECC_NIST_P256: PRICES['KMS, a million requests for a key on P-256'],
}

const MILLION = 1_000_000
const GB = 1_000_000_000

type Quantity = (counted: (pattern: RegExp) => number, signingKey: KeySpec) => number

const MINUTES = 30 * 24 * 60

/**
 * In the workspace one approval waits, and each comparison has a message and an invocation of its own. So many of them are
 * saved in a month where more than one is due in a minute: five share one.
 */
const sharedPart = (counted: (pattern: RegExp) => number): number =>
  1 - 1 / Math.min(IN_A_MESSAGE, Math.max(1, counted(new RegExp(`^${COMPARISONS}$`)) / MINUTES))

const shared = (counted: (pattern: RegExp) => number): number =>
  counted(new RegExp(`^${COMPARISONS}$`)) * sharedPart(counted)

/** Milliseconds. Comparisons that share an invocation wait side by side; each has its own work. */
const waitsIn = (counted: (pattern: RegExp) => number, name: string): number => {
  const waits = counted(new RegExp(`^waits in ${name},`))
  if (name !== 'effect-due') return waits
  return waits + counted(new RegExp(`^waits in ${COMPARISONS},`)) * (1 - sharedPart(counted))
}

/** The bill, from the counts of a month. */
const LINES: Record<string, Quantity> = {
  Lambda: (counted) => {
    const gigabyteSeconds = Object.entries(ASSUMED.megabytes).reduce((sum, [name, megabytes]) => {
      const work = counted(new RegExp(`^Lambda ${name}$`)) * ASSUMED.secondsOfWorkAt512 * (512 / megabytes)
      return sum + ((waitsIn(counted, name) / 1_000 + work) * megabytes) / 1_024
    }, 0)
    const requests = counted(/^Lambda /) - shared(counted)
    return (
      (requests * PRICES['Lambda, a million requests'] +
        gigabyteSeconds * PRICES['Lambda on arm64, a million GB-seconds']) /
      MILLION
    )
  },
  'API Gateway': (counted) =>
    (counted(/^Lambda button-clicked$/) / MILLION) * PRICES['API Gateway (HTTP API), a million requests'],
  'DynamoDB, requests': (counted) =>
    (counted(/write request units$/) * PRICES['DynamoDB on demand, a million write request units'] +
      counted(/read request units$/) * PRICES['DynamoDB on demand, a million read request units']) /
    MILLION,
  'DynamoDB, what is kept': (counted) =>
    ((counted(/^DynamoDB bytes .* 400 days$/) * ASSUMED.monthsOfRecord +
      counted(/^DynamoDB bytes .* 90 days$/) * ASSUMED.monthsOfExecutions) /
      GB) *
    PRICES['DynamoDB, a GB kept for a month, with point-in-time recovery'],
  // Each message is sent, received and deleted.
  SQS: (counted) =>
    (((counted(/^SQS SendMessage$/) - shared(counted)) * 3 + ASSUMED.pollsAMonth) / MILLION) *
    PRICES['SQS, a million requests'],
  'SNS and EventBridge': (counted) =>
    (counted(/^Lambda approval-requested$/) * PRICES['SNS, a million messages published'] +
      counted(/^EventBridge /) * PRICES['EventBridge, a million custom events']) /
    MILLION,
  KMS: (counted, signingKey) =>
    PRICES['KMS, a key for a month'] + (counted(/^KMS /) / MILLION) * REQUESTS_OF_A_KEY[signingKey],
  'CloudWatch Logs': (counted) =>
    (counted(/^CloudWatch Logs/) / GB) *
    (PRICES['CloudWatch Logs, a GB taken in'] +
      ASSUMED.monthsOfLogs * PRICES['CloudWatch Logs, a GB kept for a month']),
  'Alarms and metrics': () =>
    ASSUMED.alarms * PRICES['CloudWatch, an alarm for a month'] +
    ASSUMED.metrics * PRICES['CloudWatch, a metric for a month'],
}

/** Dollars a month by line, for so many deployments; the idle hours of the month included. */
export const priceOf = (counts: Counts, releases: number, signingKey: KeySpec): Record<string, number> => {
  const counted = (pattern: RegExp): number => {
    const sum = (column: Map<string, number>) =>
      [...column].reduce((total, [name, count]) => total + (pattern.test(name) ? count : 0), 0)
    const each = sum(counts.released) + ASSUMED.hoursWaiting * sum(counts.waiting)
    return each * releases + sum(counts.idle) * 720
  }
  return Object.fromEntries(Object.entries(LINES).map(([name, quantity]) => [name, quantity(counted, signingKey)]))
}
