import { pipelineOf } from '../../domain/pipeline.ts'
import type { Steering, SteeringAct } from '../../domain/steering.ts'
import { holdReason, stopIn, wordsOfHold } from '../../domain/steering.ts'
import type { SteeringRefusal } from '../../ports/pipeline-steering.ts'
import type { Pipelines } from '../../ports/pipelines.ts'
import { findExecution } from '../execution/find-execution.ts'

/** An act, the Slack user ID of the person for whom the bot does it, and the chain of the audit record. */
type SteeringFor = Steering & { by: string; chain: string }

/** How CodePipeline is called for an act, and how a function sees that it took a call whose answer was lost. */
export interface SteeringCall {
  /** What CodePipeline shows before the first call; undefined if it no longer has the execution. */
  before: (pipelines: Pipelines, steering: SteeringFor) => Promise<string | null | undefined>
  /** Whether CodePipeline took a call since; undefined if it no longer has the execution. */
  wasTaken: (
    pipelines: Pipelines,
    steering: SteeringFor,
    before: string | null,
  ) => Promise<boolean | typeof HIDDEN | undefined>
  /** What its refusals mean to the person. */
  refusals: Partial<Record<SteeringRefusal, string>>
}

/** Another act of that kind has been done since: CodePipeline shows that one alone. */
export const HIDDEN = 'hidden'

/**
 * The newest action execution of the stage, as CodePipeline lists them, and when a rule of its condition last failed: a retry
 * that fails on entry runs no action.
 */
const newestRun: SteeringCall['before'] = async (pipelines, { execution, stage }) => {
  const [runs, rules] = await Promise.all([pipelines.actionRuns(execution), pipelines.failedRules(execution)])
  if (!runs) return undefined
  const run = runs.find((one) => one.stage === stage)?.actionExecutionId ?? ''
  const failedAt =
    rules === 'refused' ? [] : (rules ?? []).flatMap((rule) => (rule.stage === stage ? (rule.at ?? []) : []))
  return `${run}${RULES}${failedAt.length > 0 ? Math.max(...failedAt) : ''}`
}

const RULES = ' '

/** What an earlier version stored has no rules. */
const wasRetried: SteeringCall['wasTaken'] = async (pipelines, steering, before) => {
  const now = await newestRun(pipelines, steering)
  if (typeof now !== 'string') return undefined
  return before?.includes(RULES) ? now !== before : now.split(RULES)[0] !== (before ?? '')
}

/** The status, and how many runs of actions repeat an earlier one, as a retry of a stage does. */
const statusAndReruns: SteeringCall['before'] = async (pipelines, { execution }) => {
  const [facts, runs] = await Promise.all([pipelines.execution(execution), pipelines.actionRuns(execution)])
  if (!facts || !runs) return undefined
  return `${facts.status}${RERUNS}${runs.length - new Set(runs.map(({ stage, action }) => `${stage}/${action}`)).size}`
}

const RERUNS = ' '

const isStop = (status: string): boolean => status === 'Stopped' || status === 'Stopping'

/** Another call may have stopped it, before this one or after it: CodePipeline shows the reason of the last that did. */
const wasStopped: SteeringCall['wasTaken'] = async (pipelines, steering, known) => {
  const { execution, chain } = steering
  const shown = await statusAndReruns(pipelines, steering)
  if (typeof shown !== 'string') return undefined
  const [status = '', reruns] = shown.split(RERUNS)
  // What an earlier version stored has the status alone.
  const [before, rerunsBefore = reruns] = known?.split(RERUNS) ?? []
  // To stop it again would stop what another person has retried.
  if (status === 'InProgress') return reruns === rerunsBefore ? false : HIDDEN
  if (status === before) return false
  // It may have ended by itself, or have been stopped and retried since.
  if (!isStop(status)) return HIDDEN
  const listed = await findExecution(pipelines, execution)
  // The list may be older than the status.
  if (!listed || !isStop(listed.status)) return before !== 'Stopping'
  if (listed.stopReason !== null && stopIn(listed.stopReason)?.chain === chain) return true
  return before === 'Stopping' ? false : HIDDEN
}

/** How the transition into the stage stands; undefined if CodePipeline no longer has the stage. */
export const transitionOf = async (
  pipelines: Pipelines,
  execution: Steering['execution'],
  stage: string | null,
): Promise<'held' | 'open' | undefined> => {
  const standing = await standingOf(pipelines, execution, stage)
  return standing && (standing.held === undefined ? 'open' : 'held')
}

const standingOf = async (pipelines: Pipelines, execution: Steering['execution'], stage: string | null) =>
  (await pipelines.stages(pipelineOf(execution)))?.find((one) => one.stage === stage)

/** Null if it is held, or CodePipeline does not say since when it is not; undefined without a stage. */
const resumedAt = (standing: Awaited<ReturnType<typeof standingOf>>): string | null | undefined =>
  standing && (standing.resumedAt === undefined ? null : String(standing.resumedAt))

/** Whether the stage is held with this person's words: another may have held or resumed it since. */
const isHeldSo: SteeringCall['wasTaken'] = async (pipelines, { execution, stage, by, reason }, before) => {
  const standing = await standingOf(pipelines, execution, stage)
  if (!standing) return undefined
  const { held } = standing
  // To call again would hold what another person has resumed.
  if (!held) return resumedAt(standing) === before ? false : HIDDEN
  // Without the bot's own role for it, CodePipeline does not say for whom the bot did it, and shows the reason as it was given.
  const given = holdReason(by, reason)
  const own = held.userId === null ? given : held.userId === by ? wordsOfHold(by, given) : null
  return held.reason === own || HIDDEN
}

/** Null if it is not held, or CodePipeline does not say since when; undefined without a stage. */
const heldSince = (standing: Awaited<ReturnType<typeof standingOf>>): string | null | undefined => {
  if (!standing) return undefined
  const since = standing.held?.since ?? null
  return since === null ? null : String(since)
}

/** The newest execution that the bot started for that person. */
const newestRelease: SteeringCall['before'] = async (pipelines, { execution, by }) => {
  const listed = await pipelines.executions(pipelineOf(execution))
  const isOwn = ({ trigger }: (typeof listed & object)[number]) =>
    trigger?.type === 'StartPipelineExecution' && trigger.steeredFor === by
  return listed ? (listed.find(isOwn)?.executionId ?? null) : undefined
}

/** The newest rollback to that execution that no other person requested. */
const newestRollback: SteeringCall['before'] = async (pipelines, { execution, choice, by }) => {
  const listed = await pipelines.executions(pipelineOf(execution))
  const isOwn = ({ rollbackTo, trigger }: (typeof listed & object)[number]) =>
    rollbackTo === choice && (trigger?.steeredFor ?? by) === by
  return listed ? (listed.find(isOwn)?.executionId ?? null) : undefined
}

/** CodePipeline took a call if it shows another one than before, which may be behind the newest executions by now. */
const isAnother = (newest: SteeringCall['before']): SteeringCall['wasTaken'] => {
  return async (pipelines, steering, before) => {
    const now = await newest(pipelines, steering)
    return now === undefined ? undefined : now !== null && now !== before
  }
}

export const STEERING_CALLS: Record<SteeringAct, SteeringCall> = {
  retry: {
    before: newestRun,
    wasTaken: wasRetried,
    refusals: {
      'not-latest': 'A newer execution has been in this stage since, so CodePipeline does not retry this one.',
      unable: 'CodePipeline cannot retry this stage: it did not fail, or the pipeline has changed since.',
    },
  },
  rollback: {
    before: newestRollback,
    wasTaken: isAnother(newestRollback),
    refusals: {
      outdated: 'The pipeline was edited since that execution, so CodePipeline does not roll back to it.',
      unable:
        'CodePipeline cannot roll this stage back: an execution is in it, its transition is disabled, or the pipeline is not of type V2 or runs in PARALLEL mode.',
    },
  },
  stop: {
    before: statusAndReruns,
    wasTaken: wasStopped,
    refusals: {
      already: 'It is being stopped in this way already.',
      unable: 'CodePipeline cannot stop this execution: it is over, or about to be.',
    },
  },
  hold: {
    before: async (pipelines, steering) => resumedAt(await standingOf(pipelines, steering.execution, steering.stage)),
    wasTaken: isHeldSo,
    refusals: { unable: 'CodePipeline cannot hold this stage.' },
  },
  resume: {
    before: async (pipelines, steering) => heldSince(await standingOf(pipelines, steering.execution, steering.stage)),
    wasTaken: async (pipelines, { execution, stage }, before) => {
      const standing = await standingOf(pipelines, execution, stage)
      if (!standing) return undefined
      if (standing.held === undefined) return true
      // It has been held again since: to call again would resume what another person holds.
      return before === null || heldSince(standing) === before ? false : HIDDEN
    },
    refusals: { unable: 'CodePipeline cannot let this stage go on.' },
  },
  // CodePipeline starts one execution for the calls of one request ("StartPipelineExecution", clientRequestToken). Once it has,
  // the execution under whose message the button stood is not the newest any more, and the act would be refused.
  release: {
    before: newestRelease,
    wasTaken: isAnother(newestRelease),
    refusals: { unable: 'CodePipeline runs as many executions of this pipeline as it can already.' },
  },
}

/** Refusals that say the same for every act. */
export const REFUSALS = {
  busy: 'CodePipeline was busy with this pipeline. Look there, and request it again.',
  gone: 'CodePipeline no longer has this pipeline, stage or execution.',
  unable: 'CodePipeline refused it.',
} as const satisfies Partial<Record<SteeringRefusal, string>>
