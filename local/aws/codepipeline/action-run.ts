import { openApproval } from './approval.ts'
import { makeOutputs } from './artifacts.ts'
import { actionKind, isApproval } from './declaration.ts'
import type { ActionDeclaration } from './declaration.ts'
import { CodePipelineError } from './errors.ts'
import { actionEvent } from './events.ts'
import type { ActionRecord, Artifact, Execution, StageRun } from './model.ts'
import type { Plant } from './plant.ts'
import type { ActionOutcome, ActionRun } from './runner.ts'
import { resolveConfiguration } from './variables.ts'

/** Takes an action's outcome to heart, whenever it comes. */
export type Settle = (plant: Plant, action: ActionRecord, outcome: ActionOutcome) => void

/** The longest summary that the API gives (API Reference, "ActionExecution" and "ArtifactRevision"). */
const LONGEST_SUMMARY = 2048

/** Starts one action of a stage. Its outcome comes later, through `settle`, a configuration error's included. */
export const startAction = (
  plant: Plant,
  execution: Execution,
  stage: StageRun,
  declaration: ActionDeclaration,
  settle: Settle,
): void => {
  const id = plant.newId()
  const now = plant.now()
  const configuration = configurationOf(execution, declaration)
  const action: ActionRecord = {
    id,
    execution,
    stage,
    declaration,
    attempt: execution.attempt,
    status: 'InProgress',
    startedAt: now,
    updatedAt: now,
    endedAt: null,
    updatedBy: null,
    resolvedConfiguration: configuration instanceof CodePipelineError ? {} : configuration,
    inputs: declaration.inputArtifacts.flatMap(({ name }) => execution.artifacts.get(name) ?? []),
    outputs: makeOutputs(plant, execution, declaration, id),
    outcome: {},
    approval: null,
    abort: new AbortController(),
  }
  stage.current.set(declaration.name, action)
  stage.history.push(action)
  execution.pipeline.slots.get(stage.declaration.name)?.latestActions.set(declaration.name, action)
  actionEvent(plant, action, 'STARTED')
  if (configuration instanceof CodePipelineError) {
    const outcome: ActionOutcome = { status: 'Failed', errorCode: configuration.code, summary: configuration.message }
    plant.send(() => plant.change(() => settle(plant, action, outcome)))
  } else if (isApproval(declaration)) openApproval(plant, action, settle)
  else plant.send(() => void run(plant, action).then((outcome) => plant.change(() => settle(plant, action, outcome))))
}

const configurationOf = (execution: Execution, declaration: ActionDeclaration) => {
  const namespaces = {
    ...execution.outputs,
    variables: execution.variables,
    codepipeline: { PipelineExecutionId: execution.id },
  }
  try {
    return resolveConfiguration(declaration.configuration, namespaces)
  } catch (error) {
    if (error instanceof CodePipelineError) return error
    throw error
  }
}

const run = async (plant: Plant, action: ActionRecord): Promise<ActionOutcome> => {
  const { execution, declaration } = action
  const runner = plant.settings.runners[actionKind(declaration)]
  if (!runner) {
    const summary = `Nothing here can run ${actionKind(declaration)} actions`
    return { status: 'Failed', errorCode: 'ConfigurationError', summary }
  }
  const directories = (artifacts: Artifact[]) =>
    Object.fromEntries(artifacts.map(({ name, directory }) => [name, directory]))
  const sourceRevision = execution.sourceRevisions.get(declaration.name)
  const order: ActionRun = {
    accountId: plant.settings.accountId,
    region: declaration.region ?? plant.settings.region,
    pipelineName: execution.pipeline.name,
    pipelineExecutionId: execution.id,
    stageName: action.stage.declaration.name,
    actionName: declaration.name,
    actionExecutionId: action.id,
    category: declaration.actionTypeId.category,
    provider: declaration.actionTypeId.provider,
    configuration: action.resolvedConfiguration,
    inputArtifacts: directories(action.inputs),
    outputArtifacts: directories(action.outputs),
    ...(sourceRevision !== undefined && { sourceRevision }),
    log: (line) => {
      plant.logs.append(action.id, line)
      plant.changed()
    },
    progress: (summary) => {
      if (action.status !== 'InProgress') return
      action.outcome = { summary: summary.slice(0, LONGEST_SUMMARY) }
      plant.changed()
    },
    signal: action.abort.signal,
  }
  try {
    return await runner(order)
  } catch (error) {
    return { status: 'Failed', errorCode: 'JobFailed', summary: error instanceof Error ? error.message : String(error) }
  }
}

/** Records how an action ended, what it put out, and tells. The stage is not moved on. */
export const endAction = (plant: Plant, action: ActionRecord, { status, ...outcome }: ActionOutcome): void => {
  const { execution, declaration } = action
  const { revision } = outcome
  action.status = status
  action.updatedAt = action.endedAt = execution.updatedAt = plant.now()
  action.outcome = {
    ...(revision && {
      externalExecutionId: revision.revisionId,
      externalExecutionUrl: revision.revisionUrl,
      summary: revision.revisionSummary,
    }),
    ...outcome,
    ...(status === 'Failed' && { errorCode: outcome.errorCode ?? 'JobFailed' }),
  }
  if (action.outcome.summary) action.outcome.summary = action.outcome.summary.slice(0, LONGEST_SUMMARY)
  if (status === 'Succeeded') {
    if (declaration.namespace) execution.outputs[declaration.namespace] = outcome.outputVariables ?? {}
    for (const artifact of action.outputs) execution.artifacts.set(artifact.name, artifact)
    if (revision) recordRevision(action, revision)
  }
  actionEvent(plant, action, status === 'Succeeded' ? 'SUCCEEDED' : 'FAILED')
}

const recordRevision = ({ execution, declaration, outputs }: ActionRecord, revision: SourceRevision): void => {
  const others = execution.revisions.filter((one) => one.actionName !== declaration.name)
  const revisionSummary = revision.revisionSummary.slice(0, LONGEST_SUMMARY)
  const artifactName = outputs[0]?.name ?? declaration.name
  execution.revisions = [...others, { ...revision, revisionSummary, actionName: declaration.name, artifactName }]
}

type SourceRevision = NonNullable<ActionOutcome['revision']>

/** Ends an action from outside: the execution was abandoned, or the pipeline's structure changed under it. */
export const cutShort = (plant: Plant, action: ActionRecord, status: 'Abandoned' | 'Cancelled'): void => {
  if (action.status !== 'InProgress') return
  action.status = status
  action.outcome = { ...action.outcome, summary: '' }
  action.updatedAt = action.endedAt = plant.now()
  action.approval?.cancelTimer()
  plant.send(() => action.abort.abort())
  actionEvent(plant, action, status === 'Abandoned' ? 'ABANDONED' : 'CANCELED')
}
