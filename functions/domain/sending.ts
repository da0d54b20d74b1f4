import type { Approval } from './approval.ts'
import type { Lease } from './lease.ts'
import { SEND_VERDICT, acquire, isOwner, release, renew } from './lease.ts'

export type SendingAcquisition =
  /** It has ended, or waits for people again. */
  | { kind: 'undecided' }
  /** Another function sends the verdict. */
  | { kind: 'busy'; until: number }
  /**
   * `mustLookFirst`: the verdict may have been sent before, so CodePipeline must first show how the approval stands.
   */
  | { kind: 'acquired'; lease: Lease; mustLookFirst: boolean }

/** Its verdict is fixed, and no function has begun to send it. */
export const isUnsent = ({ state, sending }: Approval): boolean => state.name === 'deciding' && sending === null

/** Acquires the right to send the verdict to CodePipeline, which refuses a second one without saying what it has. */
export const acquireSending = (approval: Approval, owner: string, now: number): [Approval, SendingAcquisition] => {
  const { sending, state } = approval
  if (state.name !== 'deciding') return [approval, { kind: 'undecided' }]
  const acquisition = acquire(sending, owner, now, SEND_VERDICT)
  if (acquisition.kind === 'busy') return [approval, acquisition]
  return [
    { ...approval, sending: acquisition.lease },
    { ...acquisition, mustLookFirst: sending !== null },
  ]
}

/** The full time again after a look; null when another function has acquired the right since, or no verdict is fixed. */
export const renewSending = (approval: Approval, owner: string, now: number): [Approval, Lease | null] => {
  const lease = approval.state.name === 'deciding' ? renew(approval.sending, owner, now, SEND_VERDICT) : null
  return [lease ? { ...approval, sending: lease } : approval, lease]
}

/** The sender no longer waits, and the verdict may have arrived: the ended lease tells the next sender so. */
export const sendingUnclear = (approval: Approval, owner: string, now: number): Approval =>
  isOwner(approval.sending, owner) ? { ...approval, sending: { owner, until: now } } : approval

/** CodePipeline has certainly not taken the verdict. */
export const releaseSending = (approval: Approval, owner: string): Approval => {
  const sending = release(approval.sending, owner)
  return sending === approval.sending ? approval : { ...approval, sending }
}
