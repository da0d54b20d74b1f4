import { recordKeys } from '../audit/read-keys.ts'
import { readRecord } from '../../functions/record/record-reader.ts'
import { recordTable } from '../audit/record-table.ts'
import { signatureFlaws } from '../../functions/record/signature-flaws.ts'
import type { AuditOptions } from '../audit/export-record.ts'
import { outputTo } from '../audit/output.ts'
import { Failure, wrongArgument } from '../failure.ts'
import type { Terminal } from '../terminal.ts'
import { leafBytes, type Leaf } from '../../functions/record/leaf.ts'
import { inclusionProof } from './inclusion-proof.ts'
import { namedLog } from './named-log.ts'

/** A proof is a small file, which a person can send. */
const LARGEST = 4_096

/**
 * Writes the proof that the log has the sender's verification of one approval's verdict: the entry, the facts that its
 * signature covers, the way from the entry to the root, and the signed checkpoint. docs/verify-proof.py checks it.
 *
 * @throws {Failure} if there is no such entry, or it fails verification.
 */
export const proveApproval = async (options: AuditOptions, terminal: Terminal): Promise<void> => {
  const id = options.proof!
  const source = await recordTable(options, terminal)
  const [keys, log] = await Promise.all([recordKeys(source, options), namedLog(options, source.connection)])
  if (!keys) throw wrongArgument('--proof needs the keys: name them with --key.')
  if (!log) throw wrongArgument('--proof needs --log.')
  const leaves: Leaf[] = []
  for await (const some of log.leaves()) leaves.push(...some)
  const { entries, flaws } = await readRecord(source.client, source.table, id, terminal.now())
  const wrong = [...flaws, ...signatureFlaws(id, entries, keys)]
  if (wrong.length > 0) throw new Failure(`The approval ${id} failed verification: ${wrong.join('; ')}.`)
  const request = entries.find(({ happened }) => happened.what === 'requested')?.happened
  const entry = entries.findLast(({ happened }) => happened.what === 'verified')
  if (request?.what !== 'requested' || !entry)
    throw new Failure(`The record has no verdict of the approval ${id} that a sender has verified.`)
  const index = leaves.findIndex(({ hash }) => hash === entry.hash)
  if (index < 0)
    throw new Failure(`The log in ${options.log} does not have the verdict yet: run greenlight checkpoint.`)
  const { accountId, region, pipeline, stage, action } = request.where
  const proof = {
    entry,
    where: { accountId, region, pipeline, stage, action },
    executionId: request.executionId,
    index,
    path: inclusionProof(leaves.map(leafBytes), index).map((hash) => hash.toString('base64')),
    checkpoint: log.state.note,
  }
  const text = JSON.stringify(proof)
  if (Buffer.byteLength(text) > LARGEST)
    throw new Failure(`The proof has ${Buffer.byteLength(text)} bytes, more than ${LARGEST}: it has too many votes.`)
  const output = await outputTo(options.output, terminal)
  await output.write(text).finally(() => output.close())
}
