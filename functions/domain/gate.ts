/** What waits in AWS for the verdict of an approval. Each kind is a row of functions/flows/gates/gates.ts. */
export const GATE_KINDS = ['manual-approval'] as const

export type GateKind = (typeof GATE_KINDS)[number]

/** The kind of every approval that was stored or queued before an approval named its kind. */
export const FIRST_KIND: GateKind = 'manual-approval'
