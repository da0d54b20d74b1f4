import { Command } from 'commander'
import type { VerifyOptions } from '../attestation/verify-attestation.ts'
import type { Terminal } from '../terminal.ts'

/** `greenlight verify`: an attestation of a deployment, offline. */
export const verify = (terminal: Terminal): Command =>
  new Command('verify')
    .description('verify the attestation of a deployment, offline')
    .argument('<attestation>', 'the file that Greenlight wrote beside the artifacts')
    .requiredOption('--key <pem>', 'the public key that signs attestations')
    .requiredOption('--signing-key <pem...>', 'the public keys that sign what people decide')
    .option('--artifact <file>', 'a file that must be one of the artifacts')
    .option('--digest <sha256>', 'a digest that one of the artifacts must have, such as that of an image')
    .addHelpText(
      'after',
      `
Prints what was approved, by whom, and the digest of each artifact. It needs no
account and no network. Get a public key from KMS with GetPublicKey
(docs/attestation.md).

Exit codes:
  0  all signatures hold, and the artifact is one of those that were approved
  1  something does not hold, or the command failed
  2  wrong arguments

Example:
  npx greenlight verify attestation.intoto.jsonl --key attestation-key.pem \\
    --signing-key signing-key.pem --artifact bundle.zip`,
    )
    .action(async (file: string, options: VerifyOptions) => {
      const { verifyAttestation } = await import('../attestation/verify-attestation.ts')
      await verifyAttestation(file, options, terminal)
    })
