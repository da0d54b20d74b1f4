import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import type { AwsConnection } from '../../functions/aws/connection.ts'
import { readKey } from '../../functions/aws/kms.ts'
import { parseJson } from '../../functions/malformed.ts'
import type { Attested } from '../web/record-desk.ts'
import { ACCOUNT } from './account.ts'
import type { AuditorRun } from './auditor.ts'

const Bucket = ACCOUNT.artifactBucket

/**
 * The attestation of a deployment, with all that verifies it: what a person has who was given the artifact. Null while
 * there is none.
 */
export const attestedDeployment = (options: {
  connection: AwsConnection
  /** A directory to write to. */
  directory: string
  run: AuditorRun
  now: () => number
}): ((approval: string) => Promise<Attested | null>) => {
  const { connection, directory, run, now } = options
  const s3 = new S3Client({ ...connection, forcePathStyle: true })
  const read = async (Key: string): Promise<Uint8Array> =>
    (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body!.transformToByteArray()
  const keyIn = async (arn: string): Promise<Uint8Array> =>
    Buffer.from((await readKey(connection, arn, { now })).key.export({ type: 'spki', format: 'pem' }))

  return async (approval) => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'attestations/' }))
    const found = Contents.find(({ Key }) => Key!.endsWith(`/${approval}.intoto.jsonl`))
    if (!found) return null
    const attestation = await read(found.Key!)
    const [attestationKey, signingKey, artifact] = await Promise.all([
      keyIn(ACCOUNT.attestationKeyArn),
      keyIn(ACCOUNT.signingKeyArn),
      read(firstArtifact(Buffer.from(attestation).toString())),
    ])
    const files = new Map([
      [NAMES.attestation, attestation],
      [NAMES.key, attestationKey],
      [NAMES.signingKey, signingKey],
      [NAMES.artifact, artifact],
    ])
    const folder = join(directory, approval)
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true })
    for (const [name, content] of files) await writeFile(join(folder, name), content)
    const { exitCode, lines } = await run(verifying((name) => join(folder, name)))
    return { isGenuine: exitCode === 0, lines, files, command: `npx greenlight ${verifying((name) => name).join(' ')}` }
  }
}

const NAMES = {
  attestation: 'attestation.intoto.jsonl',
  key: 'attestation-key.pem',
  signingKey: 'signing-key.pem',
  artifact: 'artifact.zip',
}

const verifying = (at: (name: string) => string): string[] => [
  ...['verify', at(NAMES.attestation), '--key', at(NAMES.key)],
  ...['--signing-key', at(NAMES.signingKey), '--artifact', at(NAMES.artifact)],
]

/** The key of the first artifact that the attestation names. */
const firstArtifact = (attestation: string): string => {
  const { payload } = parseJson(attestation, 'The attestation') as { payload: string }
  const { subject } = parseJson(Buffer.from(payload, 'base64').toString(), 'Its payload') as {
    subject: [{ uri: string }]
  }
  return subject[0].uri.slice(`s3://${Bucket}/`.length)
}
