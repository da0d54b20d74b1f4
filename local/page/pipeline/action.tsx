import { useState } from 'preact/hooks'
import type { ActionView, ExecutionView, PipelineView, StageView } from '../contract.ts'
import { Icon } from '../parts/icon.tsx'
import { pressable } from '../parts/pressable.ts'
import { relativeTime } from '../slack/date-token.ts'
import { useNow, useWorkspace } from '../workspace.ts'
import { ActionLog } from './action-log.tsx'
import { executionName } from './commit.tsx'
import { ConsoleDecision } from './console-decision.tsx'
import { Duration } from './duration.tsx'
import { actionLook, stageLook, StatusMark, StatusWord } from './status.tsx'

interface ActionProps {
  pipeline: PipelineView
  execution: ExecutionView
  stage: StageView
  action: ActionView
}

/** One action: state, time, summary, its log, and on an approval the way to decide it as in the AWS console. */
export const Action = ({ pipeline, execution, stage, action }: ActionProps) => {
  const { away } = useWorkspace()
  const [open, setOpen] = useState<'log' | 'decide' | null>(null)
  const look = actionLook(action)
  const close = () => setOpen(null)
  return (
    <li class={`action action--${look.tone}`}>
      <div class="action__row">
        <StatusMark look={look} size={12} />
        <span class="action__name">{action.name}</span>
        <span class="action__provider">{action.provider}</span>
        <span class="action__end">
          {/* A text that the stage above already shows is left out. */}
          <span class={look.word === stageLook(stage).word ? 'sr-only' : ''}>
            <StatusWord look={look} />
          </span>
          {stage.actions.length > 1 && <Duration from={action.startedAt} to={action.endedAt} />}
          {action.hasLog && action.actionExecutionId !== null && (
            <button
              type="button"
              class="link-button"
              aria-label={`Log of ${action.name}`}
              onClick={() => setOpen('log')}
            >
              <Icon name="log" size={14} /> Log
            </button>
          )}
        </span>
      </div>
      {action.summary !== '' && action.summary !== execution.revision?.title && (
        <p class="action__summary">{action.summary}</p>
      )}
      {action.approval && (
        <div class="action__decide">
          <Expiry at={action.approval.expiresAt} />
          <button type="button" class="button" {...pressable(!away, () => setOpen('decide'))}>
            Decide in the AWS console…
          </button>
        </div>
      )}
      {open === 'log' && (
        <ActionLog action={action} title={`${action.name} · ${executionName(execution)}`} onClose={close} />
      )}
      {open === 'decide' && (
        <ConsoleDecision
          pipeline={pipeline}
          stageName={stage.name}
          action={action}
          commit={executionName(execution)}
          onClose={close}
        />
      )}
    </li>
  )
}

const Expiry = ({ at }: { at: number }) => <span class="muted">Expires {relativeTime(at, useNow(20_000))}</span>
