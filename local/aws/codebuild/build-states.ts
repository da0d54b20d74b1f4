import type { ReadReport } from './build-reports.ts'

/** A build that has begun. */
export interface BuildBegun {
  id: string
  projectName: string
  accountId: string
  region: string
  /** Epoch milliseconds. */
  startedAt: number
  /** Who started it ("Build", CodeBuild API reference). */
  initiator: string
  /** The version that was asked for, and the commit that is built: null while it is not known. */
  sourceVersion: string | null
  commit: string | null
  /** Where its log is, and the page of it. */
  logs: { groupName: string; streamName: string; deepLink?: string }
}

/** How a build ended. */
export interface EndedBuild {
  /** Epoch milliseconds. */
  endedAt: number
  status: 'SUCCEEDED' | 'FAILED' | 'STOPPED'
  phases: readonly PublishedPhase[]
}

/** A build that has ended, with the test reports that it published. */
export interface PublishedBuild extends BuildBegun, EndedBuild {
  reports: readonly ReadReport[]
  /** Makes the ID of a report. */
  newId: () => string
}

/** A batch of builds that has ended, with the build of each group by the group's identifier. */
export interface PublishedBatch extends Pick<
  PublishedBuild,
  'id' | 'projectName' | 'accountId' | 'region' | 'initiator'
> {
  builds: Readonly<Record<string, PublishedBuild>>
}

/** A phase of a build that has ended; `failure` as CodeBuild has it in the phase's context. */
export interface PublishedPhase {
  name: string
  failure: { code: string; message: string } | null
}
