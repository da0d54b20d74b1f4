import { useState } from 'preact/hooks'
import type { ExecutionView, PipelineView } from '../contract.ts'
import { Failure } from '../parts/failure.tsx'
import { Icon } from '../parts/icon.tsx'
import { pressable } from '../parts/pressable.ts'
import { formatTime } from '../times.ts'
import { useRequest, useWorkspace } from '../workspace.ts'
import { ApplicationCard } from './application-card.tsx'
import { Commit, executionName } from './commit.tsx'
import { Execution, Stages } from './execution.tsx'
import { executionLook, StatusMark, StatusWord } from './status.tsx'
import { meant } from './meant.ts'
import { OutsideWork } from './outside-work.tsx'
import { PushCommit } from './push-commit.tsx'

interface PipelineProps {
  pipeline: PipelineView
  /** It has a push button and an application of its own; the first pipeline's are at the top of the page. */
  further: boolean
}

/** One pipeline: the newest execution and all that still run as cards, the earlier ones folded beneath. */
export const Pipeline = ({ pipeline, further }: PipelineProps) => {
  const { me, away } = useWorkspace()
  const { busy, error, send } = useRequest()
  const delivery = further ? pipeline.delivery : undefined
  const shown = pipeline.executions.filter((execution, index) => index === 0 || execution.endedAt === null)
  const earlier = pipeline.executions.filter((execution) => !shown.includes(execution))
  return (
    <section class="pipeline" aria-label={`Pipeline ${pipeline.name}`}>
      <header class="pipeline__head">
        <h3>{pipeline.name}</h3>
        <p class="muted">
          {pipeline.accountName} {pipeline.accountId} · <span class="nowrap">{pipeline.region}</span>
        </p>
        {delivery && <PushCommit to={pipeline} />}
        <button
          type="button"
          class="button button--quiet"
          {...pressable(!away && !busy, () => void send('/local/console/start', { ...meant(pipeline), userId: me.id }))}
        >
          <Icon name="retry" /> Release change
        </button>
      </header>
      <Failure error={error} />
      {delivery?.application && <ApplicationCard name={pipeline.name} application={delivery.application} />}
      {pipeline.delivery?.outside && <OutsideWork pipeline={pipeline} />}
      {shown.length === 0 && (
        <p class="empty">
          No execution yet: {pipeline.stages.map(({ name }) => name).join(' → ')}. Push a commit to start it.
        </p>
      )}
      {shown.map((execution) => (
        <Execution key={execution.id} pipeline={pipeline} execution={execution} />
      ))}
      {earlier.length > 0 && (
        <details class="earlier">
          <summary>
            <Icon name="right" /> Earlier executions ({earlier.length})
          </summary>
          <ul>
            {earlier.map((execution) => (
              <EarlierExecution key={execution.id} pipeline={pipeline} execution={execution} />
            ))}
          </ul>
        </details>
      )}
    </section>
  )
}

const EarlierExecution = ({ pipeline, execution }: { pipeline: PipelineView; execution: ExecutionView }) => {
  const [open, setOpen] = useState(false)
  const look = executionLook(execution)
  return (
    <li>
      <div class="earlier__row">
        <StatusMark look={look} />
        <Commit execution={execution} />
        <span class="earlier__end">
          <StatusWord look={look} /> <time class="muted">{formatTime(execution.startedAt)}</time>
        </span>
        <button
          type="button"
          class="button button--quiet"
          aria-expanded={open}
          aria-label={`${open ? 'Hide stages' : 'Stages'} of ${executionName(execution)}`}
          onClick={() => setOpen(!open)}
        >
          {open ? 'Hide' : 'Stages'}
        </button>
      </div>
      {open && <Stages pipeline={pipeline} execution={execution} />}
    </li>
  )
}
