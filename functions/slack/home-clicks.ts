import type { App, BlockButtonAction } from '@slack/bolt'
import type { Actor } from '../domain/act.ts'

/** The action ID of the button with which a person says that they are back. */
export const COME_BACK = 'come-back'

/** The action ID of the button with which a person wants to hear of everything again. */
export const UNMUTE = 'unmute'

/** What the function does about one click in the Home tab, within the time that Slack gives it. */
export interface HomeDecisions {
  /** The queue takes it; the tab and a direct message say what became of it. */
  comeBack: (who: Actor) => Promise<void>
  unmute: (who: Actor) => Promise<void>
}

interface HomeClicks {
  begin: () => HomeDecisions
  actorFrom: (user: BlockButtonAction['user'], team: { id: string } | null, from: string | null) => Actor
}

/** The buttons that only the Home tab has. */
export const answerHomeClicks = (app: App, { begin, actorFrom }: HomeClicks): void => {
  app.action<BlockButtonAction>(COME_BACK, async ({ ack, body }) => {
    await ack()
    await begin().comeBack(actorFrom(body.user, body.team, null))
  })
  app.action<BlockButtonAction>(UNMUTE, async ({ ack, body }) => {
    await ack()
    await begin().unmute(actorFrom(body.user, body.team, null))
  })
}
