import type { ActionDeclaration, PipelineDeclaration, StageDeclaration } from './declaration.ts'
import { AwsError } from '../aws-error.ts'
import { faultInConditions } from './conditions.ts'

/**
 * Refuses a pipeline whose parts do not fit together (CodePipeline User Guide, "CodePipeline pipeline structure
 * reference"). Throws {@link AwsError} with the code that AWS gives.
 */
export const checkStructure = (pipeline: PipelineDeclaration): void => {
  const refuse = (broken: boolean, code: string, message: string) => {
    if (broken) throw new AwsError(code, message)
  }
  const structure = 'InvalidStructureException'
  refuse(pipeline.stages.length < 2, structure, 'Pipeline should contain at least 2 stages')
  refuse(
    (pipeline.artifactStore === undefined) === (pipeline.artifactStores === undefined),
    structure,
    'Pipeline must have either artifactStore or artifactStores, and not both',
  )
  refuse(
    pipeline.executionMode !== 'SUPERSEDED' && pipeline.pipelineType !== 'V2',
    structure,
    `Execution mode ${pipeline.executionMode} needs pipeline type V2`,
  )
  refuseTwice(
    pipeline.stages.map((stage) => stage.name),
    (twice) => new AwsError(structure, `Two stages are named ${twice}`),
  )
  refuseTwice(
    pipeline.stages.flatMap((stage) => stage.actions.flatMap((action) => action.namespace ?? [])),
    (twice) => new AwsError(structure, `Two actions use the variable namespace ${twice}`),
  )
  pipeline.stages.forEach((stage, index) => checkStage(pipeline, stage, index === 0))
  checkArtifacts(pipeline)
}

const checkStage = (
  { executionMode, pipelineType }: PipelineDeclaration,
  stage: StageDeclaration,
  first: boolean,
): void => {
  const refuse = (message: string) => {
    throw new AwsError('InvalidStageDeclarationException', `Stage ${stage.name}: ${message}`)
  }
  const fault = faultInConditions(stage, { isFirst: first, pipelineType, executionMode })
  if (fault) refuse(fault)
  refuseTwice(
    stage.actions.map((action) => action.name),
    (twice) => new AwsError('InvalidStageDeclarationException', `Stage ${stage.name}: two actions are named ${twice}`),
  )
  for (const action of stage.actions) {
    if ((action.actionTypeId.category === 'Source') !== first)
      refuse(first ? 'the first stage may have source actions only' : 'source actions belong in the first stage')
    checkAction(stage, action)
  }
}

const checkAction = (stage: StageDeclaration, action: ActionDeclaration): void => {
  const refuse = (message: string) => {
    throw new AwsError('InvalidActionDeclarationException', `Action ${stage.name}/${action.name}: ${message}`)
  }
  const { category, owner, provider, version } = action.actionTypeId
  if (category !== 'Approval') {
    if (action.timeoutInMinutes !== undefined) refuse('timeoutInMinutes is for manual approvals only')
    return
  }
  if (owner !== 'AWS' || provider !== 'Manual' || version !== '1')
    refuse('an approval has owner AWS, provider Manual, version 1')
  if (action.inputArtifacts.length + action.outputArtifacts.length > 0) refuse('an approval takes no artifacts')
  const allowed = ['NotificationArn', 'CustomData', 'ExternalEntityLink']
  const unknown = Object.keys(action.configuration).find((key) => !allowed.includes(key))
  if (unknown) refuse(`unknown configuration key ${unknown}; an approval knows ${allowed.join(', ')}`)
}

/** An artifact has one producer, and is used only after it was made. */
const checkArtifacts = (pipeline: PipelineDeclaration): void => {
  const made = new Map<string, number>()
  pipeline.stages.forEach((stage, stageIndex) => {
    for (const action of [...stage.actions].sort((a, b) => a.runOrder - b.runOrder)) {
      const at = stageIndex * 1000 + action.runOrder
      const refuse = (message: string) => {
        const text = `Action ${stage.name}/${action.name}: ${message}`
        throw new AwsError('InvalidStructureException', text)
      }
      for (const { name } of action.inputArtifacts)
        if ((made.get(name) ?? Infinity) >= at) refuse(`input artifact ${name} is not made by any earlier action`)
      for (const { name } of action.outputArtifacts) {
        if (made.has(name)) refuse(`output artifact ${name} is made by another action already`)
        made.set(name, at)
      }
    }
  })
}

const refuseTwice = (names: string[], error: (twice: string) => Error): void => {
  const twice = names.find((one, index) => names.indexOf(one) !== index)
  if (twice !== undefined) throw error(twice)
}
