import { readConfiguration } from '../../functions/config/read-configuration.ts'
import { wrongArgument } from '../failure.ts'

/** Slack IDs. */
export interface Start {
  approvals: string
  status?: string | undefined
  approvers: string[]
}

/** The cases of a first greenlight.yml, for `greenlight test`. */
export const startingCases = ({
  approvers,
}: Start): string => `# What greenlight.yml does, case by case: npx greenlight test
cases:
  - name: one approver is enough
    given: { pipeline: any, stage: Production, at: '2026-11-24 10:00' }
    acts: [${JSON.stringify(`${approvers[0]} approves`)}]
    expect: granted
  - name: a person who is no approver cannot approve
    given: { pipeline: any, stage: Production, at: '2026-11-24 10:00' }
    acts: [U000000000 approves]
    expect: open
    refused: { U000000000: not-an-approver }
`

/**
 * A first greenlight.yml: approvals of every pipeline are requested in one channel, and each of the approvers may
 * approve.
 *
 * @throws {Failure} if the file would not be valid; names every problem.
 */
export const startingConfiguration = ({ approvals, status, approvers }: Start): string => {
  const text = `# yaml-language-server: $schema=schemas/greenlight.schema.json
#
# Where Greenlight requests approvals, and who may approve them. “npx greenlight check” finds problems before a deploy.
# Greenlight tries the routes from the top, and the first match counts. If none matches, no one can approve in Slack.
# docs/policy.md explains every setting.

defaults:
  approvals: ${JSON.stringify(approvals)} # the Slack channel for approval requests
${status ? `  status: ${JSON.stringify(status)} # the Slack channel for the status of every execution\n` : ''}
routes:
  # Every pipeline: the approval of one of these people is enough. Put special routes above this one, such as:
  #   - match: { pipeline: shop-*, stage: Production }
  - match: { pipeline: '*' }
    approvers:
      - { name: approvers, people: ${JSON.stringify(approvers)} }
`
  const read = readConfiguration(text)
  if (read.kind === 'valid') return text
  throw wrongArgument(
    `greenlight.yml would not be valid: ${read.problems.map(({ key, message }) => `${key}: ${message}`).join('; ')}.`,
  )
}
