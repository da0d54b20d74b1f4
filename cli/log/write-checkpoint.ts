import { KMSClient, SignCommand } from '@aws-sdk/client-kms'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { preformatted, richText } from '../../functions/slack/block-kit.ts'
import { addressFrom } from '../address.ts'
import { NO_KEY_KNOWN, readKeys, recordKeys } from '../audit/read-keys.ts'
import { readRecords, type ApprovalRecord } from '../audit/record-reader.ts'
import { recordTable, type RecordTable } from '../audit/record-table.ts'
import { signatureFlaws } from '../audit/signature-flaws.ts'
import { botToken } from '../bot-token.ts'
import { counted } from '../counted.ts'
import { Failure, wrongArgument } from '../failure.ts'
import type { ClientConnection } from '../installation.ts'
import type { InstallationOptions } from '../installation-options.ts'
import { utcMoment } from '../moment.ts'
import { slackClient } from '../slack-access.ts'
import type { Terminal } from '../terminal.ts'
import { checkpointText, signedNote } from './checkpoint-note.ts'
import { keepInBucket } from './keep-in-bucket.ts'
import { leafBytes, logDirectory, type Leaf } from './log-directory.ts'
import { rootOf } from './merkle.ts'
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
  const [votes, { byArn }] = await Promise.all([
    recordKeys(source, options),
    readKeys(source.connection, [options.logKey]),
  ])
  const [key] = [...byArn.values()] as [Parameters<typeof signedNote>[1]]
  if (!votes) terminal.warn(NO_KEY_KNOWN)
  const log = logDirectory(options.log)
  const before = await readLog(options.log, [key])
  if (before && before.checkpoint.origin !== origin)
    throw wrongArgument(`The log in ${options.log} is that of ${before.checkpoint.origin}, not of ${origin}.`)
  const leaves = before?.leaves ?? []

  const known = new Set(leaves.map(({ hash }) => hash))
  const added = new Map<string, Leaf & { at: number }>()
  const failed = new Map<string, string[]>()
  for await (const { records } of readRecords(source.client, source.table, { from, to: now, now }))
    for (const record of records) {
      const flaws = [...record.flaws, ...(votes ? signatureFlaws(record.approval, record.entries, votes) : [])]
      if (flaws.length > 0) failed.set(record.approval, flaws)
      for (const leaf of leavesOf(record)) if (!known.has(leaf.hash)) added.set(leaf.hash, leaf)
    }
  if (failed.size > 0)
    throw new Failure(
      ['Nothing was signed, because approvals failed verification:', ...[...failed].map(failedLine)].join('\n'),
    )
  if (before && added.size === 0) {
    terminal.print(before.note.trimEnd())
    return terminal.warn('The log has every entry already.')
  }
  const fresh = [...added.values()].sort((a, b) => a.at - b.at || (a.hash < b.hash ? -1 : 1)).map(withoutTime)
  const all = [...leaves, ...fresh]
  const state = { origin, size: all.length, root: rootOf(all.map(leafBytes)).toString('base64') }
  const signed = signedNote(state, key, await sign(source.connection, options.logKey, checkpointText(state)))
  // First where it cannot be lost: if the next line fails, the same state is signed again.
  if (options.bucket !== undefined) {
    // AWS's own variable for an endpoint of S3 alone.
    const endpoint = addressFrom(terminal.environment, 'AWS_ENDPOINT_URL_S3')
    const connection = { ...source.connection, ...(endpoint && { endpoint }) }
    await keepInBucket(connection, options.bucket, { state, note: signed, fresh, key })
  }
  await log.cutTo(leaves)
  await log.append(fresh, all.length, signed)
  terminal.print(signed.trimEnd())
  if (options.channel !== undefined) {
    const slack = slackClient(await botToken(options, terminal), terminal.environment)
    await slack.chat.postMessage({ channel: options.channel, text: signed, blocks: [richText(preformatted(signed))] })
  }
  terminal.warn(`${counted(fresh.length, 'entry', 'entries')} added to ${leaves.length}.`)
}

/** The installation's own place, not that of the log's key: several installations may share the key and the bucket. */
const originOf = async ({ connection, stackName }: RecordTable): Promise<string> => {
  const { Account } = await new STSClient(connection).send(new GetCallerIdentityCommand({}))
  return `${stackName}/${Account}/${connection.region}`
}

const leavesOf = ({ approval, entries, keptUntil }: ApprovalRecord): (Leaf & { at: number })[] =>
  entries.map(({ hash, number, at }) => ({ hash, approval, number, keptUntil, at }))

const withoutTime = ({ at: _, ...leaf }: Leaf & { at: number }): Leaf => leaf

const failedLine = ([approval, flaws]: [string, string[]]): string => `  approval ${approval}: ${flaws.join('; ')}`

const sign = async (connection: ClientConnection, KeyId: string, text: string): Promise<string> => {
  const client = new KMSClient({ ...connection, region: KeyId.split(':')[3]! })
  const { Signature } = await client.send(
    new SignCommand({ KeyId, Message: Buffer.from(text), MessageType: 'RAW', SigningAlgorithm: 'ECDSA_SHA_256' }),
  )
  return Buffer.from(Signature!).toString('base64')
}
