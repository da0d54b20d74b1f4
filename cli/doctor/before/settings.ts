import { join } from 'node:path'
import * as z from 'zod/mini'
import { parseDocument } from 'yaml'
import { Failure } from '../../failure.ts'
import { readText } from '../../read-text.ts'

const SERVERLESS = z.looseObject({
  params: z.looseObject({
    default: z.looseObject({
      dataKeyArn: z.optional(z.string()),
      spokes: z.optional(z.array(z.string())),
      vpcSubnetIds: z.optional(z.array(z.string())),
    }),
  }),
  functions: z.record(z.string(), z.unknown()),
})

/** What serverless.yml says that decides what a deploy makes. */
export interface Settings {
  /** Empty without a key of one's own. */
  dataKeyArn: string
  spokes: boolean
  vpc: boolean
  /** The functions’ names, without the stack’s name before them. */
  functions: string[]
}

/** @throws {Failure} if serverless.yml is not Greenlight’s. */
export const readSettings = async (directory: string): Promise<Settings> => {
  const path = join(directory, 'serverless.yml')
  // The tags of CloudFormation, such as !Ref, have no meaning here.
  const read = z.safeParse(SERVERLESS, parseDocument(await readText(path), { logLevel: 'silent', merge: true }).toJS())
  if (!read.success) throw new Failure(`${path} is not Greenlight's: it has no functions or no params.default.`)
  const { params, functions } = read.data
  const { dataKeyArn = '', spokes = [], vpcSubnetIds = [] } = params.default
  return {
    dataKeyArn,
    spokes: spokes.length > 0,
    vpc: vpcSubnetIds.length > 0,
    functions: Object.keys(functions),
  }
}
