import { parentPort, workerData } from 'node:worker_threads'
import type { Journal } from '../../functions/domain/journal.ts'
import type { StoredApproval } from '../../functions/aws/stored-approval.ts'
import { readEntryItems } from '../../functions/record/entry-item.ts'
import { flaws } from '../../functions/record/flaws.ts'
import { leafBytes } from '../../functions/record/leaf.ts'
import { signatureFlaws, type AuditKeys } from '../../functions/record/signature-flaws.ts'
import { stateFlaws } from '../../functions/record/state-flaws.ts'

/** One approval as the table returns it. */
export interface Stored {
  id: string
  items: Record<string, unknown>[]
  journal: Journal
  stored: StoredApproval
  audit: AuditKeys
}

/** What a thread answers to a number of approvals. */
export interface Verified {
  entries: number
  flaws: number
  /** The leaves, one after the other. */
  leaves: Uint8Array
}

const { id, items, journal, stored, audit } = workerData as Stored

/* Each approval is verified as if it were new. */
parentPort!.on('message', (approvals: number) => {
  const leaves: Buffer[] = []
  let wrong = 0
  for (let done = 0; done < approvals; done++) {
    const read = readEntryItems(items).flatMap(({ entry }) => entry ?? [])
    const found = [...flaws(read, journal, 0), ...stateFlaws(stored, read, true), ...signatureFlaws(id, read, audit)]
    wrong += found.length
    leaves.push(...read.map(leafBytes))
  }
  const answer: Verified = { entries: leaves.length, flaws: wrong, leaves: Buffer.concat(leaves) }
  parentPort!.postMessage(answer)
})
