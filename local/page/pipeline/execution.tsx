import { useState } from 'preact/hooks'
import type { ExecutionView, PipelineView } from '../contract.ts'
import { Icon } from '../parts/icon.tsx'
import { pressable } from '../parts/pressable.ts'
import { formatTime } from '../times.ts'
import { useWorkspace } from '../workspace.ts'
import { focusHome } from '../parts/focus-kept.ts'
import { Commit, executionName } from './commit.tsx'
import { Duration } from './duration.tsx'
import { Stage } from './stage.tsx'
import { executionLook, StatusWord } from './status.tsx'
import { StopExecution } from './stop-execution.tsx'

interface ExecutionProps {
  pipeline: PipelineView
  execution: ExecutionView
}

/** One execution of a pipeline: its commit, who started it, and every stage joined by a line. */
export const Execution = ({ pipeline, execution }: ExecutionProps) => {
  const { away } = useWorkspace()
  const [stopping, setStopping] = useState(false)
  const look = executionLook(execution)
  const name = executionName(execution)
  return (
    <article class={`execution execution--${look.tone}`} aria-label={`Execution ${name}`} {...focusHome}>
      <header class="execution__head">
        <Commit execution={execution} />
        <p class="execution__meta">
          <StatusWord look={look} />
          <span class="muted">
            <Duration from={execution.startedAt} to={execution.endedAt} />
          </span>
          <span class="muted" title={`Started ${formatTime(execution.startedAt)}`}>
            started by {execution.startedBy}
          </span>
        </p>
        {execution.status === 'InProgress' && (
          <button type="button" class="button button--quiet" {...pressable(!away, () => setStopping(true))}>
            <Icon name="stop" /> Stop…
          </button>
        )}
      </header>
      <Stages pipeline={pipeline} execution={execution} />
      {stopping && <StopExecution pipeline={pipeline} execution={execution} onClose={() => setStopping(false)} />}
    </article>
  )
}

/** Every stage of one execution, joined by a line. */
export const Stages = ({ pipeline, execution }: ExecutionProps) => (
  <ol class="stages" aria-label={`Stages of ${executionName(execution)}`}>
    {execution.stages.map((stage) => (
      <Stage key={stage.name} pipeline={pipeline} execution={execution} stage={stage} />
    ))}
  </ol>
)
