import type { ActionsBlock, Button } from '@slack/types'
import type { Approval } from '../domain/approval.ts'
import type { aimOf } from '../domain/act.ts'
import type { ApprovalCard } from '../ports/cards.ts'
import { mayBeMet, somebodyMayDecide } from './approvers-block.ts'
import { actions, button, cut } from './block-kit.ts'
import { frozenOf } from './freeze-parts.ts'
import { namedRevision } from './wording.ts'

interface Place {
  pipeline: string
  environment: string
}

interface Action {
  /** What the click is after. */
  aim: Exclude<ReturnType<typeof aimOf>, 'vote'>
  label: string
  /** What a screen reader says, before what it is about. */
  describedAs: string
  style?: 'primary' | 'danger'
}

/** Everything that people can do with a click. One table gives the buttons, the modals and the acts. */
export const ACTIONS = {
  approve: { aim: 'Approved', label: 'Approve…', describedAs: 'Approve the release of', style: 'primary' },
  reject: { aim: 'Rejected', label: 'Reject…', describedAs: 'Reject the release of', style: 'danger' },
  'break-glass': { aim: 'break-glass', label: 'Break glass…', describedAs: 'Lift the freeze for', style: 'danger' },
  withdraw: { aim: 'withdraw', label: 'Withdraw my approval', describedAs: 'Withdraw your approval of' },
  'take-newer': {
    aim: 'take-newer',
    label: 'Reject this, take the newer one',
    describedAs: 'Reject, for the newer change,',
  },
} as const satisfies Record<string, Action>

export type ActionName = keyof typeof ACTIONS

/** A button that opens a page. Slack tells us of the click, and there is nothing to do. */
export const OPEN_CONSOLE = 'open-console'

/** Which of the buttons make sense while it waits, in the order they are shown. */
const SHOWN_WHEN: readonly [Exclude<ActionName, 'take-newer'>, (approval: Approval) => boolean][] = [
  ['approve', (approval) => mayBeApproved(approval)],
  ['reject', () => true],
  ['break-glass', (approval) => frozenOf(approval) !== null && mayBreakGlass(approval)],
  ['withdraw', ({ votes }) => votes.length > 0],
]

const mayBeApproved = (approval: Approval): boolean =>
  approval.resolvedPolicy !== null && mayBeMet(approval.resolvedPolicy.policy) && frozenOf(approval) === null

const mayBreakGlass = ({ resolvedPolicy }: Approval): boolean =>
  resolvedPolicy !== null && (resolvedPolicy.policy.breakGlass.length > 0 || resolvedPolicy.policy.unread.length > 0)

const isOpen = (approval: Approval): boolean => approval.state.name === 'waiting' && somebodyMayDecide(approval)

export const approvalButtons = ({ approval, route, consoleUrl }: ApprovalCard, place: Place): ActionsBlock[] => {
  const shown = isOpen(approval) ? SHOWN_WHEN.filter(([, when]) => when(approval)).map(([name]) => name) : []
  const open = button({
    actionId: OPEN_CONSOLE,
    label: 'Open in AWS',
    describedAs: `Open ${place.pipeline} in the AWS console`,
    url: consoleUrl,
  })
  return actions('approval', [
    ...shown.map((name) =>
      name === 'approve' && route?.comment === 'none'
        ? actionButton(name, approval, place, approveAtOnce(place))
        : actionButton(name, approval, place, name === 'withdraw' ? withdrawal(place) : {}),
    ),
    open,
  ])
}

/** Under the warning that a newer change waits. */
export const newerButtons = ({ approval }: ApprovalCard, place: Place): ActionsBlock[] => {
  const { newer } = approval
  if (!newer || !isOpen(approval)) return []
  const [older] = approval.change.revisions
  const confirm = {
    title: 'Take the newer one?',
    text:
      `This rejects ${place.pipeline} to ${place.environment}${older ? ` with ${namedRevision(older, 80)}` : ''}. ` +
      `The newer change${newer.revision ? `, ${namedRevision(newer.revision, 80)},` : ''} is asked about next.`,
    confirm: 'Take the newer one',
  }
  return actions('newer', [actionButton('take-newer', approval, place, { confirm })])
}

type More = Partial<Pick<Parameters<typeof button>[0], 'label' | 'confirm'>>

const approveAtOnce = ({ pipeline, environment }: Place): More => ({
  label: 'Approve',
  confirm: {
    title: `Release to ${environment}?`,
    text: `This releases ${pipeline} to ${environment}.`,
    confirm: 'Approve',
  },
})

const withdrawal = ({ pipeline, environment }: Place): More => ({
  confirm: {
    title: 'Withdraw your approval?',
    text: `Your approval of ${pipeline} to ${environment} counts no more. You can give it again while it waits.`,
    confirm: 'Withdraw',
  },
})

const actionButton = (name: ActionName, { id }: Approval, { pipeline, environment }: Place, more: More): Button => {
  const { label, describedAs, ...rest }: Action = ACTIONS[name]
  return button({
    actionId: name,
    label,
    describedAs: `${describedAs} ${cut(pipeline, 40)} to ${environment}`,
    value: id,
    ...(rest.style && { style: rest.style }),
    ...more,
  })
}
