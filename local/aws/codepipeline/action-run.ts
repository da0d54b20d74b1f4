import { openApproval } from './approval.ts'
import { makeOutputs } from './artifacts.ts'
import { actionKind, isApproval } from './declaration.ts'
import type { ActionDeclaration } from './declaration.ts'
import { AwsError } from '../aws-error.ts'
import { actionEvent } from './events.ts'
import type { ActionRecord, Artifact, Execution, StageRun } from './model.ts'
import type { Settle, State } from './state.ts'
import type { ActionOutcome, ActionRun } from '../action-runner.ts'
import { namespacesOf, resolveConfiguration } from './variables.ts'
import { ownEntry } from '../../../functions/own-entry.ts'

/** The longest summary that the API gives (API Reference, "ActionExecution" and "ArtifactRevision"). */
const LONGEST_SUMMARY = 2048

/** Starts one action of a stage. Its outcome comes later, through `settle`, also that of a configuration error. */
export const startAction = (
  state: State,
  execution: Execution,
  stage: StageRun,
  declaration: ActionDeclaration,
  settle: Settle,
): void => {
  const id = state.newId()
  const now = state.now()
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
    resolvedConfiguration: configuration instanceof AwsError ? {} : configuration,
    inputs: declaration.inputArtifacts.flatMap(({ name }) => execution.artifacts.get(name) ?? []),
    outputs: makeOutputs(state, execution, declaration, id),
    outcome: {},
    approval: null,
    abort: new AbortController(),
  }
  stage.current.set(declaration.name, action)
  stage.history.push(action)
  execution.pipeline.slots.get(stage.declaration.name)?.latestActions.set(declaration.name, action)
  actionEvent(state, action, 'STARTED')
  if (configuration instanceof AwsError) {
    const outcome: ActionOutcome = { status: 'Failed', errorCode: configuration.code, summary: configuration.message }
    state.send(() => state.change(() => settle(state, action, outcome)))
  } else if (isApproval(declaration)) openApproval(state, action, settle)
  else state.send(() => void run(state, action).then((outcome) => state.change(() => settle(state, action, outcome))))
}

const configurationOf = (execution: Execution, declaration: ActionDeclaration) => {
  try {
    return resolveConfiguration(declaration.configuration, namespacesOf(execution))
  } catch (error) {
    if (error instanceof AwsError) return error
    throw error
  }
}

const run = async (state: State, action: ActionRecord): Promise<ActionOutcome> => {
  const { execution, declaration } = action
  const runner = ownEntry(state.settings.runners, actionKind(declaration))
  if (!runner) {
    const summary = `Nothing here can run ${actionKind(declaration)} actions`
    return { status: 'Failed', errorCode: 'ConfigurationError', summary }
  }
  const directories = (artifacts: Artifact[]) =>
    Object.fromEntries(artifacts.map(({ name, directory }) => [name, directory]))
  const sourceRevision = execution.sourceRevisions.get(declaration.name)
  const order: ActionRun = {
    accountId: state.settings.accountId,
    region: declaration.region ?? state.settings.region,
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
      state.logs.append(action.id, line)
      state.changed()
    },
    progress: (summary) => {
      if (action.status !== 'InProgress') return
      action.outcome = { summary: summary.slice(0, LONGEST_SUMMARY) }
      state.changed()
    },
    signal: action.abort.signal,
  }
  try {
    return await runner(order)
  } catch (error) {
    return { status: 'Failed', errorCode: 'JobFailed', summary: error instanceof Error ? error.message : String(error) }
  }
}

/** Records how an action ended, with its outputs, and emits the event. The stage does not advance. */
export const endAction = (state: State, action: ActionRecord, { status, ...outcome }: ActionOutcome): void => {
  const { execution, declaration } = action
  const { revision } = outcome
  action.status = status
  action.updatedAt = action.endedAt = execution.updatedAt = state.now()
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
    if (declaration.namespace) execution.outputs.set(declaration.namespace, outcome.outputVariables ?? {})
    for (const artifact of action.outputs) execution.artifacts.set(artifact.name, artifact)
    if (revision) recordRevision(action, revision)
  }
  actionEvent(state, action, status === 'Succeeded' ? 'SUCCEEDED' : 'FAILED')
}

const recordRevision = ({ execution, declaration, outputs }: ActionRecord, revision: SourceRevision): void => {
  const others = execution.revisions.filter((one) => one.actionName !== declaration.name)
  const revisionSummary = revision.revisionSummary.slice(0, LONGEST_SUMMARY)
  const artifactName = outputs[0]?.name ?? declaration.name
  execution.revisions = [...others, { ...revision, revisionSummary, actionName: declaration.name, artifactName }]
}

type SourceRevision = NonNullable<ActionOutcome['revision']>

/** Ends an action from outside: the execution was abandoned, or the pipeline's structure was changed. */
export const cutShort = (state: State, action: ActionRecord, status: 'Abandoned' | 'Cancelled'): void => {
  if (action.status !== 'InProgress') return
  action.status = status
  action.outcome = { ...action.outcome, summary: '' }
  action.updatedAt = action.endedAt = state.now()
  action.approval?.cancelTimer()
  state.send(() => action.abort.abort())
  actionEvent(state, action, status === 'Abandoned' ? 'ABANDONED' : 'CANCELED')
}
