import { readFileSync, readdirSync } from 'node:fs'
import * as template from '../../local/aws/template/template.ts'

const INFRA = new URL('../../infra/', import.meta.url)

/** Every template of infra/, parts of the bot's included. */
export const TEMPLATES = readdirSync(INFRA).filter((file) => file.endsWith('.yml'))

export const contentOf = (file: string): string => readFileSync(new URL(file, INFRA), 'utf8')

/** A template of infra/ as it is written. */
export const readTemplate = (file: string): template.Template => template.readTemplate(contentOf(file))

/** The templates that are deployed as stacks of their own. */
export const WHOLE_TEMPLATES = TEMPLATES.filter((file) => /^AWSTemplateFormatVersion:/m.test(contentOf(file)))
