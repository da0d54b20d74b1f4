import { type CollectionTag, parse, type ScalarTag } from 'yaml'
import { z } from 'zod'
import { type PipelineDeclaration, parsePipeline } from '../codepipeline/declaration.ts'

/** Values of the template's parameters, and of the resources and pseudo parameters that its pipeline refers to. */
export type TemplateValues = Record<string, string | number>

/** What CloudFormation leaves out of a template: !Ref AWS::NoValue. */
const NO_VALUE = Symbol('AWS::NoValue')

type Call = { [name in 'Ref' | 'Fn::Sub' | 'Fn::GetAtt' | 'Fn::If' | 'Fn::Equals' | 'Fn::Not']?: unknown }

const SHORT_FORMS = {
  '!Ref': 'Ref',
  '!Sub': 'Fn::Sub',
  '!GetAtt': 'Fn::GetAtt',
  '!If': 'Fn::If',
  '!Equals': 'Fn::Equals',
  '!Not': 'Fn::Not',
} as const

/** CloudFormation's short forms, read as the long ones ("Intrinsic function reference"). */
const customTags = Object.entries(SHORT_FORMS).flatMap(([tag, name]): (ScalarTag | CollectionTag)[] => [
  { tag, resolve: (text: string) => ({ [name]: text }) },
  { tag, collection: 'seq', resolve: (node) => ({ [name]: (node as { toJSON(): unknown }).toJSON() }) },
])

const TEMPLATE = z.looseObject({
  Parameters: z
    .record(z.string(), z.looseObject({ Default: z.union([z.string(), z.number()]).optional() }))
    .default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(z.string(), z.looseObject({ Type: z.string(), Properties: z.unknown() })),
})

/**
 * Reads the pipeline of a CloudFormation template as CreatePipeline takes it.
 *
 * @throws {TypeError} that names what it does not know: a parameter without a value, another intrinsic function, no
 * pipeline or several.
 */
export function pipelineFromTemplate(text: string, values: TemplateValues): PipelineDeclaration {
  const template = TEMPLATE.parse(parse(text, { customTags }))
  const pipelines = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::CodePipeline::Pipeline')
  if (pipelines.length !== 1) throw new TypeError(`The template has ${pipelines.length} pipelines instead of one.`)
  const defaults = Object.fromEntries(
    Object.entries(template.Parameters).flatMap(([name, { Default }]) =>
      Default === undefined ? [] : [[name, Default]],
    ),
  )
  const resolved = resolver({ ...defaults, ...values }, template.Conditions)(pipelines[0]!.Properties)
  return parsePipeline(lowerCamelCased(resolved))
}

function resolver(values: TemplateValues, conditions: Record<string, unknown>): (node: unknown) => unknown {
  const valueOf = (name: string): unknown => {
    if (name === 'AWS::NoValue') return NO_VALUE
    const value = values[name]
    if (value === undefined) throw new TypeError(`The template refers to ${name}, which was given no value.`)
    return value
  }
  const functions: Record<string, (argument: never) => unknown> = {
    Ref: (name: string) => valueOf(name),
    'Fn::GetAtt': (name: string | string[]) => valueOf([name].flat().join('.')),
    'Fn::Sub': (pattern: string) => pattern.replaceAll(/\$\{([^}!]+)\}/g, (_, name: string) => String(valueOf(name))),
    'Fn::If': ([name, yes, no]: [string, unknown, unknown]) => resolve(resolve(conditions[name]) === true ? yes : no),
    'Fn::Equals': ([a, b]: [unknown, unknown]) => resolve(a) === resolve(b),
    'Fn::Not': ([condition]: [unknown]) => resolve(condition) !== true,
  }
  const resolve = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(resolve).filter((value) => value !== NO_VALUE)
    if (typeof node !== 'object' || node === null) return node
    const entries = Object.entries(node as Call)
    const [name, argument] = entries[0] ?? []
    if (entries.length === 1 && name !== undefined && /^(?:Ref|Fn::.*)$/.test(name)) {
      const call = functions[name]
      if (!call) throw new TypeError(`${name} in the template is not understood.`)
      return call(argument as never)
    }
    return Object.fromEntries(
      entries.map(([key, value]) => [key, resolve(value)]).filter(([, value]) => value !== NO_VALUE),
    )
  }
  return resolve
}

/** CloudFormation writes `RunOrder` where the API has `runOrder`. An action's configuration has keys of its provider. */
function lowerCamelCased(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(lowerCamelCased)
  if (typeof node !== 'object' || node === null) return node
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key.charAt(0).toLowerCase() + key.slice(1),
      key === 'Configuration' ? value : lowerCamelCased(value),
    ]),
  )
}
