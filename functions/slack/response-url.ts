import { httpPost } from '../http-post.ts'
import type { AnswerOutcome } from '../ports/answers.ts'
import type { SlackMessage } from './approval-message.ts'

/** Slack's own addresses for answers ("Handling user interaction", Slack). */
const OF_SLACK = /^https:\/\/hooks\.slack(?:-gov)?\.com\//
const OF_THIS_MACHINE = /^http:\/\/(?:127\.0\.0\.1|localhost)(?::\d{1,5})?\//

/**
 * Whether answers may go to the address: one of Slack's, or one of one's own machine. These addresses let their holder
 * write in a channel, so they stand in no log.
 */
export const isResponseUrl = (url: string): boolean => OF_SLACK.test(url) || OF_THIS_MACHINE.test(url)

/** One's own machine is asked only where its Slack is: a message of the queue may name any address. */
const mayBeAsked = (url: string, slackApiUrl = ''): boolean => {
  const [here] = OF_THIS_MACHINE.exec(url) ?? []
  return here ? slackApiUrl.startsWith(here) : OF_SLACK.test(url)
}

const ANSWER_AT_MOST_MS = 5_000

/** Answers the person alone. `slackApiUrl`: where Slack's Web API is, if not at Slack. */
export const answerAt = async (
  responseUrl: string,
  { text, blocks }: SlackMessage,
  slackApiUrl: string | undefined,
): Promise<AnswerOutcome> => {
  if (!mayBeAsked(responseUrl, slackApiUrl))
    return { kind: 'refused', because: 'not an address of Slack', isFinal: true }
  try {
    const response = await httpPost(responseUrl, {
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, text, blocks }),
      signal: AbortSignal.timeout(ANSWER_AT_MOST_MS),
    })
    if (response.ok) return { kind: 'posted' }
    if (response.status === 429)
      return { kind: 'busy', afterSeconds: Number(response.headers.get('retry-after')) || 30 }
    const because = `HTTP ${response.status}`
    return response.status >= 500 ? { kind: 'unclear', because } : { kind: 'refused', because, isFinal: true }
  } catch (error) {
    return { kind: 'unclear', because: error instanceof Error ? error.name : 'no answer' }
  }
}
