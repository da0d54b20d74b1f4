import { answerModal } from './decision-modal.ts'
import type { PrivateAnswer } from './private-answer.ts'
import type { SlackCall } from './slack-client.ts'

/** The Home tab takes no messages: the answer to a click there comes in a modal. */
export const showInHome = (call: SlackCall, triggerId: string, answer: PrivateAnswer): Promise<unknown> =>
  call((client) => client.views.open({ trigger_id: triggerId, view: answerModal(answer) }))
