import type { ActionsBlock, Button } from '@slack/types'
import type { Approval } from '../domain/approval.ts'
import { automaticRuleOf, isDeploying, isOpen } from '../domain/approval.ts'
import type { aimOf } from '../domain/act.ts'
import { overtakenSince, sendAt } from '../domain/later.ts'
import { confirmableUntil } from '../domain/override-review.ts'
import { mainRevision } from '../domain/revision.ts'
import type { ApprovalCard } from '../ports/cards.ts'
import { isDecidedHere, mayBeMet } from './approver-lines.ts'
import { actions, button, cut } from './block-kit.ts'
import { freezeInForce } from './freeze-parts.ts'
import { plain } from './sentence.ts'
import type { Target } from './target.ts'
import { watchButton } from './watch-button.ts'
import { namedRevision } from './wording.ts'
import { BUTTONS, CONFIRM } from './words/button-words.ts'

interface Action {
  /** What the click does. */
  aim: Exclude<ReturnType<typeof aimOf>, 'vote'>
  style?: 'primary' | 'danger'
}

/** Everything that people can do with a click. One table gives the buttons, the modals and the acts. */
export const ACTIONS = {
  approve: { aim: 'Approved', style: 'primary' },
  reject: { aim: 'Rejected', style: 'danger' },
  'break-glass': { aim: 'break-glass' },
  'stop-automatic': { aim: 'stop-automatic' },
  'confirm-override': { aim: 'confirm-override' },
  'deploy-now': { aim: 'deploy-now' },
  withdraw: { aim: 'withdraw' },
  'take-newer': { aim: 'take-newer' },
} as const satisfies Record<string, Action>

export type ActionName = keyof typeof ACTIONS

/** A button that opens a page. Slack sends its click as well, and Greenlight only acknowledges it. */
export const OPEN_CONSOLE = 'open-console'

/** Which of the buttons make sense, in the order they are shown. */
const SHOWN_WHEN: readonly [
  'approve' | 'reject' | 'deploy-now' | 'withdraw' | 'break-glass' | 'stop-automatic' | 'confirm-override',
  (approval: Approval) => boolean,
][] = [
  ['approve', (approval) => isAwaited(approval) && canBeApproved(approval) && !isOnlyLater(approval)],
  ['reject', (approval) => isAwaited(approval) && isDecidedHere(approval)],
  ['deploy-now', (approval) => isAwaited(approval) && canBeApproved(approval) && sendAt(approval) !== null],
  ['withdraw', (approval) => isAwaited(approval) && sendAt(approval) !== null],
  ['break-glass', (approval) => isAwaited(approval) && freezeInForce(approval) !== null && canBeOverridden(approval)],
  ['stop-automatic', (approval) => isAwaited(approval) && automaticRuleOf(approval) !== null],
  ['confirm-override', (approval) => confirmableUntil(approval) !== null],
]

/** Enough have approved it, for a later time. */
const isOnlyLater = (approval: Approval): boolean => sendAt(approval) !== null && overtakenSince(approval) === null

const canBeApproved = (approval: Approval): boolean =>
  approval.resolvedPolicy !== null && mayBeMet(approval.resolvedPolicy.policy) && freezeInForce(approval) === null

const canBeOverridden = ({ resolvedPolicy }: Approval): boolean =>
  resolvedPolicy !== null && (resolvedPolicy.policy.breakGlass.length > 0 || resolvedPolicy.policy.unread.length > 0)

const isAwaited = (approval: Approval): boolean =>
  approval.state.name === 'waiting' && (isDecidedHere(approval) || automaticRuleOf(approval) !== null)

export const approvalButtons = (
  { approval, route, consoleUrl }: Pick<ApprovalCard, 'approval' | 'route' | 'consoleUrl'>,
  target: Target,
): ActionsBlock[] => {
  const shown = SHOWN_WHEN.filter(([, when]) => when(approval)).map(([name]) => name)
  return actions('approval', [
    ...shown.map((name) =>
      name === 'approve'
        ? approveButton(approval, route, target)
        : actionButton(name, approval, target, confirmOf(name, target)),
    ),
    button({ actionId: OPEN_CONSOLE, ...labels(BUTTONS['open-console'], target), url: consoleUrl }),
    ...(isOpen(approval) || isDeploying(approval) ? [watchButton(target.pipeline, approval.id)] : []),
  ])
}

/** With a confirmation if it asks for nothing else. */
const approveButton = (approval: Approval, route: ApprovalCard['route'], target: Target): Button =>
  route?.comment === 'none' && !approval.resolvedPolicy?.policy.later
    ? actionButton('approve', approval, target, {
        words: BUTTONS['approve-at-once'],
        confirm: { ...CONFIRM.approve, text: plain(CONFIRM.approve.text, { ...target }) },
      })
    : actionButton('approve', approval, target)

/** For a person who can approve it, in a list of several. */
export const listedButtons = (approval: Approval, route: ApprovalCard['route'], target: Target): ActionsBlock[] =>
  actions(`approval-${approval.id}`, [approveButton(approval, route, target), actionButton('reject', approval, target)])

/** For the people who can confirm an override. */
export const confirmButtons = (approval: Approval, target: Target): ActionsBlock[] =>
  confirmableUntil(approval) === null ? [] : actions('review', [actionButton('confirm-override', approval, target)])

/** Under the warning that a newer change waits. */
export const newerButtons = ({ approval }: ApprovalCard, target: Target): ActionsBlock[] => {
  const { newer } = approval
  if (!newer || !isAwaited(approval)) return []
  const older = mainRevision(approval.change)
  const { title, text, textOf, confirm } = CONFIRM.newer
  const what =
    older && newer.revision
      ? plain(textOf, { ...target, older: namedRevision(older, 80), newer: namedRevision(newer.revision, 80) })
      : plain(text, { ...target })
  return actions('newer', [actionButton('take-newer', approval, target, { confirm: { title, text: what, confirm } })])
}

/** For one person alone, whose approval counts. */
export const withdrawButtons = (approval: Approval, target: Target): ActionsBlock[] =>
  actions('withdraw', [actionButton('withdraw', approval, target, confirmOf('withdraw', target))])

/** Buttons that act at once say before what they do. */
const confirmOf = (name: ActionName, target: Target): More => {
  if (name !== 'withdraw' && name !== 'deploy-now') return {}
  const { text, ...words } = name === 'withdraw' ? CONFIRM.withdraw : CONFIRM.deployNow
  return { confirm: { ...words, text: plain(text, { ...target }) } }
}

interface More {
  words?: (typeof BUTTONS)[keyof typeof BUTTONS]
  confirm?: { title: string; text: string; confirm: string }
}

const actionButton = (name: ActionName, { id }: Approval, target: Target, more: More = {}): Button => {
  const { style }: Action = ACTIONS[name]
  const { words = BUTTONS[name], confirm } = more
  return button({
    actionId: name,
    ...labels(words, target),
    value: id,
    ...(style && { style }),
    ...(confirm && { confirm: { ...confirm, cancel: CONFIRM.cancel } }),
  })
}

const labels = ({ label, spoken }: (typeof BUTTONS)[keyof typeof BUTTONS], { pipeline, environment }: Target) => ({
  label,
  describedAs: plain(spoken, { pipeline: cut(pipeline, 40), environment }),
})
