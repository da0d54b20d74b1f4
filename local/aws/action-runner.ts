/** What the engine requires of the part that really runs an action: a git checkout, a build, a deployment. */
export type ActionRunner = (run: ActionRun) => Promise<ActionOutcome>

export interface ActionRun {
  accountId: string
  region: string
  pipelineName: string
  pipelineExecutionId: string
  stageName: string
  actionName: string
  actionExecutionId: string
  category: string
  provider: string
  /** Configuration with every `#{namespace.variable}` resolved. */
  configuration: Record<string, string>
  /** Input artifact name → directory that holds it. Read only. */
  inputArtifacts: Record<string, string>
  /** Output artifact name → empty directory to fill. */
  outputArtifacts: Record<string, string>
  /** Revision to take instead of the newest (a StartPipelineExecution source override), if any. */
  sourceRevision?: string
  /** One line of the action's log, shown live on the page. */
  log(line: string): void
  /** What it does at the moment, in a sentence: the action's summary until there is an outcome. */
  progress(summary: string): void
  /** Aborted when the execution is stopped and abandoned. */
  signal: AbortSignal
}

export interface ActionOutcome {
  status: 'Succeeded' | 'Failed'
  /** Build id, deployment id, … */
  externalExecutionId?: string
  /** Where a person reads more: the log's page. */
  externalExecutionUrl?: string
  /** One or two sentences: what failed and where. Becomes `external-execution-summary`. */
  summary?: string
  /** `JobFailed`, `ConfigurationError`, … as CodePipeline's errorDetails.code. */
  errorCode?: string
  outputVariables?: Record<string, string>
  /** Set by source actions. */
  revision?: {
    revisionId: string
    /** As the provider writes it: for CodeStarSourceConnection a JSON text {"ProviderType","CommitMessage"}. */
    revisionSummary: string
    revisionUrl: string
    created: number
  }
}
