/**
 * The right to do something that must not be done by two functions at once. The lease is part of a record that changes
 * by conditional writes, so two functions never acquire it both. It ends by itself, because its owner may crash.
 */
export interface Lease {
  owner: string
  /** Epoch milliseconds. From then on another function may acquire it. */
  until: number
}

/** How long a lease lasts, and the longest that the work under it may take. Milliseconds. */
export interface Term {
  lasts: number
  work: number
}

/** A call of Slack: at most 8 seconds (clientOptions in functions/slack/slack-client.ts). */
export const SLACK_CALL: Term = { lasts: 30_000, work: 10_000 }

/**
 * A verdict on its way to AWS: at most 16 seconds, 6 to assume a role (functions/aws/role-credentials.ts) and 10 to send
 * it (VERDICT in functions/aws/call-limits.ts).
 */
export const SEND_VERDICT: Term = { lasts: 20_000, work: 17_000 }

export type Acquisition =
  /** Another function has it. */
  { kind: 'busy'; until: number } | { kind: 'acquired'; lease: Lease }

export const acquire = (lease: Lease | null, owner: string, now: number, { lasts }: Term): Acquisition =>
  lease && now < lease.until
    ? { kind: 'busy', until: lease.until }
    : { kind: 'acquired', lease: { owner, until: now + lasts } }

/** The full time again for the owner; null when the lease is not theirs. */
export const renew = (lease: Lease | null, owner: string, now: number, { lasts }: Term): Lease | null =>
  isOwner(lease, owner) ? { owner, until: now + lasts } : null

/** The lease after its owner has finished: null. A lease of another owner stays. */
export const release = (lease: Lease | null, owner: string): Lease | null => (isOwner(lease, owner) ? null : lease)

/** Whether work that begins now is over before another function may acquire the lease. */
export const holds = (lease: Lease | null, owner: string, now: number, { work }: Term): boolean =>
  lease !== null && isOwner(lease, owner) && now + work <= lease.until

export const isOwner = (lease: Lease | null, owner: string): boolean => lease?.owner === owner
