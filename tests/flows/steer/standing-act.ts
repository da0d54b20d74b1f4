import type { StateChange } from '../../../functions/domain/execution.ts'
import type { SteeringAct, SteeringRequest } from '../../../functions/domain/steering.ts'
import type { SteeringOutcome } from '../../../functions/ports/pipeline-steering.ts'
import type { DueServices } from '../../../functions/ports/services.ts'
import { actionRun, executionSummary, pipelinesThatAnswer, stageState } from '../../support/pipeline-answers.ts'
import {
  KEY,
  MINUTE,
  START,
  actionChange,
  actor,
  execution,
  pipelineChange,
  stageChange,
} from '../../support/records.ts'
import { steeringBot } from '../../support/steering-bot.ts'

const PEOPLE = '{ people: [U0DANA] }'
export const CONFIGURATION = `
defaults: { approvals: C0RELEASES }
routes:
  - match: { pipeline: '*', stage: Production }
    approvers: [{ name: engineers, people: [U0ANA] }]
    may: { retry: ${PEOPLE}, rollback: ${PEOPLE}, stop: ${PEOPLE}, hold: ${PEOPLE}, release: ${PEOPLE} }
`

const FAILED: StateChange[] = [
  stageChange('Production', 'failed', START),
  { ...actionChange('Production', 'Deploy', 'failed', START), category: 'Deploy' } as StateChange,
  pipelineChange('failed', START),
]
const RUNNING = [stageChange('Source', 'succeeded', START), pipelineChange('running', START)]
const HELD = { reason: 'incident', since: null, userId: null, name: null }

interface Standing {
  stage: string | null
  choice: string | null
  reason: string | null
  changes: StateChange[]
  isHeld?: true
}

/** How an execution stands for which a person can do the act, and what they ask for. */
export const STANDING: Record<SteeringAct, Standing> = {
  retry: { stage: 'Production', choice: 'FAILED_ACTIONS', reason: null, changes: FAILED },
  rollback: { stage: 'Production', choice: 'good', reason: null, changes: FAILED },
  stop: { stage: null, choice: 'wait', reason: 'Wrong branch', changes: RUNNING },
  hold: { stage: 'Production', choice: null, reason: 'incident', changes: RUNNING },
  resume: { stage: 'Production', choice: null, reason: null, changes: RUNNING, isHeld: true },
  release: { stage: null, choice: null, reason: null, changes: [pipelineChange('succeeded', START)] },
}

interface World {
  answers?: (SteeringOutcome | Error)[]
  configuration?: string
  pipelines?: Partial<DueServices['pipelines']>
}

/** A bot and an execution for which Dana can do the act. */
export const standingAct = async (
  act: SteeringAct,
  { answers = [{ kind: 'taken' }], configuration = CONFIGURATION, pipelines = {} }: World = {},
) => {
  const { stage, choice, reason, changes, isHeld } = STANDING[act]
  const good = executionSummary({ executionId: 'good', status: 'Succeeded', startedAt: START - 60 * MINUTE })
  const bot = steeringBot({
    configuration,
    answers,
    pipelines: {
      ...pipelinesThatAnswer({
        stages: [stageState('Source'), stageState('Production', isHeld && { held: HELD })],
        executions: [executionSummary({ status: 'Failed' }), good],
        succeeded: [good],
        runs: [actionRun({ actionExecutionId: 'run-1', action: 'Deploy', status: 'Failed' })],
      }),
      ...pipelines,
    },
  })
  const { services } = bot
  await services.executions.create({ ...execution(changes), stageOrder: ['Source', 'Production'] })
  const aim = { act, execution: KEY, stage }
  const request = (more: Partial<SteeringRequest> = {}): SteeringRequest => ({
    ...{ ...aim, choice, reason, id: 's1' },
    who: { ...actor('U0DANA'), from: 'C0DEPLOYS' },
    at: services.clock.now(),
    ...more,
  })
  return { ...bot, aim, request, entries: () => bot.entries('s1') }
}
