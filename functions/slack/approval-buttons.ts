import type { ActionsBlock } from '@slack/types'
import type { Verdict } from '../domain/policy.ts'
import type { ApprovalCard } from '../flows/ports.ts'
import { somebodyMayDecide } from './approvers-block.ts'
import { actions, button } from './block-kit.ts'

/** The two decisions: their buttons, their modals and their verdicts. One table gives them all. */
export const DECISIONS = {
  approve: { verdict: 'Approved', style: 'primary', label: 'Approve', verb: 'Approve' },
  reject: { verdict: 'Rejected', style: 'danger', label: 'Reject…', verb: 'Reject' },
} as const satisfies Record<string, { verdict: Verdict; style: 'primary' | 'danger'; label: string; verb: string }>

export type Decision = keyof typeof DECISIONS

export const isDecision = (name: string): name is Decision => Object.hasOwn(DECISIONS, name)

/** A button that opens a page. Slack tells us of the click, and there is nothing to do. */
export const OPEN_CONSOLE = 'open-console'

export const BLOCK_ID = 'approval'

interface Place {
  pipeline: string
  environment: string
}

export const approvalButtons = ({ approval, route, consoleUrl }: ApprovalCard, place: Place): ActionsBlock[] => {
  const { id, state } = approval
  const about = `${place.pipeline} to ${place.environment}`
  const decisions =
    state.name === 'waiting' && somebodyMayDecide(route)
      ? (Object.keys(DECISIONS) as Decision[]).map((decision) => {
          const { label, verb, style } = DECISIONS[decision]
          const straight = decision === 'approve' && route.comment === 'none'
          return button({
            actionId: decision,
            label: decision === 'approve' && !straight ? `${label}…` : label,
            describedAs: `${verb} the release of ${about}`,
            value: id,
            style,
            ...(straight && {
              confirm: {
                title: `Release to ${place.environment}?`,
                text: `This releases ${about}.`,
                confirm: verb,
              },
            }),
          })
        })
      : []
  const open = button({
    actionId: OPEN_CONSOLE,
    label: 'Open in AWS',
    describedAs: `Open ${place.pipeline} in the AWS console`,
    url: consoleUrl,
  })
  return actions(BLOCK_ID, [...decisions, open])
}
