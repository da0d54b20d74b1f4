import { useState } from 'preact/hooks'
import type { ExecutionView, PipelineView, StageView } from '../contract.ts'
import { Failure } from '../parts/failure.tsx'
import { Icon } from '../parts/icon.tsx'
import { pressable } from '../parts/pressable.ts'
import { useRequest, useWorkspace } from '../workspace.ts'
import { Action } from './action.tsx'
import { executionName } from './commit.tsx'
import { Duration, stageSpan } from './duration.tsx'
import { stageLook, StatusMark, StatusWord } from './status.tsx'
import { meant } from './meant.ts'

interface StageProps {
  pipeline: PipelineView
  execution: ExecutionView
  stage: StageView
}

/** One stage of one execution, with its actions. */
export const Stage = ({ pipeline, execution, stage }: StageProps) => {
  const [unfolded, setUnfolded] = useState(false)
  const look = stageLook(stage)
  // A stage that succeeded is drawn paler, so that the current one stands out.
  const folds = look.tone === 'good'
  const shown = !folds || unfolded
  const started = stage.status !== 'NotStarted'
  const enabled = pipeline.stages.find(({ name }) => name === stage.name)?.transitionEnabled ?? true
  return (
    <li class={`stage stage--${look.tone} ${shown ? '' : 'stage--folded'}`} aria-label={`Stage ${stage.name}`}>
      <span class="stage__rail">
        <StatusMark look={look} />
      </span>
      <div class="stage__card">
        <div class="stage__head">
          <h4>
            {folds ? (
              <button
                type="button"
                class="fold"
                aria-expanded={unfolded}
                aria-label={`${stage.name}: actions`}
                onClick={() => setUnfolded(!unfolded)}
              >
                {stage.name} <Icon name="right" size={14} />
              </button>
            ) : (
              stage.name
            )}
          </h4>
          <span class="stage__state">
            <StatusWord look={look} />
            {started && <Duration {...stageSpan(stage)} />}
          </span>
        </div>
        {stage.waitingToEnter && <p class="stage__note">{queueNote(pipeline, execution, stage.name)}</p>}
        {!enabled && !started && (
          <p class="stage__note">
            <Icon name="lock" /> The transition into this stage is disabled.
          </p>
        )}
        {started && shown && (
          <ul class="actions">
            {stage.actions.map((action) => (
              <Action key={action.name} pipeline={pipeline} execution={execution} stage={stage} action={action} />
            ))}
          </ul>
        )}
        {stage.status === 'Failed' && <Retry pipeline={pipeline} execution={execution} stage={stage} />}
      </div>
    </li>
  )
}

const Retry = ({ pipeline, execution, stage }: StageProps) => {
  const { me, away } = useWorkspace()
  const { busy, error, send } = useRequest()
  const retry = { ...meant(pipeline), userId: me.id, executionId: execution.id, stageName: stage.name }
  return (
    <div class="stage__foot">
      <button
        type="button"
        class="button"
        {...pressable(!away && !busy, () => void send('/local/console/retry', retry))}
      >
        <Icon name="retry" /> Retry {stage.name}
      </button>
      <Failure error={error} />
    </div>
  )
}

/** Names the execution in the stage that another execution waits for. */
const queueNote = (pipeline: PipelineView, waiting: ExecutionView, stageName: string): string => {
  const inside = pipeline.executions.find(
    ({ id, stages }) =>
      id !== waiting.id &&
      stages.some(({ name, status }) => name === stageName && (status === 'InProgress' || status === 'Stopping')),
  )
  return inside
    ? `Waits until ${executionName(inside)} has left ${stageName}: one execution at a time.`
    : `Waits in front of ${stageName}.`
}
