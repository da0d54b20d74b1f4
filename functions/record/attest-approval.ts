import type { KeyObject } from 'node:crypto'
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { artifactStore, ObjectPlace, ReadObject } from '../aws/artifact-store.ts'
import type { MadeArtifact } from '../aws/made-artifacts.ts'
import type { Clock } from '../clock.ts'
import { pipelineOf, type ExecutionKey, type Pipeline } from '../domain/pipeline.ts'
import type { Signature } from '../domain/signature.ts'
import type { Log } from '../ports/log.ts'
import { attestationOf, type Attestation, type Subject } from './attestation.ts'
import { openEnvelope, preAuthenticationEncoding, sealedEnvelope } from './dsse.ts'
import { readRecord } from './record-reader.ts'
import { type AuditKeys, signatureFlaws } from './signature-flaws.ts'
import { standInFlaws } from './stand-in-flaws.ts'

/** What attests the deployments of an installation. */
export interface AttestationServices {
  clock: Clock
  log: Log
  client: DynamoDBDocumentClient
  table: string
  /** Reads the keys, which KMS may refuse: those that sign votes, and the public half of the one that signs here. */
  keys(): Promise<{ voting: AuditKeys; own: KeyObject }>
  sign(text: string): Promise<Signature>
  /** What the execution had made by a moment. Epoch milliseconds. */
  made(key: ExecutionKey, by: number): Promise<MadeArtifact[]>
  /** The artifact buckets of the pipeline's account. */
  storeOf(pipeline: Pipeline): Promise<Store>
}

type Store = ReturnType<typeof artifactStore>

/**
 * All artifacts of an execution together: CodePipeline takes source artifacts of up to 7 GB ("Quotas in AWS CodePipeline"),
 * and the function has 15 minutes.
 */
export const MOST_BYTES = 8 * 1024 ** 3

/**
 * Story: an approval was sent. Reads its record as an audit does, and what the execution had made by then, and writes a signed statement
 * of both beside the artifacts. Safe to repeat: what is there stays, if it is genuine. If the record fails or a digest
 * cannot be known, nothing is written, and a metric says so. Throws what a later try may mend.
 */
export const attestApproval = async (services: AttestationServices, approval: string): Promise<void> => {
  const { clock, log } = services
  const [record, { voting, own }] = await Promise.all([
    readRecord(services.client, services.table, approval, clock.now()),
    services.keys(),
  ])
  const { entries, where } = record
  // Another installation of the account announces its approvals on the same bus.
  if (!where) return log.info('The audit record has no such approval', { approval })
  const leftOut = (because: string): void => {
    log.error('No attestation was written', { approval, because })
    log.count('AttestationLeftOut')
  }
  const standIns = await standInFlaws(
    entries,
    async (absence) => {
      const read = await readRecord(services.client, services.table, absence, clock.now())
      // Its entries are filed a moment after the person has named their stand-in.
      if (read.entries.length === 0) throw new Error(`The audit record does not have ${absence} yet`)
      return read
    },
    voting,
  )
  const flaws = [...record.flaws, ...signatureFlaws(approval, entries, voting), ...standIns]
  if (flaws.length > 0) return leftOut(`the audit record failed verification: ${flaws.join('; ')}`)
  const said = attestationOf(approval, entries, [])
  if (!said) return leftOut('the audit record has no verdict that a sender has verified and sent')
  const by = Date.parse(said.predicate.approvedAt)
  const artifacts = await services.made({ ...pipelineOf(where), executionId: said.predicate.executionId }, by)
  if (artifacts.length === 0) return leftOut('CodePipeline names no artifact that the execution had made')
  const store = await services.storeOf(where)
  const read = await readArtifacts(store, artifacts, by)
  if ('because' in read) return leftOut(read.because)
  const attestation: Attestation = { ...said, subject: read.subject }
  const payload = JSON.stringify(attestation)
  const envelope = sealedEnvelope(payload, await services.sign(preAuthenticationEncoding(payload)))
  for (const [bucket, { encryption }] of read.buckets) {
    const place = { bucket, key: attestationKey(attestation) }
    const isNew = await store.create(place, envelope, encryption)
    if (!isNew && !isOwnEnvelope(await store.read(place), own))
      throw new Error(`s3://${bucket}/${place.key} is there already, and the key for attestations has not signed it`)
  }
  log.info('An attestation was written', { approval, key: attestationKey(attestation), artifacts: artifacts.length })
  log.count('AttestationWritten')
}

/** Where the attestation is, in the bucket of an artifact. */
export const attestationKey = ({ predicate: { pipeline, executionId, approval } }: Attestation): string =>
  `attestations/${pipeline.name}/${executionId}/${approval}.intoto.jsonl`

/** The artifacts with their digests, and an object of each bucket. Nothing if one digest is missing. */
const readArtifacts = async (
  store: Store,
  artifacts: readonly MadeArtifact[],
  by: number,
): Promise<{ subject: Subject[]; buckets: Map<string, ReadObject> } | { because: string }> => {
  const subject: Subject[] = []
  const buckets = new Map<string, ReadObject>()
  let left = MOST_BYTES
  for (const artifact of artifacts) {
    if (artifact.kind === 'image') {
      const { name, digest } = artifact
      subject.push({ name, uri: `${name.split(':')[0]}@sha256:${digest}`, digest: { sha256: digest } })
      continue
    }
    const { name, bucket } = artifact
    const object = await store.digest(artifact, left)
    if ('because' in object) return { because: `the artifact ${name} is ${object.because}: ${uriOf(artifact, null)}` }
    if (object.writtenAt > by) return { because: `the artifact ${name} was written after the approval` }
    left -= object.bytes
    subject.push({ name, uri: uriOf(artifact, object.version), digest: { sha256: object.sha256 } })
    buckets.set(bucket, object)
  }
  if (buckets.size === 0) return { because: 'the execution has no artifact in S3 to write it beside' }
  return { subject, buckets }
}

const uriOf = ({ bucket, key }: ObjectPlace, version: string | null): string =>
  `s3://${bucket}/${key}${version === null ? '' : `?versionId=${version}`}`

const isOwnEnvelope = (text: string, key: KeyObject): boolean => {
  try {
    return openEnvelope(text, [key]) !== null
  } catch {
    return false
  }
}
