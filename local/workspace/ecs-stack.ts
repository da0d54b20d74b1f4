import { z } from 'zod'
import type { ActionRun, ActionRunner } from '../aws/action-runner.ts'
import { deployedByEcs, type DeployedByEcs, type Outcome, type ServiceDeployment } from '../aws/ecs/ecs.ts'
import { renderTemplate } from '../aws/template/template.ts'
import { fileIn, parsed } from './action-files.ts'

/*
 * A deployment with infra/target-ecs.yml by ECS itself: the part of CloudFormation before it, and ECS's own. Images and
 * tasks are not run here: the caller says what the listeners answer.
 */

export interface EcsStack {
  service: DeployedByEcs
  image: string
}

const configurationFile = z.strictObject({ Parameters: z.record(z.string(), z.string()) })

/** Reads the stack's template with its parameters. Throws a TemplateProblem if CloudFormation would refuse it. */
export const readEcsStack = (
  { template, configuration }: { template: string; configuration: string },
  place: { accountId: string; region: string },
  overrides: Record<string, string> = {},
): EcsStack => {
  const { Parameters } = parsed(configurationFile, configuration, 'The template configuration file')
  const parameters = { ...Parameters, ...overrides }
  const services = renderTemplate(template, { ...place, parameters }).resources('AWS::ECS::Service')
  return { service: deployedByEcs(services.Service), image: parameters.AppImage ?? 'none' }
}

/** The tasks and listeners of the service, for one deployment of an image. */
export type Deploy = (image: string, configuration: DeployedByEcs) => Promise<Outcome>

/**
 * The runner of a CloudFormation action that deploys to such a stack. It refuses what CloudFormation would refuse, and a
 * change of more than the image, which the deploying role may not make.
 */
export const updateEcsStack =
  (launched: EcsStack, deploy: Deploy): ActionRunner =>
  async (run) => {
    const { StackName = '' } = run.configuration
    const failed = (errorCode: string, because: string) => ({
      status: 'Failed' as const,
      errorCode,
      summary: `${StackName} is not updated: ${because}.`,
    })
    let released: EcsStack
    try {
      released = await releasedStack(run)
      // The stages of the hook depend on the image: the placeholder has fewer.
      const { service } = await releasedStack(run, { AppImage: launched.image })
      if (JSON.stringify(service) !== JSON.stringify(launched.service))
        throw new Error('its service differs in more than the image, and the role of the release may not change it')
    } catch (error) {
      return failed('ConfigurationError', (error as Error).message)
    }
    run.log(`[Update] ${StackName} takes ${released.image}`)
    const outcome = await deploy(released.image, released.service)
    return outcome.status === 'SUCCESSFUL'
      ? { status: 'Succeeded', summary: `${released.service.name} runs ${released.image}.` }
      : failed('JobFailed', `ECS rolled the deployment back, because ${outcome.because}`)
  }

const releasedStack = async (run: ActionRun, instead: Record<string, string> = {}): Promise<EcsStack> => {
  const { TemplatePath, TemplateConfiguration, ParameterOverrides = '{}' } = run.configuration
  const [template, configuration] = await Promise.all([fileIn(run, TemplatePath), fileIn(run, TemplateConfiguration)])
  const overrides = parsed(z.record(z.string(), z.string()), ParameterOverrides, 'ParameterOverrides')
  return readEcsStack({ template, configuration }, run, { ...overrides, ...instead })
}

/** The configuration of a deployment whose hooks are all one function. */
export const withHook = (
  { steps, bakeMs, hooks }: DeployedByEcs,
  invoke: (event: object) => Promise<unknown>,
): ServiceDeployment['configuration'] => ({ steps, bakeMs, hooks: hooks.map((stages) => ({ stages, invoke })) })
