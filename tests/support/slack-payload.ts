import type { SteeringAct } from '../../functions/domain/steering.ts'

/* What Slack sends to an app's request URL, cut down to what the bot reads. */

export interface By {
  userId: string
  /** Where the bot may answer the person. */
  responseUrl?: string
  /** The first message of the thread in which the button is. */
  thread?: string
}

const team = { id: 'T0SHOPTEAM', domain: 'the-shop' }
const user = (id: string) => ({
  id,
  username: id.slice(2).toLowerCase(),
  name: id.slice(2).toLowerCase(),
  team_id: team.id,
})

/** `block_actions`: a decision's button, pressed. */
export const pressed = (actionId: string, approvalId: string, { userId, responseUrl = '', thread }: By) => ({
  type: 'block_actions',
  user: user(userId),
  team,
  api_app_id: 'A0GREENLIGHT',
  enterprise: null,
  container: {
    type: 'message',
    message_ts: '1.1',
    channel_id: 'C0RELEASES',
    is_ephemeral: false,
    ...(thread && { thread_ts: thread }),
  },
  channel: { id: 'C0RELEASES', name: 'releases' },
  trigger_id: '1.2.three',
  response_url: responseUrl,
  actions: [{ type: 'button', action_id: actionId, block_id: 'approval', value: approvalId, action_ts: '1.1' }],
})

/** `view_submission`: a decision's modal, sent. */
export const decided = (
  decision: 'approve' | 'reject' | 'break-glass' | 'confirm-override',
  approvalId: string,
  comment: string,
  userId: string,
) => ({
  type: 'view_submission',
  user: user(userId),
  team,
  api_app_id: 'A0GREENLIGHT',
  enterprise: null,
  trigger_id: '1.2.three',
  response_urls: [],
  view: {
    id: 'V0DECISION',
    type: 'modal',
    callback_id: 'decide',
    private_metadata: JSON.stringify({ approval: approvalId, decision, from: 'C0RELEASES' }),
    state: { values: { comment: { text: { type: 'plain_text_input', value: comment } } } },
  },
})

interface SentSteering {
  act: SteeringAct
  /** Of the button that opened the modal. */
  value: string | undefined
  userId?: string
  choice?: string | null
  reason?: string
}

/** `view_submission`: the modal of a button in C0DEPLOYS that steers the pipeline, sent. */
export const steered = ({ act, value, userId = 'U0DANA', choice, reason }: SentSteering) => {
  const payload = decided('approve', '', '', userId)
  const values = {
    ...(choice !== undefined && {
      choice: { which: { type: 'radio_buttons', selected_option: choice && { value: choice } } },
    }),
    ...(reason !== undefined && { reason: { words: { type: 'plain_text_input', value: reason } } }),
  }
  const metadata = JSON.stringify({ act, value, from: 'C0DEPLOYS' })
  return {
    ...payload,
    view: { ...payload.view, callback_id: 'steer', private_metadata: metadata, state: { values } },
  }
}

/** The form that carries a payload. */
export const form = (payload: object): string => new URLSearchParams({ payload: JSON.stringify(payload) }).toString()
