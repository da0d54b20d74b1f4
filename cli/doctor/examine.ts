import { Failure, wrongArgument } from '../failure.ts'
import { counted } from '../counted.ts'
import { installationFrom, type Installation } from '../installation.ts'
import type { InstallationOptions } from '../installation-options.ts'
import { configurationPath } from '../project-files.ts'
import type { Terminal } from '../terminal.ts'
import { CHECKS } from './all.ts'
import { checksBefore } from './before/all.ts'
import { runChecks, type Outcome } from './check.ts'
import { gatherEvidence } from './evidence.ts'
import { blocksOf, outcomeLines } from './outcome-lines.ts'

export interface DoctorOptions extends InstallationOptions {
  json?: boolean
  /** Checks what a deploy would meet, instead of what is deployed. */
  before?: boolean
  config?: string
  spokeProfile?: string[]
}

/** Prints the outcome of every check. @throws {Failure} if something is wrong or could not be checked. */
export const examine = async (options: DoctorOptions, terminal: Terminal): Promise<void> => {
  const spokeProfiles = profilesFrom(options.spokeProfile)
  const installation = await installationFrom(options, terminal)
  const configurationFile = options.config ?? configurationPath(terminal)
  const token = options.before ? terminal.environment.SLACK_BOT_TOKEN : undefined
  const evidence = gatherEvidence({ installation, configurationFile, spokeProfiles, token }, terminal)
  const outcomes = await runChecks(options.before ? await checksBefore(evidence) : CHECKS, evidence)
  terminal.print(options.json ? asJson(installation, outcomes) : asText(installation, outcomes))
  if (outcomes.some(({ kind }) => kind !== 'ok')) throw new Failure('')
}

/** @throws {Failure} */
const profilesFrom = (given: string[] = []): Record<string, string> =>
  Object.fromEntries(
    given.map((text) => {
      const [, account, profile] = /^(\d{12})=(.+)$/.exec(text) ?? []
      if (!account || !profile)
        throw wrongArgument(
          `--spoke-profile is ${text}: expected an account and a profile, such as 444455556666=payments.`,
        )
      return [account, profile]
    }),
  )

const asJson = ({ name, region, stackName }: Installation, outcomes: Outcome[]): string => {
  const checks = outcomes.map((outcome) =>
    outcome.kind === 'not checked' ? { title: outcome.title, kind: outcome.kind, because: outcome.because } : outcome,
  )
  return JSON.stringify({ installation: name, region, stack: stackName, checks }, null, 2)
}

const asText = ({ stackName, region }: Installation, outcomes: Outcome[]): string =>
  [`${stackName} in ${region}`, '', ...outcomeLines(outcomes), '', summaryOf(outcomes)].join('\n')

const summaryOf = (outcomes: Outcome[]): string => {
  const found = outcomes.reduce((sum, outcome) => sum + (outcome.kind === 'finding' ? outcome.findings.length : 0), 0)
  const unseen = outcomes.filter(({ kind }) => kind === 'not checked').length
  if (found + unseen === 0) return 'Everything is as it should be.'
  const causes = blocksOf(outcomes).filter(({ kind }) => kind === 'not checked').length
  return [
    ...(found > 0 ? [`${counted(found, 'problem', 'problems')} found.`] : []),
    ...(unseen > 0
      ? [`${counted(unseen, 'check', 'checks')} not made, for ${counted(causes, 'reason', 'reasons')}.`]
      : []),
  ].join(' ')
}
