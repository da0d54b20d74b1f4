import type { AnswerOutcome } from '../ports/answers.ts'
import type { SlackMessage } from './approval-message.ts'

/**
 * Slack's own addresses for answers ("Handling user interaction", Slack), and those of one's own machine. They let their
 * holder write in a channel, so they stand in no log.
 */
const RESPONSE_URL = /^(?:https:\/\/hooks\.slack(?:-gov)?\.com|http:\/\/(?:127\.0\.0\.1|localhost)(?::\d{1,5})?)\//

export const isResponseUrl = (url: string): boolean => RESPONSE_URL.test(url)

const ANSWER_AT_MOST_MS = 5_000

/** Answers the person alone. */
export const answerAt = async (responseUrl: string, message: SlackMessage): Promise<AnswerOutcome> => {
  if (!isResponseUrl(responseUrl)) return { kind: 'refused', because: 'not an address of Slack', isFinal: true }
  try {
    const response = await fetch(responseUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, ...message }),
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
