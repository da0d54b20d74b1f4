import type { BlockButtonAction } from '@slack/bolt'
import { answerModal } from './decision-modal.ts'
import type { PrivateAnswer } from './private-answer.ts'
import { asMessage } from './private-answer.ts'
import type { SlackCall } from './slack-client.ts'
import { refusalFrom } from './slack-client.ts'
import { tellAlone } from './tell-alone.ts'

/**
 * The Home tab takes no messages: the answer to a click there comes in a modal, or in a direct message if the click can open
 * none any more.
 */
export const showInHome = async (
  call: SlackCall,
  { trigger_id, user }: Pick<BlockButtonAction, 'trigger_id' | 'user'>,
  answer: PrivateAnswer,
): Promise<void> => {
  try {
    await call((client) => client.views.open({ trigger_id, view: answerModal(answer) }))
  } catch (error) {
    // It may be open.
    if (refusalFrom(error, 'write').kind === 'unclear') throw error
    await tellAlone(call, user.id, null, asMessage(answer))
  }
}
