import { existsSync } from 'node:fs'
import type { ConfigurationFile } from '../../functions/config/schema.ts'
import { botToken } from '../bot-token.ts'
import { counted } from '../counted.ts'
import { onlineDirectory } from '../explain/directory.ts'
import { wrongArgument } from '../failure.ts'
import type { InstallationOptions } from '../installation-options.ts'
import type { Terminal } from '../terminal.ts'
import { changesBetween, configurationIn } from '../test/test-policies.ts'
import { comparePolicies, comparisonLines, type Policies } from './compare-policies.ts'
import { pastCases } from './past-cases.ts'

export interface DifferenceOptions {
  diff: string[]
  cases?: string[]
  last: string
  pipeline?: string
  stage?: string
  table?: string
  offline?: boolean
  installation: string
  installationRegion?: string
  secretsPath?: string
}

/** Prints what a change of policy does to each case, and would have done to the newest executions. */
export const explainDifference = async (options: DifferenceOptions, terminal: Terminal): Promise<void> => {
  const [before, after, ...more] = options.diff
  if (!before || !after || more.length > 0) throw wrongArgument('--diff takes two files: the old and the new policy.')
  const most = Number(options.last)
  if (!Number.isInteger(most) || most < 1) throw wrongArgument(`--last is ${options.last}: expected a number.`)
  const [old, changed] = await Promise.all([before, after].map((path) => configurationIn(path, terminal.now())))
  const files = options.cases ?? [after.replace(/\.ya?ml$/, '.test.yml')].filter((file) => existsSync(file))
  for (const file of files) for (const line of await casesLines(file, old!, changed!)) terminal.print(line)
  if (files.length === 0) terminal.print('No cases: name files of cases with --cases.')
  if (options.offline) return
  for (const line of await pastLines([old!, changed!], { ...options, most }, terminal)) terminal.print(line)
}

const casesLines = async (file: string, old: ConfigurationFile, changed: ConfigurationFile): Promise<string[]> => {
  const all = await changesBetween(file, old, changed)
  const different = all.filter(({ changes }) => changes.length > 0)
  return [
    `Cases of ${file}: ${different.length} of ${all.length} come to something else`,
    ...different.flatMap(({ name, changes }) => [`  ${name}`, ...changes.map((line) => `    ${line}`)]),
  ]
}

type Asked = DifferenceOptions & { most: number }

const pastLines = async (policies: Policies, asked: Asked, terminal: Terminal): Promise<string[]> => {
  const installation: InstallationOptions = {
    installation: asked.installation,
    region: asked.installationRegion,
    secretsPath: asked.secretsPath,
  }
  const { cases, lines } = await pastCases(policies, asked, installation, terminal)
  const directory = onlineDirectory(await botToken(installation, terminal), terminal)
  const compared = await comparePolicies(cases, policies, directory, terminal)
  const clicks = cases.reduce((sum, { refusedClicks }) => sum + refusedClicks, 0)
  return [
    ...lines,
    ...comparisonLines(compared, policies[1].zone),
    'Groups and e-mail addresses are taken as Slack lists them now, for both policies.',
    ...(clicks > 0
      ? [
          `${counted(clicks, 'click was', 'clicks were')} refused then and not judged again: the record does not say what they were to decide.`,
        ]
      : []),
  ]
}
