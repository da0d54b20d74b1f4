import { readConfiguration } from '../../functions/config/read-configuration.ts'
import { Failure } from '../failure.ts'

/** Slack IDs. */
export interface Start {
  approvals: string
  status?: string | undefined
  approvers: string[]
}

/**
 * A greenlight.yml to start from: every pipeline asks in one channel, and any of the approvers may answer.
 *
 * @throws {Failure} when it would not be valid; names everything that is wrong with what it was given.
 */
export const startingConfiguration = ({ approvals, status, approvers }: Start): string => {
  const text = `# yaml-language-server: $schema=schemas/greenlight.schema.json
#
# Who is asked, where, and who may answer. \`npm run config:check\` says what is wrong with it, before a deploy does.
# Routes are tried from the top; the first that matches counts. Where none does, nobody may approve in Slack.

defaults:
  approvals: ${JSON.stringify(approvals)} # the Slack channel that is asked
${status ? `  status: ${JSON.stringify(status)} # the Slack channel that sees every run\n` : ''}
routes:
  # Every pipeline: one of these people is enough. Put a route for what is special above this one:
  #   - match: { pipeline: shop-*, stage: Production }
  - match: { pipeline: '*' }
    approvers:
      - { name: approvers, people: ${JSON.stringify(approvers)} }
`
  const read = readConfiguration(text)
  if (read.kind === 'valid') return text
  throw new Failure(
    `greenlight.yml would not be valid: ${read.problems.map(({ key, message }) => `${key}: ${message}`).join('; ')}.`,
  )
}
