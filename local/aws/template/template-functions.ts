import { ownEntry } from '../../../functions/own-entry.ts'

/** The values of a template's references. Each returns undefined for an unknown name. */
export interface Meanings {
  /** `!Ref Name` */
  ref(name: string): unknown
  /** `!GetAtt Resource.Attribute` */
  attribute(resource: string, attribute: string): string | undefined
  /** The definition of a condition. */
  condition(name: string): unknown
}

/** Stands for `AWS::NoValue`: the property that holds it is left out. */
export const NO_VALUE = Symbol('AWS::NoValue')

/** A part of a template that the workspace cannot read, with its path. */
export class TemplateProblem extends Error {
  override name = 'TemplateProblem'
}

type Evaluate = (argument: unknown, meanings: Meanings, path: string) => unknown

const FUNCTIONS: Record<string, Evaluate> = {
  Ref: (name, meanings, path) => {
    if (name === 'AWS::NoValue') return NO_VALUE
    return known(
      meanings.ref(textOf(name, path)),
      `${path}: !Ref ${String(name)} is neither a parameter nor a resource`,
    )
  },
  'Fn::GetAtt': (argument, meanings, path) => {
    const [resource = '', ...rest] = Array.isArray(argument) ? argument.map(String) : textOf(argument, path).split('.')
    const attribute = rest.join('.')
    const value = meanings.attribute(resource, attribute)
    return known(value, `${path}: what !GetAtt ${resource}.${attribute} gives is not known here`)
  },
  'Fn::Sub': (argument, meanings, path) => {
    const [template, own] = Array.isArray(argument) ? (argument as unknown[]) : [argument]
    const given = (own === undefined ? {} : evaluate(own, meanings, path)) as Record<string, unknown>
    return textOf(template, path).replaceAll(/\$\{(!?)([^}]+)\}/g, (whole, literal: string, name: string) => {
      if (literal) return `\${${name}}`
      if (name in given) return textOf(ownEntry(given, name), path)
      const call = name.includes('.') ? { 'Fn::GetAtt': name } : { Ref: name }
      return textOf(evaluate(call, meanings, `${path} ${whole}`), path)
    })
  },
  'Fn::Join': (argument, meanings, path) => {
    const [by, parts] = listOf(argument, 2, path)
    return (evaluate(parts, meanings, path) as unknown[]).map((part) => textOf(part, path)).join(textOf(by, path))
  },
  'Fn::Split': (argument, meanings, path) => {
    const [by, text] = listOf(argument, 2, path)
    return textOf(evaluate(text, meanings, path), path).split(textOf(by, path))
  },
  'Fn::Select': (argument, meanings, path) => {
    const [at, list] = listOf(argument, 2, path)
    const items = listOf(evaluate(list, meanings, path), undefined, path)
    return known(items[Number(at)], `${path}: Fn::Select has no item ${String(at)}`)
  },
  'Fn::If': (argument, meanings, path) => {
    const [name, yes, no] = listOf(argument, 3, path)
    return evaluate(holds({ Condition: name }, meanings, path) ? yes : no, meanings, path)
  },
}

const CONDITIONS: Record<string, (argument: unknown, meanings: Meanings, path: string) => boolean> = {
  Condition: (name, meanings, path) => {
    const condition = meanings.condition(textOf(name, path))
    return holds(known(condition, `${path}: there is no condition ${String(name)}`), meanings, path)
  },
  'Fn::Equals': (argument, meanings, path) => {
    const [one, other] = listOf(argument, 2, path).map((side) => textOf(evaluate(side, meanings, path), path))
    return one === other
  },
  'Fn::Not': (argument, meanings, path) => !holds(listOf(argument, 1, path)[0], meanings, path),
  'Fn::Contains': (argument, meanings, path) => {
    const [list, wanted] = listOf(argument, 2, path).map((side) => evaluate(side, meanings, path))
    return listOf(list, undefined, path).includes(wanted)
  },
  'Fn::And': (argument, meanings, path) => listOf(argument, undefined, path).every((one) => holds(one, meanings, path)),
  // Asks EC2 about the parameters' subnets (CloudFormation User Guide, "Rule-specific intrinsic functions"). There is none.
  'Fn::EachMemberIn': () => true,
  'Fn::Or': (argument, meanings, path) => listOf(argument, undefined, path).some((one) => holds(one, meanings, path)),
}

/**
 * Replaces every function call below `value` by its result. Throws a TemplateProblem with the path of one that it
 * cannot evaluate.
 */
export const evaluate = (value: unknown, meanings: Meanings, path: string): unknown => {
  if (Array.isArray(value))
    return value.map((item, at) => evaluate(item, meanings, `${path}.${at}`)).filter((item) => item !== NO_VALUE)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  const [name, argument] = entries.length === 1 ? entries[0]! : []
  if (name !== undefined && (name === 'Ref' || name.startsWith('Fn::'))) {
    const call = ownEntry(FUNCTIONS, name)
    if (!call) throw new TemplateProblem(`${path}: ${name} is not understood here`)
    return call(argument, meanings, path)
  }
  return Object.fromEntries(
    entries
      .map(([key, item]) => [key, evaluate(item, meanings, `${path}.${key}`)] as const)
      .filter(([, item]) => item !== NO_VALUE),
  )
}

/** Evaluates a condition, or a rule's assertion. Throws a TemplateProblem for anything else. */
export const holds = (value: unknown, meanings: Meanings, path: string): boolean => {
  const [name = '', argument] = Object.entries(value ?? {})[0] ?? []
  const condition = ownEntry(CONDITIONS, name)
  if (!condition) throw new TemplateProblem(`${path}: ${name || String(value)} is not a condition`)
  return condition(argument, meanings, path)
}

const known = <Value>(value: Value | undefined, problem: string): Value => {
  if (value === undefined) throw new TemplateProblem(problem)
  return value
}

const textOf = (value: unknown, path: string): string => {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new TemplateProblem(`${path}: expected a text, found ${JSON.stringify(value)}`)
}

const listOf = (value: unknown, length: number | undefined, path: string): unknown[] => {
  if (Array.isArray(value) && (length === undefined || value.length === length)) return value as unknown[]
  throw new TemplateProblem(`${path}: expected a list${length === undefined ? '' : ` of ${length}`}`)
}
