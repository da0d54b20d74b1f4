import { join, relative } from 'node:path'
import { Command } from 'commander'
import { checkFile } from '../check/check-file.ts'
import { botToken, type TokenOptions } from '../bot-token.ts'
import { runChecks } from '../doctor/check.ts'
import { installationAt } from '../doctor/installation.ts'
import { approvers, channels } from '../doctor/slack-names.ts'
import { Failure } from '../failure.ts'
import { placeFrom } from '../place.ts'
import { slackClient } from '../slack-access.ts'
import type { Terminal } from '../terminal.ts'

/** `greenlight check`: what is wrong with greenlight.yml, and with what it names in Slack. */
export const check = (terminal: Terminal): Command =>
  new Command('check')
    .description('say what is wrong with greenlight.yml, before a deploy does')
    .argument('[files...]', 'greenlight.yml when none is named')
    .option('--online', 'ask Slack for every channel, person and user group too')
    .option('--installation <stage>', 'whose bot token to ask with, where SLACK_BOT_TOKEN is not set', 'prod')
    .option('--secrets-path <path>', 'where that token is; else as serverless.yml has it')
    .addHelpText(
      'after',
      `
Ends with 1 when something must be put right; warnings alone leave it at 0.

Examples:
  npx greenlight check
  SLACK_BOT_TOKEN=xoxb-… npx greenlight check --online`,
    )
    .action(async (files: string[], options: TokenOptions & { online?: boolean }) => {
      let isWell = true
      for (const file of files.length > 0 ? files : [ownFile(terminal)]) {
        const checked = checkFile(file, terminal.now())
        isWell &&= checked.isWell
        for (const line of checked.lines) terminal.print(line)
        if (!options.online || !checked.configuration) continue
        const { configuration } = checked
        const outcomes = await runChecks([channels, approvers], {
          ...installationAt(await placeFrom({ stage: options.installation }, terminal), terminal),
          configuration: () => Promise.resolve(configuration),
          slack: async () => slackClient(await botToken(options, terminal), terminal.environment),
        })
        for (const outcome of outcomes) {
          isWell &&= outcome.kind === 'ok'
          if (outcome.kind === 'ok') terminal.print(`${file}: ok in Slack: ${outcome.title.toLowerCase()}`)
          if (outcome.kind === 'not checked')
            terminal.print(`${file}: ${outcome.title.toLowerCase()} not checked: ${outcome.because}`)
          if (outcome.kind === 'finding')
            for (const { what, fix } of outcome.findings) terminal.print(`${file}: ${what} ${fix}`)
        }
      }
      if (!isWell) throw new Failure('')
    })

/** As short as it can be named from here. */
export const ownFile = ({ directory }: Terminal): string => {
  const path = join(directory, 'greenlight.yml')
  const near = relative(process.cwd(), path)
  return near.startsWith('..') ? path : near
}
