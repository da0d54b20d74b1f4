import { readFileSync, readdirSync } from 'node:fs'
import { parse } from 'yaml'
import { CLOUDFORMATION_TAGS } from '../../local/aws/template/cloudformation-tags.ts'
import { type TemplateParameter, templateParameter } from '../../local/aws/template/template-parameters.ts'
import type { Resource } from '../support/template.ts'

export interface SourceTemplate {
  AWSTemplateFormatVersion?: string
  Parameters: Record<string, TemplateParameter>
  Resources: Record<string, Resource>
}

const INFRA = new URL('../../infra/', import.meta.url)

/** Every template of infra/, parts of the bot's included. */
export const TEMPLATES = readdirSync(INFRA).filter((file) => file.endsWith('.yml'))

export const contentOf = (file: string): string => readFileSync(new URL(file, INFRA), 'utf8')

/** Those that are deployed by themselves. */
export const WHOLE_TEMPLATES = TEMPLATES.filter((file) => readTemplate(file).AWSTemplateFormatVersion !== undefined)

/** A template as it is written, with short forms as functions: `!Ref Name` is `{ Ref: 'Name' }`. */
export function readTemplate(file: string): SourceTemplate {
  const read = parse(contentOf(file), { customTags: CLOUDFORMATION_TAGS, merge: true }) as Omit<
    SourceTemplate,
    'Parameters'
  > & {
    Parameters?: object
  }
  const parameters = Object.entries(read.Parameters ?? {}).map(([name, one]) => [name, templateParameter.parse(one)])
  return { ...read, Parameters: Object.fromEntries(parameters) as SourceTemplate['Parameters'] }
}
