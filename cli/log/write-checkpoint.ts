import { KMSClient, SignCommand } from '@aws-sdk/client-kms'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { bucketFiles, Unprotected } from '../../functions/record/bucket-files.ts'
import { makeCheckpoint, type CheckpointMade } from '../../functions/record/make-checkpoint.ts'
import type { LogFiles } from '../../functions/record/log-files.ts'
import { checkpointMessage } from '../../functions/slack/checkpoint-message.ts'
import { addressFrom } from '../address.ts'
import { misindexedApprovals } from '../audit/misindexed.ts'
import { NO_KEY_KNOWN, readKeys, recordKeys } from '../audit/read-keys.ts'
import { recordTable, type RecordTable } from '../audit/record-table.ts'
import { botToken } from '../bot-token.ts'
import { counted } from '../counted.ts'
import { Failure, wrongArgument } from '../failure.ts'
import type { ClientConnection } from '../installation.ts'
import type { InstallationOptions } from '../installation-options.ts'
import { utcMoment } from '../moment.ts'
import { slackClient } from '../slack-access.ts'
import type { Terminal } from '../terminal.ts'
import { copyBothWays } from './copy-log.ts'
import { folderFiles } from './folder-files.ts'
import { readLog } from './read-log.ts'

export interface CheckpointOptions extends InstallationOptions {
  log: string
  from: string
  logKey: string
  key?: string[]
  /** The name of an S3 bucket, and the ID of a Slack channel. */
  bucket?: string
  channel?: string
  origin?: string
  entries?: boolean
  table?: string
}

/**
 * Adds every entry since `from` that the log lacks, and a signed checkpoint.
 *
 * @throws {Failure} if the record or the log fails verification: what is wrong must not be signed.
 */
export const writeCheckpoint = async (options: CheckpointOptions, terminal: Terminal): Promise<void> => {
  const [now, from] = [terminal.now(), utcMoment('--from', options.from)]
  const source = await recordTable(options, terminal)
  if (!/^arn:[^:]+:kms:[^:]+:\d{12}:./.test(options.logKey))
    throw wrongArgument(`--log-key is ${options.logKey}: expected the ARN of a key.`)
  const origin = options.origin ?? (await originOf(source))
  if (!/^[^\s+]+$/.test(origin)) throw wrongArgument('--origin has no spaces and no plus sign.')
  const [keys, { byArn }] = await Promise.all([
    recordKeys(source, options),
    readKeys(source.connection, [options.logKey]),
  ])
  const [key] = [...byArn.values()]
  if (!keys) terminal.warn(NO_KEY_KNOWN)
  const folder = folderFiles(options.log)
  const bucket = bucketOf(options, source, origin, terminal)
  const copied = async (): Promise<void> => {
    if (bucket) await copyBothWays(bucket, folder).catch(unprotected)
  }
  await copied()
  const before = await readLog(folder, [key!])
  const { client, table } = source
  const misplaced = await misindexedApprovals(client, table)
  if (misplaced.size > 0)
    throw refused([...misplaced].map((id) => `approval ${id}: an item is at the wrong place in the index of days`))
  const logKey = { key: key!, sign: (text: string) => sign(source.connection, options.logKey, text) }
  const files = bucket ?? folder
  const made = await wholly(() =>
    makeCheckpoint({
      client,
      table,
      files,
      logKey,
      keys,
      origin,
      copies: options.entries ?? false,
      retention: 0,
      from,
      now,
    }),
  ).catch(unprotected)
  if (made.kind === 'refused') throw refused(made.because)
  await copied()
  if (!made.state) return terminal.warn('The record has no entry since then.')
  const { note, checkpoint } = made.state
  terminal.print(note.trimEnd())
  const size = before?.state.checkpoint.size ?? 0
  if (made.kind === 'unchanged') return terminal.warn('The log has every entry already.')
  if (options.channel !== undefined) {
    const slack = slackClient(await botToken(options, terminal), terminal.environment)
    await slack.chat.postMessage({ channel: options.channel, ...checkpointMessage(note) })
  }
  terminal.warn(`${counted(checkpoint.size - size, 'entry', 'entries')} added to ${size}.`)
}

/** What a crash left behind is a growth of its own, and the rest another one. */
const wholly = async (make: () => Promise<CheckpointMade>): Promise<CheckpointMade> => {
  for (;;) {
    const made = await make()
    if (made.kind !== 'signed' || made.isWhole) return made
  }
}

const bucketOf = (
  { bucket }: CheckpointOptions,
  { connection }: RecordTable,
  origin: string,
  { environment }: Terminal,
): LogFiles | null => {
  if (bucket === undefined) return null
  // AWS's own variable for an endpoint of S3 alone.
  const endpoint = addressFrom(environment, 'AWS_ENDPOINT_URL_S3')
  return bucketFiles({ ...connection, ...(endpoint && { endpoint }) }, bucket, origin)
}

const unprotected = (error: unknown): never => {
  throw error instanceof Unprotected ? new Failure(error.message) : error
}

const refused = (because: readonly string[]): Failure =>
  new Failure(
    ['Nothing was signed, because approvals failed verification:', ...because.map((one) => `  ${one}`)].join('\n'),
  )

/** The installation's own place, not that of the log's key: several installations may share the key and the bucket. */
const originOf = async ({ connection, stackName }: RecordTable): Promise<string> => {
  const { Account } = await new STSClient(connection).send(new GetCallerIdentityCommand({}))
  return `${stackName}/${Account}/${connection.region}`
}

const sign = async (connection: ClientConnection, KeyId: string, text: string): Promise<string> => {
  const client = new KMSClient({ ...connection, region: KeyId.split(':')[3]! })
  const { Signature } = await client.send(
    new SignCommand({ KeyId, Message: Buffer.from(text), MessageType: 'RAW', SigningAlgorithm: 'ECDSA_SHA_256' }),
  )
  return Buffer.from(Signature!).toString('base64')
}
