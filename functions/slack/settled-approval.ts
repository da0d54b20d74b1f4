import type { Approval } from '../domain/approval.ts'
import type { Outcome } from '../domain/outcome.ts'
import { deciders } from '../domain/approval.ts'
import type { Vote } from '../domain/policy.ts'
import type { Inline } from './block-kit.ts'
import { bold, cut, moment, text } from './block-kit.ts'
import type { Detail } from './detail.ts'
import { firstOf } from './detail.ts'
import { personPart } from './people-parts.ts'
import { duration } from './wording.ts'

interface Place {
  pipeline: string
  environment: string
}

type Headline = (place: Place) => string

const ENDED: Record<Exclude<Outcome['how'], 'slack' | 'console'>, Headline> = {
  expired: ({ pipeline, environment }) => `Expired: ${pipeline} to ${environment}`,
  stopped: ({ pipeline, environment }) => `Stopped: ${pipeline} to ${environment}`,
  'pipeline-edited': ({ pipeline, environment }) => `Canceled: ${pipeline} to ${environment}`,
}

const RELEASE: Record<'running' | 'live' | 'failed' | 'stopped', Headline> = {
  running: ({ pipeline, environment }) => `Releasing ${pipeline} to ${environment}`,
  live: ({ pipeline, environment }) => `Released ${pipeline} to ${environment}`,
  failed: ({ pipeline, environment }) => `Approved, but the release of ${pipeline} to ${environment} failed`,
  stopped: ({ pipeline, environment }) => `Approved, but the release of ${pipeline} to ${environment} was stopped`,
}

export const settledHeadline = ({ release }: Approval, outcome: Outcome, place: Place): string => {
  if (!('verdict' in outcome)) return ENDED[outcome.how](place)
  if (outcome.verdict === 'Rejected') return `Rejected: ${place.pipeline} to ${place.environment}`
  return RELEASE[release?.name ?? 'running'](place)
}

/** Who ended it and how, then what became of the release: one line each. */
export const settledLines = (approval: Approval, outcome: Outcome, at: number, detail: Detail): Inline[] => {
  const after = text(` · ${duration(at - approval.requestedAt)} after it was asked`)
  return [...WHO[outcome.how](approval, outcome as never, detail), after, ...releaseLine(approval)]
}

type Who = {
  [H in Outcome['how']]: (approval: Approval, outcome: Extract<Outcome, { how: H }>, detail: Detail) => Inline[]
}

const WHO: Who = {
  slack: (approval, { verdict }, detail) => [
    bold(`${verdict} by `),
    ...votersParts(deciders(approval, verdict), detail),
  ],
  console: (_, { verdict, by, summary }) => [
    bold(`${verdict} in the AWS console`),
    ...(by ? [text(` by ${cut(by, 60)}`)] : []),
    ...(summary ? [text(` “${cut(summary, 300)}”`)] : []),
  ],
  expired: (approval) => [
    bold(deciders(approval, 'Approved').length > 0 ? 'Not enough people approved in time' : 'Nobody answered in time'),
    text(', so CodePipeline rejected it'),
  ],
  stopped: (_, { by, reason }) => [
    bold('The execution was stopped in AWS'),
    ...(by ? [text(` by ${cut(by, 60)}`)] : []),
    ...(reason ? [text(` “${cut(reason, 200)}”`)] : []),
  ],
  'pipeline-edited': () => [bold('The pipeline was changed'), text(', and CodePipeline canceled the approval')],
}

/** Mentions of those who voted, each with what they said. */
export const votersParts = (votes: readonly Vote[], detail: Detail): Inline[] => {
  const { listed, rest } = firstOf(votes, detail.people, 'person', 'people')
  return [
    ...listed.flatMap((vote, index) => [
      ...(index > 0 ? [text(index === votes.length - 1 ? ' and ' : ', ')] : []),
      personPart(vote, detail),
      ...(vote.comment ? [text(` “${cut(vote.comment, detail.words)}”`)] : []),
    ]),
    ...(rest ? [text(` ${rest}`)] : []),
  ]
}

const releaseLine = ({ release }: Approval): Inline[] => {
  if (!release) return []
  switch (release.name) {
    case 'running':
      return [text('\nDeploying…')]
    case 'live':
      return [text('\nLive since '), moment(release.at)]
    case 'failed':
      return [
        text('\nFailed '),
        moment(release.at),
        ...(release.summary ? [text(`: ${cut(release.summary, 600)}`)] : []),
      ]
    case 'stopped':
      return [text('\nStopped '), moment(release.at)]
  }
}
