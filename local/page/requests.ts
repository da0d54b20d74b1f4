import type {
  ClickRequest,
  ClockRequest,
  CloseRequest,
  CommandRequest,
  ConsoleDecisionRequest,
  ConsoleRetryRequest,
  ConsoleStartRequest,
  ConsoleStopRequest,
  HomeClickRequest,
  HomeRequest,
  OutsideRequest,
  PushRequest,
  ShortcutRequest,
  SubmitRequest,
} from './contract.ts'

/** Every request of the page, by path. */
export interface Requests {
  '/local/push': PushRequest
  '/local/slack/click': ClickRequest
  '/local/slack/home': HomeRequest
  '/local/slack/home-click': HomeClickRequest
  '/local/slack/submit': SubmitRequest
  '/local/slack/close': CloseRequest
  '/local/slack/command': CommandRequest
  '/local/slack/shortcut': ShortcutRequest
  '/local/console/decide': ConsoleDecisionRequest
  '/local/console/stop': ConsoleStopRequest
  '/local/console/start': ConsoleStartRequest
  '/local/console/retry': ConsoleRetryRequest
  '/local/console/build': OutsideRequest
  '/local/clock': ClockRequest
}

export type Answer = { ok: true } | { ok: false; error: string }

/** Posts one request. Never throws: a missing or malformed answer becomes an answer with a sentence. */
export const post = async <Path extends keyof Requests>(path: Path, body: Requests[Path]): Promise<Answer> => {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return readAnswer(await response.text(), response.status)
  } catch {
    return { ok: false, error: 'The workspace did not answer. Is it still running?' }
  }
}

const readAnswer = (text: string, status: number): Answer => {
  try {
    const answer = JSON.parse(text) as { ok?: unknown; error?: unknown } | null
    if (answer?.ok === true) return { ok: true }
    if (typeof answer?.error === 'string') return { ok: false, error: answer.error }
  } catch {
    // Not JSON: the sentence below says what came instead.
  }
  return { ok: false, error: `The workspace answered with status ${status} and no reason.` }
}
