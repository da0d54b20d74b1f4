import { hashOf } from '../../functions/domain/journal.ts'
import { parseJson } from '../../functions/malformed.ts'
import type { LeavesFile } from '../../functions/record/entry-copies.ts'
import { readEntry } from '../../functions/record/entry-item.ts'
import { LogBroken } from '../../functions/record/leaf.ts'
import { entriesName, type LogFiles } from '../../functions/record/log-files.ts'

/**
 * How many of these leaves have their entry in the log; 0 if it keeps none of them.
 *
 * @throws {LogBroken} if an entry that is kept is not one of these.
 */
export const countCopies = async (files: LogFiles, { start, leaves }: LeavesFile): Promise<number> => {
  const name = entriesName(start)
  const text = await files.read(name)
  if (text === null) return 0
  const logged = new Set(leaves.map(({ hash }) => hash))
  const lines = text.split('\n').filter((line) => line !== '')
  for (const line of lines) {
    const { entry, flaws } = readEntry(parsed(line, name), name)
    if (!entry || flaws.length > 0 || hashOf(entry) !== entry.hash || !logged.delete(entry.hash))
      throw new LogBroken(`the file ${name} has an entry that is not one of the log`)
  }
  return lines.length
}

const parsed = (line: string, name: string): unknown => {
  try {
    return parseJson(line, name)
  } catch {
    return null
  }
}
