import type { EventBridgeEvent } from 'aws-lambda'
import * as z from 'zod/mini'
import { allowedAccountsFrom } from './aws/allowed-accounts.ts'
import { artifactStore } from './aws/artifact-store.ts'
import { codePipelineClients } from './aws/codepipeline-clients.ts'
import { connectionFrom } from './aws/connection.ts'
import { documentClient } from './aws/document-client.ts'
import { digestSigner, readKey } from './aws/kms.ts'
import { madeArtifacts } from './aws/made-artifacts.ts'
import { readerConnection } from './aws/reader-connection.ts'
import { roleCredentials } from './aws/role-credentials.ts'
import { type Clock, systemClock } from './clock.ts'
import { type Environment, keysIn, required } from './environment.ts'
import { lambdaLog } from './log.ts'
import { parseAs } from './malformed.ts'
import type { Log } from './ports/log.ts'
import { attestApproval, type AttestationServices } from './record/attest-approval.ts'
import { auditKeys } from './record/signature-flaws.ts'

const DECIDED_EVENT = z.object({ detail: z.object({ approval: z.string().check(z.regex(/^[0-9a-f]{32}$/)) }) })

/**
 * EventBridge: an approval was sent (docs/events.md). Attests what it let pass, if a key for that is named. Everything but the approval's id is
 * read from the audit record, so that an event that another identity put has no other effect.
 */
export const approvalDecided =
  (services: AttestationServices | null) =>
  async (event: EventBridgeEvent<string, unknown>): Promise<void> => {
    if (services) await attestApproval(services, parseAs(DECIDED_EVENT, event, 'The event').detail.approval)
  }

/** Null without ATTESTATION_KEY. docs/attestation.md says what each setting is for. */
export const attestationServices = (
  environment: Environment,
  clock: Clock,
  log: Log = lambdaLog(),
): AttestationServices | null => {
  const { ATTESTATION_KEY: attesting, AWS_LAMBDA_FUNCTION_NAME: functionName = 'greenlight' } = environment
  if (!attesting) return null
  const connection = connectionFrom(environment)
  const allowedAccounts = allowedAccountsFrom(environment)
  const credentialsOf = roleCredentials(connection, functionName, { clock, log })
  const readerOf = readerConnection(connection, allowedAccounts, credentialsOf)
  return {
    clock,
    log,
    client: documentClient(connection),
    table: required(environment, 'TABLE_NAME'),
    keys: async () => {
      const [own, ...voting] = await Promise.all(
        [attesting, ...keysIn(environment).trusted].map((arn) => readKey(connection, arn, clock)),
      )
      return { own: own!.key, voting: auditKeys(voting) }
    },
    sign: digestSigner(connection, attesting, clock),
    made: madeArtifacts(codePipelineClients(connection, allowedAccounts, credentialsOf)),
    storeOf: async (pipeline) => artifactStore(await readerOf(pipeline)),
  }
}

let openedDoor: ReturnType<typeof approvalDecided> | undefined

export const handler = (event: EventBridgeEvent<string, unknown>): Promise<void> =>
  (openedDoor ??= approvalDecided(attestationServices(process.env, systemClock)))(event)
