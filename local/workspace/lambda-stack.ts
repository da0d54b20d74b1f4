import { z } from 'zod'
import type { ActionRun, ActionRunner } from '../aws/action-runner.ts'
import { renderTemplate, TemplateProblem } from '../aws/template/template.ts'
import { fileIn, parsed } from './action-files.ts'

/*
 * The part of CloudFormation that a deployment with infra/target-lambda.yml uses before CodeDeploy shifts traffic (AWS
 * CodePipeline User Guide, "AWS CloudFormation deploy action reference").
 */

/** The resources of such a stack, as far as deployments depend on them. */
export interface LambdaStack {
  functionName: string
  runtime: string
  handler: string
  deploymentConfigName: string
  /** The address of the new version's health check, for the hook. */
  healthPath: string
}

interface StackFiles {
  /** The text of the template. */
  template: string
  /** The text of its template configuration file: `{"Parameters": {…}}`. */
  configuration: string
}

const configurationFile = z.strictObject({ Parameters: z.record(z.string(), z.string()) })
const resources = z.object({
  Function: z.looseObject({ FunctionName: z.string(), Runtime: z.string(), Handler: z.string() }),
  Hook: z.looseObject({ Environment: z.object({ Variables: z.looseObject({ HEALTH_PATH: z.string() }) }) }),
  DeploymentGroup: z.looseObject({ DeploymentConfigName: z.string() }),
})

/**
 * Reads a stack's template with its parameters. Throws a sentence, or a TemplateProblem if CloudFormation would refuse
 * it.
 */
export const readLambdaStack = (
  { template, configuration }: StackFiles,
  place: { accountId: string; region: string },
  overrides: Record<string, string> = {},
): LambdaStack => {
  const { Parameters } = parsed(configurationFile, configuration, 'The template configuration file')
  const rendered = renderTemplate(template, { ...place, parameters: { ...Parameters, ...overrides } })
  const found = resources.safeParse({
    ...rendered.resources('AWS::Lambda::Function'),
    ...rendered.resources('AWS::CodeDeploy::DeploymentGroup'),
  })
  if (!found.success) throw new TemplateProblem(`It is not infra/target-lambda.yml: ${z.prettifyError(found.error)}`)
  const { Function, Hook, DeploymentGroup } = found.data
  return {
    functionName: Function.FunctionName,
    runtime: Function.Runtime,
    handler: Function.Handler,
    deploymentConfigName: DeploymentGroup.DeploymentConfigName,
    healthPath: Hook.Environment.Variables.HEALTH_PATH,
  }
}

/**
 * The runner of a CloudFormation action that deploys to such a stack: refuses what CloudFormation would refuse, and
 * what the deploying role may not do; CodeDeploy does the rest, `shift`.
 */
export const updateLambdaStack =
  (stack: LambdaStack, shift: ActionRunner): ActionRunner =>
  async (run) => {
    const { StackName = '', TemplatePath = '' } = run.configuration
    try {
      const released = await releasedStack(run)
      const changed = Object.entries(stack).find(([name, value]) => released[name as keyof LambdaStack] !== value)
      if (changed) throw new Error(`${changed[0]} is ${changed[1]}, and the release's role may not change it`)
    } catch (error) {
      const summary = `${StackName} is not updated: ${(error as Error).message}.`
      return { status: 'Failed', errorCode: 'ConfigurationError', summary }
    }
    run.log(`[Update] ${StackName} takes ${TemplatePath}`)
    return shift(run)
  }

const override = z.union([
  z.string(),
  z.strictObject({ 'Fn::GetArtifactAtt': z.tuple([z.string(), z.enum(['BucketName', 'ObjectKey'])]) }),
])

const releasedStack = async (run: ActionRun): Promise<LambdaStack> => {
  const { TemplatePath, TemplateConfiguration, ParameterOverrides = '{}' } = run.configuration
  const [template, configuration] = await Promise.all([fileIn(run, TemplatePath), fileIn(run, TemplateConfiguration)])
  const given = parsed(z.record(z.string(), override), ParameterOverrides, 'ParameterOverrides')
  const overrides = Object.entries(given).map(([name, value]) => [name, artifactOr(run, value)] as const)
  return readLambdaStack({ template, configuration }, run, Object.fromEntries(overrides))
}

/** Artifacts are directories here: the bucket and the key are invented, with a new key for every build. */
const artifactOr = ({ pipelineExecutionId }: ActionRun, value: z.output<typeof override>): string => {
  if (typeof value === 'string') return value
  const [artifact, attribute] = value['Fn::GetArtifactAtt']
  return attribute === 'BucketName' ? 'workspace-artifacts' : `${artifact}/${pipelineExecutionId}`
}
