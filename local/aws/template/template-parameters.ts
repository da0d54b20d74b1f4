import { z } from 'zod'
import { ownEntry } from '../../../functions/own-entry.ts'

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String)

/** The declaration of one parameter in a template (CloudFormation User Guide, "Parameters section"). */
export const templateParameter = z.strictObject({
  Type: z.string(),
  Description: z.string().optional(),
  Default: text.optional(),
  AllowedPattern: z.string().optional(),
  AllowedValues: z.array(text).optional(),
  ConstraintDescription: z.string().optional(),
  MinLength: z.number().optional(),
  MaxLength: z.number().optional(),
  MinValue: z.number().optional(),
  MaxValue: z.number().optional(),
  NoEcho: z.boolean().optional(),
})

export type TemplateParameter = z.output<typeof templateParameter>

/** True if the value, or each of a list's values, fits its parameter. */
const FITS: ((parameter: TemplateParameter, value: string) => boolean)[] = [
  ({ AllowedPattern }, value) => AllowedPattern === undefined || new RegExp(`^(?:${AllowedPattern})$`).test(value),
  ({ AllowedValues }, value) => AllowedValues?.includes(value) ?? true,
  ({ MinLength = 0, MaxLength = Infinity }, { length }) => length >= MinLength && length <= MaxLength,
  ({ Type }, value) => Type !== 'Number' || (value.trim() !== '' && Number.isFinite(Number(value))),
  ({ MinValue = -Infinity, MaxValue = Infinity, Type }, value) =>
    Type !== 'Number' || (Number(value) >= MinValue && Number(value) <= MaxValue),
]

const isList = ({ Type }: TemplateParameter) => Type === 'CommaDelimitedList' || Type.startsWith('List<')

/**
 * Fills in defaults and refuses what CloudFormation refuses. Lists are texts with commas, as on a command line. Returns
 * the values, with lists split, and every problem, worded as CloudFormation does: the parameter, then its own
 * description.
 */
export const parameterValues = (
  parameters: Record<string, TemplateParameter>,
  given: Record<string, string>,
): { values: Record<string, string | string[]>; problems: string[] } => {
  const problems = Object.keys(given).flatMap((name) => (name in parameters ? [] : [`there is no parameter ${name}`]))
  const values = Object.entries(parameters).flatMap(([name, parameter]) => {
    const value = ownEntry(given, name) ?? parameter.Default
    if (value === undefined) problems.push(`parameter ${name} has no value`)
    if (value === undefined) return []
    const items = isList(parameter) ? value.split(',').map((item) => item.trim()) : [value]
    const wrong = items.find((item) => !FITS.every((fits) => fits(parameter, item)))
    if (wrong !== undefined) problems.push(`parameter ${name} is "${wrong}": ${expectation(parameter)}`)
    return [[name, isList(parameter) ? items : value] as const]
  })
  return { values: Object.fromEntries(values), problems }
}

const expectation = ({ ConstraintDescription, AllowedValues, AllowedPattern }: TemplateParameter): string =>
  ConstraintDescription ?? `expected ${AllowedValues?.join(' or ') ?? AllowedPattern ?? 'another value'}`
