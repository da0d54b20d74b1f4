import { access, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readConfiguration } from '../../functions/config/read-configuration.ts'
import { besideFile } from '../beside-file.ts'
import { counted } from '../counted.ts'
import { Failure, wrongArgument } from '../failure.ts'
import { fileProblem, readText } from '../read-text.ts'
import type { Terminal } from '../terminal.ts'
import type { InitOptions } from './init-options.ts'
import { startingCases, startingConfiguration } from './starting-configuration.ts'

/** Writes a first greenlight.yml with cases for `greenlight test`, unless there is one. */
export const writeConfiguration = async (options: InitOptions, terminal: Terminal): Promise<void> => {
  const path = join(terminal.directory, 'greenlight.yml')
  const exists = await access(path).then(
    () => true,
    () => false,
  )
  if (exists && !options.force) return terminal.print(`greenlight.yml   ${await keptText(path)}`)
  const ask = async (question: string) => (terminal.interactive ? terminal.ask(question) : '')
  const approvals = options.approvals ?? (await ask('The Slack channel for approval requests (C012AB3CD): '))
  const approvers =
    options.approver ??
    (await ask('Who may approve, as Slack user IDs with spaces between (U012AB3CD): ')).split(/[\s,]+/).filter(Boolean)
  if (!approvals || approvers.length === 0)
    throw wrongArgument(
      'To write greenlight.yml, init needs a channel and an approver: --approvals C012AB3CD --approver U012AB3CD.',
    )
  const start = { approvals, status: options.status, approvers }
  await written(path, startingConfiguration(start))
  // The cases that came with the repository are those of its example.
  await written(join(terminal.directory, 'greenlight.test.yml'), startingCases(start))
  terminal.print('greenlight.yml   written; it is packaged with the functions, so deploy after every change')
}

const written = (path: string, text: string): Promise<void> =>
  writeFile(path, text).catch((error: unknown) => {
    throw new Failure(`${path} cannot be written: ${fileProblem(error)}.`)
  })

const keptText = async (path: string): Promise<string> => {
  const read = readConfiguration(await readText(path), besideFile(path, Date.now()))
  if (read.kind === 'valid') return 'kept (--force replaces it)'
  return `kept (--force replaces it); it has ${counted(read.problems.length, 'problem', 'problems')}: npx greenlight check`
}
