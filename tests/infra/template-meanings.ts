import { type Meanings, parameterValues } from '../../local/aws/template/template.ts'
import { readTemplate } from './read-template.ts'

/**
 * What references of a template of infra/ stand for, with these parameters. A resource is `the Id`, its attributes
 * `Attribute of Id`. For templates with parts that the workspace does not read.
 */
export const templateMeanings = (file: string, given: Record<string, string>): Meanings => {
  const { Parameters, Conditions } = readTemplate(file)
  const { values } = parameterValues(Parameters, given)
  return {
    ref: (name) =>
      values[name] ?? (name.startsWith('AWS::') ? name.slice('AWS::'.length).toLowerCase() : `the ${name}`),
    attribute: (id, attribute) => `${attribute} of ${id}`,
    condition: (name) => Conditions[name],
  }
}
