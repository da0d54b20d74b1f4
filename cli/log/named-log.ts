import { readKeys } from '../audit/read-keys.ts'
import { Failure } from '../failure.ts'
import type { ClientConnection } from '../installation.ts'
import { readText } from '../read-text.ts'
import { folderFiles } from './folder-files.ts'
import { readLog, type ReadLog } from './read-log.ts'

/** The options that name a log with which the record is compared: the command requires `log` and `logKey` together. */
export interface LogOptions {
  /** The folder of the log. */
  log?: string
  /** The ARN of the key that signs its checkpoints. */
  logKey?: string
  /** Files of checkpoints that others hold. */
  checkpoint?: string[]
}

/**
 * The log that the options name, verified; null if they name none.
 *
 * @throws {Failure} if the folder holds no log, or the log fails verification.
 */
export const namedLog = async (
  { log, logKey, checkpoint = [] }: LogOptions,
  connection: ClientConnection,
): Promise<ReadLog | null> => {
  if (log === undefined || logKey === undefined) return null
  const [{ byArn }, held] = await Promise.all([
    readKeys(connection, [logKey]),
    Promise.all(checkpoint.map((file) => readText(file))),
  ])
  const read = await readLog(folderFiles(log), [...byArn.values()], held)
  if (!read)
    throw new Failure(`${log} has no checkpoint, so there is nothing to compare with. Name the folder of the log.`)
  return read
}
