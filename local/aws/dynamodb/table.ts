import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { z } from 'zod'

const keySchemaElement = () => z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) })

/** What CreateTable takes, as CloudFormation writes it too. */
const tableProperties = z.object({
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  KeySchema: z.array(keySchemaElement()),
  GlobalSecondaryIndexes: z
    .array(
      z.object({
        IndexName: z.string(),
        KeySchema: z.array(keySchemaElement()),
        Projection: z.object({ ProjectionType: z.string(), NonKeyAttributes: z.array(z.string()).optional() }),
      }),
    )
    .default([]),
})

export type TableProperties = z.infer<typeof tableProperties>

const template = z.object({
  Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: z.unknown() })),
})

/**
 * Reads the keys and indexes of the one DynamoDB table in a CloudFormation template, so that the workspace has the
 * table that a deployment has. Throws when there is not exactly one, or it is not shaped as CloudFormation says.
 */
export const tableOf = async (templateFile: string | URL): Promise<TableProperties> => {
  const { Resources } = template.parse(parse(await readFile(templateFile, 'utf8'), { logLevel: 'silent' }))
  const tables = Object.values(Resources).filter((resource) => resource.Type === 'AWS::DynamoDB::Table')
  if (tables.length !== 1) throw new Error(`${templateFile} declares ${tables.length} DynamoDB tables, expected one`)
  return tableProperties.parse(tables[0]?.Properties)
}
