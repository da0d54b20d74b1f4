import { z } from 'zod'
import { type RenderedTemplate, TemplateProblem } from '../aws/template/template.ts'
import type { BuildProject } from '../aws/codebuild/codebuild.ts'
import { type PipelineDeclaration, parsePipeline } from '../aws/codepipeline/codepipeline.ts'

/** The properties of a pipeline that only CloudFormation has. */
const ONLY_CLOUDFORMATION = ['DisableInboundStageTransitions', 'RestartExecutionOnUpdate', 'Tags']

/**
 * Reads the one pipeline of a CloudFormation template as CreatePipeline would take it. Throws a TemplateProblem (or a
 * ValidationException for an invalid pipeline) that names each problem with its path.
 */
export const pipelineFromTemplate = (template: RenderedTemplate): PipelineDeclaration => {
  const pipelines = Object.values(template.resources('AWS::CodePipeline::Pipeline'))
  const [found, ...others] = pipelines
  if (!found || others.length > 0)
    throw new TemplateProblem(`Resources: expected one AWS::CodePipeline::Pipeline, found ${pipelines.length}`)
  const wanted = Object.entries(found).filter(([key]) => !ONLY_CLOUDFORMATION.includes(key))
  return parsePipeline(asApi(Object.fromEntries(wanted)))
}

const buildProject = z.looseObject({
  Name: z.string(),
  Source: z.looseObject({ Type: z.literal('CODEPIPELINE'), BuildSpec: z.string().default('buildspec.yml') }),
  // AWS CodeBuild API Reference, "CreateProject": an hour unless said otherwise.
  TimeoutInMinutes: z.coerce.number().default(60),
})

/** The CodeBuild projects of a template, by name. Throws a TemplateProblem for a project that no pipeline can run. */
export const buildProjectsFromTemplate = (template: RenderedTemplate): Record<string, BuildProject> => {
  const projects = Object.entries(template.resources('AWS::CodeBuild::Project')).map(([id, properties]) => {
    const read = buildProject.safeParse(properties)
    if (read.success) return read.data
    throw new TemplateProblem(
      read.error.issues.map(({ path, message }) => [`Resources.${id}`, ...path].join('.') + `: ${message}`).join('\n'),
    )
  })
  return Object.fromEntries(
    projects.map(({ Name, Source, TimeoutInMinutes }) => [
      Name,
      { buildspec: Source.BuildSpec, timeoutMs: TimeoutInMinutes * 60_000 },
    ]),
  )
}

/** Parameters are texts in CloudFormation; these are numbers in the API. */
const NUMBERS = new Set(['runOrder', 'timeoutInMinutes'])

/** Keys as the API writes them. A configuration's keys are the action's own. */
const asApi = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(asApi)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const name = key.charAt(0).toLowerCase() + key.slice(1)
      if (name === 'configuration') return [name, item as unknown]
      return [name, NUMBERS.has(name) ? Number(item) : asApi(item)]
    }),
  )
}
