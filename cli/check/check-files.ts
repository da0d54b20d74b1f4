import { Failure } from '../failure.ts'
import type { InstallationOptions } from '../installation-options.ts'
import { configurationPath } from '../project-files.ts'
import { readText } from '../read-text.ts'
import type { Terminal } from '../terminal.ts'
import { checkFile, type Checked } from './check-file.ts'

export interface CheckOptions extends InstallationOptions {
  online?: boolean
}

/** Prints the problems and warnings of each file. @throws {Failure} if there is a problem. */
export const checkFiles = async (
  files: readonly string[],
  options: CheckOptions,
  terminal: Terminal,
): Promise<void> => {
  let isWell = true
  for (const file of files.length > 0 ? files : [configurationPath(terminal)]) {
    const checked = await checkedFile(file, terminal)
    for (const line of checked.lines) terminal.print(line)
    isWell &&= checked.isWell
    if (!options.online || !checked.configuration) continue
    const { slackLines } = await import('./slack-lines.ts')
    const asked = await slackLines({ file, configuration: checked.configuration }, options, terminal)
    for (const line of asked.lines) terminal.print(line)
    isWell &&= asked.isWell
    const { newestExecutionLines } = await import('./newest-executions.ts')
    const { configuration, lineOf } = checked
    for (const line of await newestExecutionLines({ file, configuration, lineOf }, options, terminal))
      terminal.print(line)
  }
  if (!isWell) throw new Failure('')
}

/** A file that cannot be read is a problem like any other: the next file is checked all the same. */
const checkedFile = async (file: string, terminal: Terminal): Promise<Checked> => {
  try {
    return checkFile(file, await readText(file), terminal.now())
  } catch (error) {
    if (error instanceof Failure) return { configuration: null, isWell: false, lines: [error.message], lineOf: () => 0 }
    throw error
  }
}
