/** An entry of the audit record, as a person reads it. */
export interface RecordedEntry {
  number: number
  /** Epoch milliseconds. */
  at: number
  /** What happened, such as `voted`. */
  what: string
  /** Who did it and with which words, if a person did. */
  words: string
  /** The beginning of its hash. */
  hash: string
}

export interface RecordedApproval {
  id: string
  /** Where it waits: pipeline, stage, and the time of the request. */
  pipeline: string
  stage: string
  requestedAt: number
  entries: RecordedEntry[]
}

/** What a thief with the table does to an entry. */
export const TAMPERINGS = ['alter', 'remove', 'swap'] as const
export type Tampering = (typeof TAMPERINGS)[number]

/** What `greenlight audit` says. */
export interface Audited {
  isIntact: boolean
  lines: string[]
  /** The log's newest checkpoint covered so many entries; null if there is no checkpoint yet. */
  logged: number | null
}

/** The attestation of a deployment, and what `greenlight verify` says of it. */
export interface Attested {
  isGenuine: boolean
  lines: string[]
  /** The attestation, the public keys and an artifact, by their names in the command. */
  files: ReadonlyMap<string, Uint8Array>
  command: string
}

/** The audit record of the workspace, open to a thief with the table and to an auditor. */
export interface RecordDesk {
  /** The newest first. */
  approvals(): Promise<RecordedApproval[]>
  /** Writes into the table, past the bot. Null, or a sentence that says why not. */
  tamper(tampering: Tampering, approval: string, number: number): Promise<string | null>
  /** Writes back every item as it was before. */
  putBack(): Promise<void>
  /** How many items were written past the bot and not put back. */
  tampered(): number
  /** Runs `greenlight verify` for the attestation of an approval; null until its deployment has one. */
  attested(approval: string): Promise<Attested | null>
  /** Runs `greenlight audit`. */
  audit(): Promise<Audited>
}
