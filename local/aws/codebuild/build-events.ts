import type { BuildBegun, EndedBuild, PublishedPhase } from './build-states.ts'

/** What an event says of a build, apart from its envelope. */
export interface BuildEvent {
  accountId: string
  region: string
  'detail-type': string
  source: string
  resources: string[]
  detail: object
}

/** The event of a build that began, or that ended ("Build notifications input format reference", CodeBuild User Guide). */
export const buildEvent = (build: BuildBegun, ended: EndedBuild | null): BuildEvent => {
  const { accountId, region, projectName, logs } = build
  const arn = arnOf(build)
  return {
    accountId,
    region,
    'detail-type': 'CodeBuild Build State Change',
    source: 'aws.codebuild',
    resources: [arn],
    detail: {
      'build-status': ended?.status ?? 'IN_PROGRESS',
      'project-name': projectName,
      'build-id': arn,
      'current-phase': ended ? 'COMPLETED' : 'SUBMITTED',
      'current-phase-context': '[]',
      version: '1',
      'additional-information': {
        'build-complete': ended !== null,
        initiator: build.initiator,
        'build-start-time': startTime(build.startedAt),
        ...(build.sourceVersion !== null && { 'source-version': build.sourceVersion }),
        logs: {
          'group-name': logs.groupName,
          'stream-name': logs.streamName,
          ...(logs.deepLink !== undefined && { 'deep-link': logs.deepLink }),
        },
        phases: (ended?.phases ?? []).map(phaseOf),
      },
    },
  }
}

type Placed = Pick<BuildBegun, 'region' | 'accountId' | 'id'>

export const arnOf = ({ region, accountId, id }: Placed): string =>
  `arn:aws:codebuild:${region}:${accountId}:build/${id}`

export const batchArnOf = ({ region, accountId, id }: Placed): string =>
  `arn:aws:codebuild:${region}:${accountId}:build-batch/${id}`

const phaseOf = ({ name, failure }: PublishedPhase) => ({
  'phase-type': name,
  'phase-status': failure === null ? 'SUCCEEDED' : 'FAILED',
  'phase-context': failure === null ? [] : [`${failure.code}: ${failure.message}`],
})

const STARTED = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' })

/** Such as `Sep 1, 2017 4:12:29 PM`. */
const startTime = (epochMs: number): string =>
  STARTED.format(epochMs)
    .replace(/(\d{4}),/, '$1')
    .replace('\u202f', ' ')
