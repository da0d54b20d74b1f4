import type { Execution } from '../../domain/execution.ts'
import { stageNames } from '../../domain/execution.ts'
import { isInForce } from '../../domain/freeze.ts'
import { pipelineId } from '../../domain/pipeline.ts'
import { releasesIn, statusFrom } from '../../domain/pipeline-status.ts'
import { DAY } from '../../domain/time-units.ts'
import type { Frozen } from '../../domain/window.ts'
import { fewAtOnce } from '../../few-at-once.ts'
import type { HomePipelines } from '../../ports/home-tabs.ts'
import type { Services } from '../../ports/services.ts'
import { frozenIn, heldIn } from '../command/read-pipelines.ts'
import { readableExecution } from '../readable-records.ts'

const HOME_LOOKS_BACK = 7 * DAY
/** Each costs a read of the table. */
const MOST_ON_HOME = 60
const EXECUTIONS_AT_ONCE = 10

/** Each costs a call of CodePipeline, once for all tabs that are brought up to date together. */
const MOST_ASKED_FOR_HELD = 6

/** What runs, failed, is held, was released and is frozen, by the newest executions of all pipelines. */
export const homePipelines = async (services: Services): Promise<HomePipelines> => {
  const { attention, clock, freezes } = services
  const now = clock.now()
  const [{ keys }, setInSlack] = await Promise.all([
    attention.newestExecutions(now - HOME_LOOKS_BACK, null, MOST_ON_HOME),
    freezes.all(),
  ])
  const read = await fewAtOnce(EXECUTIONS_AT_ONCE, keys, (key) => readableExecution(services, key))
  const byPipeline = [
    ...Map.groupBy(
      read.filter((one): one is Execution => one !== null),
      ({ key }) => pipelineId(key),
    ).values(),
  ] as [Execution, ...Execution[]][]
  const statuses = byPipeline.map(statusFrom)
  const held = byPipeline.filter(([newest]) => mayBeHeld(services, newest)).slice(0, MOST_ASKED_FOR_HELD)
  // Those of Slack are listed whole, also where nothing has run.
  const ofConfiguration = { ...services, freezes: { ...freezes, all: async () => [] } }
  const frozen = await Promise.all(
    byPipeline.map(async (executions) => ({
      pipeline: executions[0].key.pipeline,
      frozen: await frozenIn(ofConfiguration, executions),
    })),
  )
  return {
    running: statuses.flatMap(({ running }) => running).sort(byBeginning),
    failed: statuses.flatMap(({ failed }) => failed ?? []).sort(byBeginning),
    releases: byPipeline.flatMap(releasesIn).sort((one, other) => other.at - one.at),
    held: (
      await Promise.all(
        held.map(async (executions) =>
          ((await heldIn(services, executions)) ?? []).map((stage) => ({ execution: executions[0], stage })),
        ),
      )
    ).flat(),
    freezes: setInSlack.filter((one) => one.kind === 'unreadable' || isInForce(one.freeze, now)),
    configured: configuredFrom(frozen),
  }
}

/** Whether people may hold one of its stages in Slack, or one was held when CodePipeline was asked last. */
const mayBeHeld = ({ configuration }: Services, execution: Execution): boolean =>
  execution.held !== undefined ||
  stageNames(execution)
    .flatMap((stage) => configuration.routesOfStage({ ...execution.key, stage }))
    .some(({ may: { hold } }) => hold.people.length + hold.groups.length > 0)

const byBeginning = (one: Execution, other: Execution): number => other.firstEventAt - one.firstEventAt

/** Each freeze once, with all its pipelines. */
const configuredFrom = (
  all: readonly { pipeline: string; frozen: readonly Frozen[] }[],
): HomePipelines['configured'] => {
  const each = all.flatMap(({ pipeline, frozen }) => frozen.map((one) => ({ frozen: one, pipeline })))
  return [...Map.groupBy(each, ({ frozen: { name, until } }) => `${name} ${until}`).values()].map((same) => ({
    frozen: same[0]!.frozen,
    pipelines: [...new Set(same.map(({ pipeline }) => pipeline))].sort(),
  }))
}
