import type { Approval } from './approval.ts'

/** Who is telling CodePipeline the verdict: one at a time, since a second one is refused and says nothing. */
export interface Sending {
  owner: string
  /** Epoch milliseconds. From then on nobody waits for its answer any more. */
  until: number
}

/** Longer than one request to CodePipeline may take (functions/aws/codepipeline-clients.ts). */
const SENDING_MS = 20_000
const REQUEST_MS = 17_000

export type Turn =
  | { kind: 'settled' }
  /** Somebody else is at it. */
  | { kind: 'busy'; until: number }
  /** Whether it may have been sent before, so that CodePipeline has to be asked first. */
  | { kind: 'send'; mustLookFirst: boolean; until: number }

/** Takes the right to send the verdict. */
export const turnToSend = (approval: Approval, owner: string, now: number): [Approval, Turn] => {
  const { sending, state } = approval
  if (state.name === 'settled') return [approval, { kind: 'settled' }]
  if (sending && sending.until > now) return [approval, { kind: 'busy', until: sending.until }]
  const until = now + SENDING_MS
  return [
    { ...approval, sending: { owner, until } },
    { kind: 'send', mustLookFirst: sending !== null, until },
  ]
}

/** The full time again for whoever had to look first, until when; null where somebody else has taken the turn since. */
export const turnAgain = (approval: Approval, owner: string, now: number): [Approval, number | null] => {
  if (approval.state.name === 'settled' || approval.sending?.owner !== owner) return [approval, null]
  const until = now + SENDING_MS
  return [{ ...approval, sending: { owner, until } }, until]
}

/** Whether a request that begins now is through before somebody else may begin one. */
export const maySend = (until: number, now: number): boolean => now + REQUEST_MS <= until

/** Its sender does not wait for the answer any more, and it may have arrived. */
export const notAnswered = (approval: Approval, owner: string, now: number): Approval =>
  approval.sending?.owner === owner ? { ...approval, sending: { owner, until: now } } : approval

/** CodePipeline has certainly not taken it. */
export const notTaken = (approval: Approval, owner: string): Approval =>
  approval.sending?.owner === owner ? { ...approval, sending: null } : approval
