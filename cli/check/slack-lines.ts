import type { ConfigurationFile } from '../../functions/config/schema.ts'
import { botToken } from '../bot-token.ts'
import { runChecks } from '../doctor/check.ts'
import { gatherEvidence } from '../doctor/evidence.ts'
import { blocksOf, type Block } from '../doctor/outcome-lines.ts'
import { approvers, channels } from '../doctor/slack-names.ts'
import { installationFrom } from '../installation.ts'
import type { InstallationOptions } from '../installation-options.ts'
import { slackClient } from '../slack-access.ts'
import type { Terminal } from '../terminal.ts'

interface Named {
  file: string
  configuration: ConfigurationFile
}

/** Looks up in Slack everything that a configuration names there. */
export const slackLines = async (
  { file, configuration }: Named,
  options: InstallationOptions,
  terminal: Terminal,
): Promise<{ isWell: boolean; lines: string[] }> => {
  const installation = await installationFrom(options, terminal)
  const outcomes = await runChecks([channels, approvers], {
    ...gatherEvidence({ installation, configurationFile: file }, terminal),
    configuration: () => Promise.resolve(configuration),
    slack: async () => slackClient(await botToken(options, terminal), terminal.environment),
  })
  return {
    isWell: outcomes.every(({ kind }) => kind === 'ok'),
    lines: blocksOf(outcomes)
      .flatMap(linesOf)
      .map((line) => `${file}: ${line}`),
  }
}

const linesOf = (block: Block): string[] => {
  switch (block.kind) {
    case 'ok':
      return [`ok: ${block.title}`]
    case 'finding':
      return block.findings.map(({ what, fix }) => `${what} ${fix}`)
    case 'not checked':
      return [`not checked: ${block.titles.join(', ')}. ${block.because}`]
  }
}
