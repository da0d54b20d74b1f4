import type { KeyObject } from 'node:crypto'
import { connectionFrom } from './aws/connection.ts'
import { documentClient } from './aws/document-client.ts'
import { kmsSignatures, readKey } from './aws/kms.ts'
import { type Clock, systemClock } from './clock.ts'
import { loadConfiguration } from './config/load.ts'
import { type Environment, keysIn, required, secretsIn } from './environment.ts'
import { lambdaLog } from './log.ts'
import type { Log } from './ports/log.ts'
import { bucketFiles } from './record/bucket-files.ts'
import { type CheckpointServices, keepCheckpoint } from './record/keep-checkpoint.ts'
import { auditKeys } from './record/signature-flaws.ts'
import { checkpointChannel } from './slack/checkpoint-channel.ts'

/** Schedule: a day has passed. Signs the state of the audit record, if a bucket for checkpoints is named. */
export const dayPassed = (services: CheckpointServices | null) => async (): Promise<void> => {
  if (services) await keepCheckpoint(services)
}

/** Null without CHECKPOINT_BUCKET. docs/record.md says what each setting is for. */
export const checkpointServices = (
  environment: Environment,
  clock: Clock,
  log: Log = lambdaLog(),
): CheckpointServices | null => {
  if (!environment['CHECKPOINT_BUCKET']) return null
  const connection = connectionFrom(environment)
  const { CHECKPOINT_CHANNEL: channel = '', SLACK_API_URL: slackApiUrl } = environment
  const signing = required(environment, 'CHECKPOINT_KEY')
  const inItsRegion = { ...connection, region: signing.split(':')[3] ?? connection.region }
  const { sign } = kmsSignatures(inItsRegion, { signing, spec: 'ECC_NIST_P256', trusted: [] }, clock)
  const logKey = (key: KeyObject) => ({ key, sign: async (text: string) => (await sign(text)).value })
  const origin = required(environment, 'CHECKPOINT_ORIGIN')
  return {
    clock,
    log,
    files: bucketFiles(connection, environment['CHECKPOINT_BUCKET'], origin),
    tell: checkpointChannel(secretsIn(environment, connection, clock), slackApiUrl, channel),
    parts: async () => {
      const [own, ...voting] = await Promise.all(
        [signing, ...keysIn(environment).trusted].map((arn) => readKey(connection, arn, clock)),
      )
      return {
        client: documentClient(connection),
        table: required(environment, 'TABLE_NAME'),
        logKey: logKey(own!.key),
        keys: auditKeys(voting),
        origin,
        copies: environment['CHECKPOINT_ENTRIES'] === 'yes',
        retention: loadConfiguration(environment['GREENLIGHT_CONFIG'] ?? 'greenlight.yml', log, clock.now()).retention,
      }
    },
  }
}

let opened: ReturnType<typeof dayPassed> | undefined

export const handler = (): Promise<void> => (opened ??= dayPassed(checkpointServices(process.env, systemClock)))()
