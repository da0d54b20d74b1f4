import type { WorkspaceClock } from '../clock.ts'
import { createDisturbances } from '../disturbances.ts'
import { openEmulatedSlack } from './emulated-slack.ts'
import { createHomes } from './homes.ts'
import { createInteractions, type Interactions, SLACK_PATIENCE_MS } from './interactions.ts'
import { createModals } from './modals.ts'
import { createResponseUrls } from './response-urls.ts'
import { createTranscript } from './transcript.ts'
import { answerSlackApi, type SlackServices } from './web-api.ts'

/** The workspace's Slack. */
export interface Slack extends SlackServices {
  interactions: Interactions
  /** Answers a request to `/slack/api/:method`. */
  answerApi(method: string, request: Request): Promise<Response>
  /** Answers a request to `/slack/response/:id`. */
  answerResponseUrl(id: string, body: string): Promise<Response>
  close(): Promise<void>
}

/** Opens Slack with its people and channels; `changed` is called whenever its visible content changes. */
export const openSlack = async (options: {
  token: string
  signingSecret: string
  clock: WorkspaceClock
  /** The workspace's own address; read only once requests are served. */
  url: () => string
  changed: () => void
  /** How long a click waits for the bot; Slack's own three seconds if left out. */
  patienceMs?: number
}): Promise<Slack> => {
  const { token, signingSecret, clock, url, changed, patienceMs = SLACK_PATIENCE_MS } = options
  const emulated = await openEmulatedSlack({ token, url: () => `${url()}/slack`, aheadByMs: () => clock.aheadByMs() })
  const services: SlackServices = {
    token,
    emulated,
    transcript: createTranscript(clock, changed),
    modals: createModals(changed),
    homes: createHomes(changed),
    triggers: new Map(),
    disturbances: createDisturbances(),
  }
  const responseUrls = createResponseUrls(services, clock)
  return {
    ...services,
    interactions: createInteractions({ slack: services, responseUrls, clock, signingSecret, url, patienceMs }),
    answerApi: (method, request) => answerSlackApi(services, method, request),
    answerResponseUrl: (id, body) => responseUrls.answer(id, body),
    close: () => emulated.close(),
  }
}
