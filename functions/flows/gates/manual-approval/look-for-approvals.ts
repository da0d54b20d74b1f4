import type { Effect, StartedAction } from '../../../domain/effect.ts'
import { FIRST_KIND } from '../../../domain/gate.ts'
import type { AccountRegion, Pipeline } from '../../../domain/pipeline.ts'
import { MINUTE } from '../../../domain/time-units.ts'
import { approvalId } from '../../../domain/approval-id.ts'
import { fewAtOnce } from '../../../few-at-once.ts'
import type { Services } from '../../../ports/services.ts'
import type { Performed } from '../../effects/performed.ts'
import { done } from '../../effects/performed.ts'
import { within } from '../../within.ts'

/*
 * AWS publishes no rate for GetPipelineState. Fifty pipelines every two seconds are 25 calls a second, and leave room for
 * people and other tools.
 */
const PIPELINES_A_BATCH = 50
const SECONDS_BETWEEN_BATCHES = 2
const MOST_A_MINUTE = 1_250

/** How many pipelines of a batch are read at once. */
const PIPELINES_AT_ONCE = 5

/** Leaves time to find what was found. */
const LOOKING_MS = 15_000

/**
 * Story: EventBridge may lose the event that an approval action has started. So each minute the pipelines whose routes
 * ask by events are read, in batches over the minute; with more than 1,250 of them, each is read every few minutes.
 */
export const lookForApprovals = async (services: Services, there: AccountRegion): Promise<Performed> => {
  const { pipelines, configuration, queue, clock, log } = services
  const listed = await pipelines.pipelines(there).catch((error: unknown) => {
    log.warn('CodePipeline did not list its pipelines; the next minute asks again', { ...there, error })
    return []
  })
  if (!listed) {
    log.warn('The bot may not list the pipelines there, so approvals whose events are lost are not found', { ...there })
    return done()
  }
  const asking = listed.filter(({ pipeline }) => configuration.mayAskByEvents({ ...there, pipeline }))
  const turns = Math.ceil(asking.length / MOST_A_MINUTE)
  const minute = Math.floor(clock.now() / MINUTE)
  const due = asking.filter((_, index) => index % turns === minute % turns)
  for (let batch = 0; batch * PIPELINES_A_BATCH < due.length; batch++) {
    const some = due.slice(batch * PIPELINES_A_BATCH, (batch + 1) * PIPELINES_A_BATCH)
    const namesOf = (parallel: boolean) =>
      some.filter(({ isParallel }) => isParallel === parallel).map(({ pipeline }) => pipeline)
    const effect: Effect = {
      do: 'look-into-pipelines',
      there,
      pipelines: namesOf(false),
      parallel: namesOf(true),
    }
    await queue.send({ effect, attempt: 1 }, batch * SECONDS_BETWEEN_BATCHES)
  }
  return done()
}

/** Reads each of these pipelines. One that CodePipeline does not answer for, or not in time, is read again in the next minute. */
export const lookIntoPipelines = async (
  services: Services,
  { there, pipelines, parallel }: Extract<Effect, { do: 'look-into-pipelines' }>,
): Promise<Performed> => {
  const todo = [
    ...pipelines.map((pipeline) => ({ pipeline, waitingIn: waitingInState })),
    ...parallel.map((pipeline) => ({ pipeline, waitingIn: waitingInRuns })),
  ]
  const { clock, log } = services
  const found: StartedAction[] = []
  const until = clock.now() + LOOKING_MS
  const looks = fewAtOnce(PIPELINES_AT_ONCE, todo, async (next) => {
    const pipeline: Pipeline = { ...there, pipeline: next.pipeline }
    if (clock.now() >= until) return
    try {
      for (const { token, action } of await next.waitingIn(services, pipeline))
        if (!(await services.approvals.read(approvalId(there.accountId, there.region, token)))) found.push(action)
    } catch (error) {
      log.warn('A pipeline could not be read; the next minute asks again', { ...pipeline, error })
    }
  })
  if (!(await within(clock, LOOKING_MS, looks)))
    log.warn('CodePipeline answers slowly; the pipelines that are left are read in the next minute', { ...there })
  return done(found.map((action) => ({ do: 'find-approval', action })))
}

type Waiting = { token: string; action: StartedAction }[]

/** Only approval actions have a token. */
const waitingInState = async ({ pipelines }: Services, pipeline: Pipeline): Promise<Waiting> => {
  const stages = (await pipelines.stages(pipeline)) ?? []
  return stages.flatMap(({ stage, executionId, actions }) =>
    actions.flatMap(({ action, status, token }) =>
      executionId !== null && status === 'InProgress' && token !== null
        ? [{ token, action: { gate: FIRST_KIND, where: { ...pipeline, stage, action }, executionId } }]
        : [],
    ),
  )
}

/** The newest hundred runs: an approval that began before them is found by its event, or by those of its execution. */
const waitingInRuns = async ({ pipelines }: Services, pipeline: Pipeline): Promise<Waiting> => {
  const { runs } = (await pipelines.runs(pipeline, () => true)) ?? { runs: [] }
  return runs.flatMap(({ category, stage, action, status, externalId, executionId }) =>
    category === 'Approval' && status === 'InProgress' && externalId !== null
      ? [{ token: externalId, action: { gate: FIRST_KIND, where: { ...pipeline, stage, action }, executionId } }]
      : [],
  )
}
