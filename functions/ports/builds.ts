import type { AccountRegion } from '../domain/pipeline.ts'
import type { TestReport } from '../domain/test-evidence.ts'

/** CodeBuild's builds. */
export interface Builds {
  /** The test reports of these builds, which ran in this account and Region. */
  testReports(where: AccountRegion, builds: readonly Build[]): Promise<TestReportsRead>
}

/** A build by its ID in CodeBuild, and its page in the AWS console as CodePipeline links to it; or a batch of builds. */
export interface Build {
  id: string
  url: string | null
  isBatch: boolean
}

export type TestReportsRead =
  | { kind: 'read'; reports: TestReport[] }
  /** The role lacks a permission of IAM. */
  | { kind: 'denied'; lacks: string }
  /** CodeBuild has none of the builds. */
  | { kind: 'no-build' }
  /** The Region is not joined to this bot. */
  | { kind: 'not-joined'; region: string }
