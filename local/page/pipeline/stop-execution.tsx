import { useId, useState } from 'preact/hooks'
import type { ExecutionView, PipelineView } from '../contract.ts'
import { Dialog } from '../parts/dialog.tsx'
import { Failure } from '../parts/failure.tsx'
import { useRequest, useWorkspace } from '../workspace.ts'
import { executionName } from './commit.tsx'
import { meant } from './meant.ts'

const WAYS = [
  { abandon: false, label: 'Stop and wait', hint: 'Running actions finish; nothing new starts.' },
  { abandon: true, label: 'Stop and abandon', hint: 'Ends at once; running actions are not stopped.' },
]

interface StopExecutionProps {
  pipeline: PipelineView
  execution: ExecutionView
  onClose: () => void
}

/** CodePipeline's two ways to stop an execution. */
export const StopExecution = ({ pipeline, execution, onClose }: StopExecutionProps) => {
  const { me, away } = useWorkspace()
  const { busy, error, send } = useRequest()
  const [abandon, setAbandon] = useState(false)
  const id = useId()
  const submit = async (event: Event) => {
    event.preventDefault()
    if (away || busy) return
    const stop = { ...meant(pipeline), userId: me.id, executionId: execution.id, abandon }
    const answer = await send('/local/console/stop', stop)
    if (answer.ok) onClose()
  }
  return (
    <Dialog title={`Stop ${executionName(execution)}`} onClose={onClose}>
      <form class="form" onSubmit={(event) => void submit(event)}>
        <fieldset class="choices">
          <legend>How</legend>
          {WAYS.map((way) => (
            <label key={way.label}>
              <input
                type="radio"
                name={id}
                checked={abandon === way.abandon}
                onChange={() => setAbandon(way.abandon)}
              />
              <span>
                {way.label}
                <small class="muted">{way.hint}</small>
              </span>
            </label>
          ))}
        </fieldset>
        <Failure error={error} />
        <div class="form__foot">
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="button button--danger" aria-disabled={away || busy}>
            {busy ? 'Stopping…' : 'Stop the execution'}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
