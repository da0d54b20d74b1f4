import { readFile } from 'node:fs/promises'
import { renderTemplate } from '../aws/template/template.ts'
import { ACCOUNT } from './account.ts'

/** The policy of a table, up to the next resource: it names roles of another template, and is not checked here. */
const POLICY = /^ {6}ResourcePolicy:\n(?: {8}.*\n)+/gm

/** The properties of a table of infra/bot.yml, so that the workspace has the tables that an installation has. */
export const botTable = async (id: 'Table' | 'Objections' = 'Table'): Promise<unknown> => {
  const table = (await (tables ??= readTables()))[id]
  if (!table) throw new Error(`infra/bot.yml does not declare the table ${id}`)
  return table
}

let tables: ReturnType<typeof readTables> | undefined

const readTables = async () => {
  const content = await readFile(new URL('../../infra/bot.yml', import.meta.url), 'utf8')
  return renderTemplate(content.replaceAll(POLICY, ''), { ...ACCOUNT, parameters: {} }).resources(
    'AWS::DynamoDB::Table',
  )
}
