import { readFile } from 'node:fs/promises'
import { renderTemplate } from '../aws/template/template.ts'
import { ACCOUNT } from './account.ts'

/** The properties of the one table of infra/bot.yml, so that the workspace has the table that an installation has. */
export const botTable = async (): Promise<unknown> => {
  const content = await readFile(new URL('../../infra/bot.yml', import.meta.url), 'utf8')
  const template = renderTemplate(content, { ...ACCOUNT, parameters: {} })
  const [table, ...others] = Object.values(template.resources('AWS::DynamoDB::Table'))
  if (!table || others.length > 0) throw new Error('infra/bot.yml does not declare one DynamoDB table')
  return table
}
