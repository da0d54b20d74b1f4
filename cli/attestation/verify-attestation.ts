import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Malformed, parseAs, parseJson } from '../../functions/malformed.ts'
import { ATTESTATION } from '../../functions/record/attestation.ts'
import { attestationFlaws } from './attestation-flaws.ts'
import { openEnvelope } from '../../functions/record/dsse.ts'
import { Failure, wrongArgument } from '../failure.ts'
import { fileProblem, readText } from '../read-text.ts'
import type { Terminal } from '../terminal.ts'

export interface VerifyOptions {
  /** Paths of public keys in PEM. */
  key: string
  signingKey: string[]
  artifact?: string
  digest?: string
}

/**
 * Verifies an attestation: its own signature, those of the votes and of the sender in it, that these say what it says,
 * and that an artifact is one of those that it names. @throws {Failure} if anything does not hold.
 */
export const verifyAttestation = async (file: string, options: VerifyOptions, terminal: Terminal): Promise<void> => {
  const own = await publicKey(options.key)
  const voting = await Promise.all(options.signingKey.map(publicKey))
  const attestation = openAttestation(await readText(file), own)
  const { subject, predicate } = attestation
  const flaws = attestationFlaws(attestation, voting)
  if (flaws.length > 0) throw new Failure(`The attestation does not hold: ${flaws.join('; ')}.`)
  const digests = new Set(subject.map(({ digest }) => digest.sha256))
  const artifact = options.artifact === undefined ? null : await fileDigest(options.artifact)
  if (artifact !== null && !digests.has(artifact))
    throw new Failure(`The approval names other artifacts than ${options.artifact}, whose SHA-256 is ${artifact}.`)
  const digest = options.digest?.replace(/^sha256:/, '') ?? null
  if (digest !== null && !digests.has(digest))
    throw new Failure(`No artifact that was approved has the digest ${digest}.`)
  const { pipeline, executionId, approvedAt, votes, override } = predicate
  terminal.print(
    `Approved at ${approvedAt}: ${pipeline.name}, ${pipeline.stage}, ${pipeline.action} in ${pipeline.account} ${pipeline.region}, execution ${executionId}.`,
  )
  for (const { name, user, at, comment, standsInFor = [] } of votes)
    terminal.print(
      `  by ${name} (${user})${standsInFor.map((absent) => ` for ${absent.name} (${absent.user})`).join(' and')} at ${at}${comment && `: ${JSON.stringify(comment)}`}`,
    )
  if (votes.length === 0) terminal.print('  by the rule of the route, without people')
  if (override)
    terminal.print(
      `  ${override.name} (${override.user}) overrode the freeze ${JSON.stringify(override.freeze)}: ${JSON.stringify(override.reason)}`,
    )
  for (const {
    name,
    uri,
    digest: { sha256 },
  } of subject)
    terminal.print(`  ${sha256}  ${name}  ${uri}`)
}

const openAttestation = (text: string, key: KeyObject) => {
  try {
    const payload = openEnvelope(text, [key])
    if (payload === null) throw new Failure('The attestation is not signed with the key that you gave with --key.')
    return parseAs(ATTESTATION, parseJson(payload, 'The attestation'), 'The attestation')
  } catch (error) {
    if (error instanceof Malformed) throw new Failure(`${error.message}.`)
    throw error
  }
}

const publicKey = async (path: string): Promise<KeyObject> => {
  const text = await readText(path)
  try {
    return createPublicKey(text)
  } catch {
    throw wrongArgument(`${path} is not a public key in PEM.`)
  }
}

const fileDigest = async (path: string): Promise<string> => {
  const hash = createHash('sha256')
  try {
    for await (const part of createReadStream(path)) hash.update(part as Buffer)
  } catch (error) {
    throw new Failure(`${path} cannot be read: ${fileProblem(error)}.`)
  }
  return hash.digest('hex')
}
