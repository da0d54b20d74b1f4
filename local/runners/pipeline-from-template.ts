import { LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { type PipelineDeclaration, parsePipeline } from '../codepipeline/declaration.ts'
import { CLOUDFORMATION_TAGS } from './cloudformation-tags.ts'
import { TemplateProblem, evaluate } from './template-functions.ts'

export interface TemplateValues {
  accountId: string
  region: string
  /** Values for the template's parameters; defaults fill the rest. */
  parameters: Record<string, string>
}

const parameter = z.looseObject({
  Default: z.union([z.string(), z.number()]).transform(String).optional(),
  AllowedPattern: z.string().optional(),
})

const template = z.looseObject({
  Parameters: z.record(z.string(), parameter).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
})

type Template = z.output<typeof template>
type Resource = Template['Resources'][string]

/** Of a pipeline's properties, those that only CloudFormation knows. */
const ONLY_CLOUDFORMATION = ['DisableInboundStageTransitions', 'RestartExecutionOnUpdate', 'Tags']

/**
 * Reads the one pipeline of a CloudFormation template as CreatePipeline would take it. Other resources get the names
 * that their properties say, or one made of their logical id. Throws a TemplateProblem (or, for what is no pipeline, a
 * ValidationException) that says what is wrong and where.
 */
export function pipelineFromTemplate(content: string, values: TemplateValues): PipelineDeclaration {
  const source = readTemplate(content)
  const pipelines = Object.entries(source.Resources).filter(([, { Type }]) => Type === 'AWS::CodePipeline::Pipeline')
  const [found, ...others] = pipelines
  if (!found || others.length > 0)
    throw new TemplateProblem(`Resources: expected one AWS::CodePipeline::Pipeline, found ${pipelines.length}`)
  const [id, { Properties }] = found
  const meanings = meaningsOf(source, values)
  const evaluated = evaluate(Properties, meanings, `Resources.${id}.Properties`) as Record<string, unknown>
  const wanted = Object.entries(evaluated).filter(([key]) => !ONLY_CLOUDFORMATION.includes(key))
  return parsePipeline(asApi(Object.fromEntries(wanted)))
}

function readTemplate(content: string): Template {
  const lines = new LineCounter()
  const document = parseDocument(content, { lineCounter: lines, customTags: CLOUDFORMATION_TAGS })
  const [problem] = [...document.errors, ...document.warnings]
  if (problem)
    throw new TemplateProblem(
      `line ${lines.linePos(problem.pos[0]).line}: ${problem.message.replace(/ at line \d+[^]*/, '')}`,
    )
  const read = template.safeParse(document.toJS())
  if (read.success) return read.data
  throw new TemplateProblem(
    read.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`).join('\n'),
  )
}

function meaningsOf(source: Template, { accountId, region, parameters }: TemplateValues) {
  const pseudo: Record<string, string> = {
    'AWS::AccountId': accountId,
    'AWS::Region': region,
    'AWS::Partition': 'aws',
    'AWS::StackName': 'workspace',
    'AWS::URLSuffix': 'amazonaws.com',
  }
  const given = parameterValues(source, parameters)
  const physical = (id: string, resource: Resource): string => {
    const name = resource.Properties.Name ?? resource.Properties[`${resource.Type.split('::').at(-1)}Name`]
    return name === undefined ? `workspace-${id.toLowerCase()}` : String(evaluate(name, meanings, `Resources.${id}`))
  }
  const meanings = {
    ref: (name: string) => {
      const resource = source.Resources[name]
      return pseudo[name] ?? given[name] ?? (resource && physical(name, resource))
    },
    attribute: (id: string, attribute: string) => {
      const resource = source.Resources[id]
      const arn = resource && attribute === 'Arn' ? ARNS[resource.Type] : undefined
      return arn?.(physical(id, resource!), `${region}:${accountId}`)
    },
    condition: (name: string) => source.Conditions[name],
  }
  return meanings
}

/** What `!GetAtt X.Arn` gives, by type of resource. */
const ARNS: Record<string, (name: string, place: string) => string> = {
  'AWS::IAM::Role': (name, place) => `arn:aws:iam::${place.split(':')[1]}:role/${name}`,
  'AWS::S3::Bucket': (name) => `arn:aws:s3:::${name}`,
  'AWS::CodeBuild::Project': (name, place) => `arn:aws:codebuild:${place}:project/${name}`,
  'AWS::SNS::Topic': (name, place) => `arn:aws:sns:${place}:${name}`,
  'AWS::Logs::LogGroup': (name, place) => `arn:aws:logs:${place}:log-group:${name}:*`,
}

function parameterValues({ Parameters }: Template, given: Record<string, string>): Record<string, string> {
  const problems = Object.keys(given).flatMap((name) => (name in Parameters ? [] : [`there is no parameter ${name}`]))
  const values = Object.entries(Parameters).flatMap(([name, { Default, AllowedPattern }]) => {
    const value = given[name] ?? Default
    if (value === undefined) problems.push(`parameter ${name} has no value`)
    else if (AllowedPattern !== undefined && !new RegExp(`^(?:${AllowedPattern})$`).test(value))
      problems.push(`parameter ${name} is "${value}", expected ${AllowedPattern}`)
    return value === undefined ? [] : [[name, value] as const]
  })
  if (problems.length > 0) throw new TemplateProblem(problems.join('\n'))
  return Object.fromEntries(values)
}

/** Parameters are texts in CloudFormation; these are numbers in the API. */
const NUMBERS = new Set(['runOrder', 'timeoutInMinutes'])

/** Keys as the API writes them. A configuration's keys are the action's own. */
function asApi(value: unknown): unknown {
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
