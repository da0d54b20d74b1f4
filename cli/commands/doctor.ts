import { Command } from 'commander'
import { CHECKS } from '../doctor/all.ts'
import { runChecks, type Outcome } from '../doctor/check.ts'
import { installationAt } from '../doctor/installation.ts'
import { Failure } from '../failure.ts'
import { placeFrom, withPlace, type Place, type PlaceOptions } from '../place.ts'
import type { Terminal } from '../terminal.ts'

/** `greenlight doctor`: looks at everything that an approval needs, and changes nothing. */
export const doctor = (terminal: Terminal): Command =>
  withPlace(new Command('doctor'))
    .description('check an installation, and say how to put right what is wrong')
    .option('--json', 'print the outcome of every check as JSON')
    .option('--spoke-profile <account=profile...>', 'AWS profiles that may look around in joined accounts')
    .addHelpText(
      'after',
      `
Reads only. Ends with 0 when everything was seen to be right, with 1 when something is wrong or could not be checked.

Examples:
  npx greenlight doctor --region eu-west-1
  npx greenlight doctor --spoke-profile 444455556666=payments
  npx greenlight doctor --stage test --json | jq '.checks[] | select(.kind != "ok")'`,
    )
    .action(async (options: PlaceOptions & { json?: boolean; spokeProfile?: string[] }) => {
      const place = await placeFrom(options, terminal)
      const outcomes = await runChecks(CHECKS, installationAt(place, terminal, profilesFrom(options.spokeProfile)))
      terminal.print(options.json ? asJson(place, outcomes) : inWords(place, outcomes))
      if (outcomes.some(({ kind }) => kind !== 'ok')) throw new Failure('')
    })

/** @throws {Failure} */
const profilesFrom = (given: string[] = []): Record<string, string> =>
  Object.fromEntries(
    given.map((text) => {
      const [, account, profile] = /^(\d{12})=(.+)$/.exec(text) ?? []
      if (!account || !profile) throw new Failure(`--spoke-profile ${text} is not like 444455556666=payments.`, 2)
      return [account, profile]
    }),
  )

const asJson = ({ stage, region, stackName }: Place, checks: Outcome[]): string =>
  JSON.stringify({ stage, region, stack: stackName, checks }, null, 2)

const inWords = ({ stackName, region }: Place, outcomes: Outcome[]): string =>
  [`${stackName} in ${region}`, '', ...outcomes.flatMap(linesOf), '', summaryOf(outcomes)].join('\n')

const WIDTH = 'not checked'.length

const linesOf = (outcome: Outcome): string[] => {
  const line = (label: string, text: string) => `${label.padEnd(WIDTH)}  ${text}`
  const first = line(outcome.kind, outcome.title)
  switch (outcome.kind) {
    case 'ok':
      return [first]
    case 'not checked':
      return [first, line('', `because ${outcome.because}`)]
    case 'finding':
      return [first, ...outcome.findings.flatMap(({ what, fix }) => [line('', what), line('', `Fix: ${fix}`)])]
  }
}

const summaryOf = (outcomes: Outcome[]): string => {
  const found = outcomes.reduce((sum, outcome) => sum + (outcome.kind === 'finding' ? outcome.findings.length : 0), 0)
  const unseen = outcomes.filter(({ kind }) => kind === 'not checked').length
  if (found + unseen === 0) return 'Everything is as it should be.'
  return `${found} to put right, ${unseen} not checked.`
}
