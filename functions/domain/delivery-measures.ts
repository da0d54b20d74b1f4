import type { Entry } from './journal.ts'
import type { Outcome } from './outcome.ts'
import type { Pipeline } from './pipeline.ts'
import { DAY } from './time-units.ts'

/*
 * How software is delivered, counted from the audit record: the measures of DORA ("DORA's software delivery performance
 * metrics", dora.dev/guides/dora-metrics) as far as the record of approvals knows them.
 */

/** An execution that passed an approval, and how it ended. Times are epoch milliseconds. */
export interface RecordedDeployment {
  /** `account/Region/name`. */
  pipeline: string
  executionId: string
  end: 'live' | 'failed'
  at: number
  /** When the newest of its commits was written; null if its sources do not say. */
  committedAt: number | null
}

/** An approval that a person answered. */
export interface AnsweredApproval {
  pipeline: string
  requestedAt: number
  answeredAt: number
}

export interface RecordedDelivery {
  deployments: readonly RecordedDeployment[]
  answered: readonly AnsweredApproval[]
}

/** What the measures are counted over; `to` is left out. */
export interface TimeRange {
  from: number
  to: number
}

/** Durations are milliseconds; null where nothing was there to measure. */
export interface Measures {
  /** Deployments that are live: deployment frequency, over the span. */
  deployments: number
  /** Deployments that failed. */
  failed: number
  /** Of all deployments, the share that failed, from 0 to 1: change fail rate. */
  failureRate: number | null
  /** From the commit to the end of the deployment that made it live: change lead time. */
  leadTime: Middle | null
  /** From the request of an approval to its answer. */
  waiting: Middle | null
  /** From the first deployment that failed to the next one that is live: failed deployment recovery time. */
  restore: Middle | null
}

/** Of several durations: the one in the middle, the longest, and how many there are. */
export interface Middle {
  median: number
  longest: number
  count: number
}

/**
 * A failure counts until the deployment that ends it, so entries from before the span are read too. One that lasts
 * longer is counted from there.
 */
export const LOOK_BACK = 14 * DAY

/** What the record of one approval says, its entries in order. */
export const deliveryIn = (entries: readonly Entry[]): RecordedDelivery => {
  const request = entries.flatMap(({ at, happened }) => (happened.what === 'requested' ? [{ at, ...happened }] : []))[0]
  if (!request) return { deployments: [], answered: [] }
  const { accountId, region, pipeline: name } = request.where
  const pipeline = [accountId, region, name].join('/')
  const answered = entries.flatMap(({ at, happened }) =>
    happened.what === 'settled' && isAnswer(happened.outcome, entries)
      ? [{ pipeline, requestedAt: request.at, answeredAt: at }]
      : [],
  )
  const commits = request.revisions.flatMap(({ committedAt }) => committedAt ?? [])
  const deployments = entries.flatMap(({ happened }): RecordedDeployment[] => {
    if (happened.what !== 'released') return []
    const { release } = happened
    if ((release.name !== 'live' && release.name !== 'failed') || release.rejectedIn !== undefined) return []
    return [
      {
        pipeline,
        executionId: request.executionId,
        end: release.name,
        at: release.at,
        committedAt: commits.length > 0 ? Math.max(...commits) : null,
      },
    ]
  })
  return { deployments, answered }
}

/** Whether a person gave the verdict: the decision that was sent last may be a rule's. */
const isAnswer = (outcome: Outcome, entries: readonly Entry[]): boolean => {
  if (!('verdict' in outcome)) return false
  const decided = entries.findLast(({ happened }) => happened.what === 'decided')?.happened
  return outcome.how === 'console' || decided?.what !== 'decided' || decided.automatic === undefined
}

/** The same of several approvals. Those of one execution tell of the same deployment. */
export const together = (all: readonly RecordedDelivery[]): RecordedDelivery => {
  const deployments = new Map(
    all.flatMap((one) => one.deployments).map((one) => [[one.pipeline, one.executionId, one.end, one.at].join(), one]),
  )
  return {
    deployments: [...deployments.values()].sort((one, other) => one.at - other.at),
    answered: all.flatMap((one) => one.answered),
  }
}

/** What is said of the pipelines that are covered. */
export const deliveryOf = (
  { deployments, answered }: RecordedDelivery,
  covers: (pipeline: Pipeline) => boolean,
): RecordedDelivery => {
  const isCovered = (one: { pipeline: string }): boolean => covers(pipelineOfKey(one.pipeline))
  return { deployments: deployments.filter(isCovered), answered: answered.filter(isCovered) }
}

/** The pipeline of `account/Region/name`. */
export const pipelineOfKey = (key: string): Pipeline => {
  const [accountId, region, pipeline] = key.split('/') as [string, string, string]
  return { accountId, region, pipeline }
}

/** The measures of a span; with a pipeline, of that one alone. */
export const measured = (delivery: RecordedDelivery, span: TimeRange, pipeline: string | null = null): Measures => {
  const isOf = (one: { pipeline: string }) => pipeline === null || one.pipeline === pipeline
  const all = delivery.deployments.filter(isOf)
  const ended = all.filter(({ at }) => isWithin(span, at))
  const live = ended.filter(({ end }) => end === 'live')
  const failed = ended.length - live.length
  return {
    deployments: live.length,
    failed,
    failureRate: ended.length === 0 ? null : failed / ended.length,
    leadTime: middle(live.flatMap(({ at, committedAt }) => (committedAt === null ? [] : at - committedAt))),
    waiting: middle(
      delivery.answered
        .filter((one) => isOf(one) && isWithin(span, one.answeredAt))
        .map(({ requestedAt, answeredAt }) => answeredAt - requestedAt),
    ),
    restore: middle(restored(all).flatMap(({ failedAt, liveAt }) => (isWithin(span, liveAt) ? liveAt - failedAt : []))),
  }
}

/** The pipelines that deployed or were answered in the span, in order of their names. */
export const pipelinesIn = ({ deployments, answered }: RecordedDelivery, span: TimeRange): string[] =>
  [
    ...new Set([
      ...deployments.filter(({ at }) => isWithin(span, at)).map(({ pipeline }) => pipeline),
      ...answered.filter(({ answeredAt }) => isWithin(span, answeredAt)).map(({ pipeline }) => pipeline),
    ]),
  ].sort()

const isWithin = ({ from, to }: TimeRange, at: number): boolean => at >= from && at < to

/** Each time in which a pipeline's deployments failed, once it has ended. */
const restored = (inOrder: readonly RecordedDeployment[]): { failedAt: number; liveAt: number }[] => {
  const failing = new Map<string, number>()
  return inOrder.flatMap(({ pipeline, end, at }) => {
    const failedAt = failing.get(pipeline)
    if (end === 'failed') {
      if (failedAt === undefined) failing.set(pipeline, at)
      return []
    }
    failing.delete(pipeline)
    return failedAt === undefined ? [] : [{ failedAt, liveAt: at }]
  })
}

const middle = (durations: readonly number[]): Middle | null => {
  if (durations.length === 0) return null
  const sorted = durations.map((one) => Math.max(0, one)).sort((one, other) => one - other)
  const half = sorted.length / 2
  const median =
    sorted.length % 2 === 1 ? sorted[Math.floor(half)]! : Math.round((sorted[half - 1]! + sorted[half]!) / 2)
  return { median, longest: sorted.at(-1)!, count: sorted.length }
}
