import { z } from 'zod'
import { parseYaml } from '../../../functions/config/yaml-document.ts'
import { CLOUDFORMATION_TAGS } from './cloudformation-tags.ts'
import { type Meanings, TemplateProblem, evaluate, holds } from './template-functions.ts'
import { parameterValues, templateParameter } from './template-parameters.ts'
import { ownEntry } from '../../../functions/own-entry.ts'

export { type Meanings, TemplateProblem, evaluate, holds } from './template-functions.ts'
export { parameterValues, type TemplateParameter } from './template-parameters.ts'

export interface TemplateValues {
  accountId: string
  region: string
  /** In the names that CloudFormation chooses. */
  stackName?: string
  /** Values for the template's parameters; defaults fill the rest. */
  parameters: Record<string, string>
}

/** A template whose parameters have values. */
export interface RenderedTemplate {
  /** The resources of that type whose condition holds: logical id → properties with every function evaluated. */
  resources(type: string): Record<string, Record<string, unknown>>
}

const template = z.looseObject({
  AWSTemplateFormatVersion: z.string().optional(),
  Parameters: z.record(z.string(), templateParameter).default({}),
  Rules: z
    .record(
      z.string(),
      z.strictObject({
        RuleCondition: z.unknown().optional(),
        Assertions: z.array(z.strictObject({ Assert: z.unknown(), AssertDescription: z.string().optional() })),
      }),
    )
    .default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(
    z.string(),
    z.looseObject({
      Type: z.string(),
      Condition: z.string().optional(),
      DeletionPolicy: z.string().optional(),
      Properties: z.record(z.string(), z.unknown()).default({}),
    }),
  ),
})

/** A template as it is written, with short forms as functions: `!Ref Name` is `{ Ref: 'Name' }`. */
export type Template = z.output<typeof template>
type Resource = Template['Resources'][string]

/**
 * Reads a CloudFormation template and gives its parameters values. Throws a TemplateProblem that names every value that
 * CloudFormation would refuse, in the template's own words.
 */
export const renderTemplate = (content: string, values: TemplateValues): RenderedTemplate => {
  const source = readTemplate(content)
  const { values: parameters, problems } = parameterValues(source.Parameters, values.parameters)
  if (problems.length > 0) throw new TemplateProblem(problems.join('\n'))
  const meanings = meaningsOf(source, parameters, values)
  const broken = brokenRules(source, meanings)
  if (broken.length > 0) throw new TemplateProblem(broken.join('\n'))
  const isThere = ({ Condition }: Resource, id: string) =>
    Condition === undefined || holds({ Condition }, meanings, `Resources.${id}`)
  return {
    resources: (type) =>
      Object.fromEntries(
        Object.entries(source.Resources)
          .filter(([id, resource]) => resource.Type === type && isThere(resource, id))
          .map(([id, { Properties }]) => [
            id,
            evaluate(Properties, meanings, `Resources.${id}.Properties`) as Record<string, unknown>,
          ]),
      ),
  }
}

/** The templates that were read, by their text: to parse one takes longer than all that is done with it. */
const known = new Map<string, Template>()

/**
 * Reads a template, or a part that serverless.yml includes; the answer is frozen. Throws a TemplateProblem that names
 * every fault and its line.
 */
export const readTemplate = (content: string): Template => {
  const read = known.get(content) ?? frozen(parsedTemplate(content))
  known.set(content, read)
  return read
}

const frozen = <Value>(value: Value): Value => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.values(value).forEach(frozen)
  return Object.freeze(value)
}

const parsedTemplate = (content: string): Template => {
  // CloudFormation takes no merge keys. Serverless resolves those of the parts that it includes.
  const document = parseYaml(content, {
    customTags: CLOUDFORMATION_TAGS,
    merge: !/^AWSTemplateFormatVersion:/m.test(content),
  })
  if (document.problems.length > 0)
    throw new TemplateProblem(document.problems.map(({ line, message }) => `line ${line}: ${message}`).join('\n'))
  const read = template.safeParse(document.value)
  if (read.success) return read.data
  throw new TemplateProblem(
    read.error.issues
      .map(({ path, message }) => `line ${document.lineOf(path)}: ${path.map(String).join('.')}: ${message}`)
      .join('\n'),
  )
}

/** CloudFormation User Guide, "Rules section": parameters that contradict each other. */
const brokenRules = ({ Rules }: Template, meanings: Meanings): string[] =>
  Object.entries(Rules).flatMap(([name, { RuleCondition, Assertions }]) => {
    const path = `Rules.${name}`
    if (RuleCondition !== undefined && !holds(RuleCondition, meanings, path)) return []
    return Assertions.filter(({ Assert }) => !holds(Assert, meanings, path)).map(
      ({ AssertDescription }) => AssertDescription ?? `rule ${name} is not kept`,
    )
  })

/** The value of `!GetAtt X.Arn`, by type of resource. */
const ARNS: Record<string, (name: string, place: string) => string> = {
  'AWS::IAM::Role': (name, place) => `arn:aws:iam::${place.split(':')[1]}:role/${name}`,
  'AWS::S3::Bucket': (name) => `arn:aws:s3:::${name}`,
  'AWS::CodeBuild::Project': (name, place) => `arn:aws:codebuild:${place}:project/${name}`,
  'AWS::Events::Rule': (name, place) => `arn:aws:events:${place}:rule/${name}`,
  'AWS::SQS::Queue': (name, place) => `arn:aws:sqs:${place}:${name}`,
  'AWS::Lambda::Function': (name, place) => `arn:aws:lambda:${place}:function:${name}`,
  'AWS::Logs::LogGroup': (name, place) => `arn:aws:logs:${place}:log-group:${name}:*`,
}

/** The attribute that is the resource's name, by type of resource. */
const NAMES: Record<string, string> = { 'AWS::SNS::Topic': 'TopicName', 'AWS::SQS::Queue': 'QueueName' }

const meaningsOf = (
  source: Template,
  parameters: Record<string, string | string[]>,
  { accountId, region, stackName = 'workspace' }: TemplateValues,
): Meanings => {
  const pseudo: Record<string, string> = {
    'AWS::AccountId': accountId,
    'AWS::Region': region,
    'AWS::Partition': 'aws',
    'AWS::StackName': stackName,
    'AWS::URLSuffix': 'amazonaws.com',
  }
  /** The name in its properties, or one made from its logical id. */
  const physical = (id: string, resource: Resource): string => {
    const name = resource.Properties.Name ?? ownEntry(resource.Properties, `${resource.Type.split('::').at(-1)}Name`)
    return name === undefined ? `${stackName}-${id.toLowerCase()}` : String(evaluate(name, meanings, `Resources.${id}`))
  }
  const meanings: Meanings = {
    ref: (name) => {
      const resource = ownEntry(source.Resources, name)
      return ownEntry(pseudo, name) ?? ownEntry(parameters, name) ?? (resource && physical(name, resource))
    },
    attribute: (id, attribute) => {
      const resource = ownEntry(source.Resources, id)
      if (!resource) return undefined
      if (attribute === ownEntry(NAMES, resource.Type)) return physical(id, resource)
      if (attribute !== 'Arn') return undefined
      return ownEntry(ARNS, resource.Type)?.(physical(id, resource), `${region}:${accountId}`)
    },
    condition: (name) => ownEntry(source.Conditions, name),
  }
  return meanings
}
