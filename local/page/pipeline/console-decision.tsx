import { useId, useState } from 'preact/hooks'
import type { ActionView, ConsoleDecisionRequest, PipelineView } from '../contract.ts'
import { Dialog } from '../parts/dialog.tsx'
import { Failure } from '../parts/failure.tsx'
import { useRequest, useWorkspace } from '../workspace.ts'
import { tooLong } from '../slack/modal-values.ts'
import { meant } from './meant.ts'

// PutApprovalResult's limit (CodePipeline API reference, ApprovalResult).
const SUMMARY_MAX = 512

interface ConsoleDecisionProps {
  pipeline: PipelineView
  stageName: string
  action: ActionView
  commit: string
  onClose: () => void
}

/** What a person with AWS permissions can do without Slack: approve or reject in the AWS console. */
export const ConsoleDecision = ({ pipeline, stageName, action, commit, onClose }: ConsoleDecisionProps) => {
  const { me, away } = useWorkspace()
  const { busy, error, send } = useRequest()
  const [status, setStatus] = useState<ConsoleDecisionRequest['status'] | null>(null)
  const [summary, setSummary] = useState('')
  const [refused, setRefused] = useState<string | null>(null)
  const id = useId()
  const submit = async (event: Event) => {
    event.preventDefault()
    if (away || busy || !action.approval) return
    if (status === null) return setRefused('Choose Approved or Rejected.')
    if (summary.length > SUMMARY_MAX) return setRefused(tooLong(summary.length, SUMMARY_MAX))
    setRefused(null)
    const token = action.approval?.token ?? ''
    const place = { ...meant(pipeline), userId: me.id, stageName, actionName: action.name }
    const answer = await send('/local/console/decide', { ...place, token, status, summary })
    if (answer.ok) onClose()
  }
  return (
    <Dialog title="Decide in the AWS console" onClose={onClose}>
      <form class="form" onSubmit={(event) => void submit(event)}>
        <p class="muted">
          {action.name} of {stageName}, {commit}. The workspace checks no permissions here. Greenlight reads the
          decision in CodePipeline’s event and closes its message.
        </p>
        <fieldset class="choices">
          <legend>Decision</legend>
          {(['Approved', 'Rejected'] as const).map((value) => (
            <label key={value}>
              <input type="radio" name={id} checked={status === value} onChange={() => setStatus(value)} /> {value}
            </label>
          ))}
        </fieldset>
        <label class="field" for={`${id}-summary`}>
          Summary <span class="muted">(optional)</span>
        </label>
        <textarea
          id={`${id}-summary`}
          rows={3}
          value={summary}
          onInput={({ currentTarget }) => setSummary(currentTarget.value)}
        />
        {!action.approval && <p class="muted">This approval is already decided.</p>}
        <Failure error={refused ?? error} />
        <div class="form__foot">
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="button button--primary" aria-disabled={away || busy || !action.approval}>
            {busy ? 'Submitting…' : 'Submit'}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
