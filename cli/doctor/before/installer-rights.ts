import { join } from 'node:path'
import * as z from 'zod/mini'
import { parseDocument } from 'yaml'
import { partitionOf } from '../../../functions/domain/partition.ts'
import { ownEntry } from '../../../functions/own-entry.ts'
import { readText } from '../../read-text.ts'

// The tags of CloudFormation are left out when the template is read: `!Sub` is its text, `!If` its list.

/** What a statement of the installer's policies allows, for one installation. */
export interface Right {
  sid: string
  actions: string[]
  /** ARNs without wildcards, or `*`. */
  resources: string[]
  /** Condition key → the value that the request of a deploy has. */
  context: Record<string, string>
}

/** The policies of infra/installer.yml with which the bot is deployed. */
const OF_THE_BOT = ['BotStack', 'BotResources'] as const

const texts = z.pipe(
  z.union([z.string(), z.array(z.string())]),
  z.transform((value: string | string[]) => [value].flat()),
)
const STATEMENT = z.looseObject({
  Sid: z.string(),
  Action: texts,
  Resource: texts,
  // A list is the condition of a permissions boundary, which the installer's administrator may set.
  Condition: z.optional(z.union([z.record(z.string(), z.record(z.string(), z.string())), z.array(z.unknown())])),
})
const POLICY = z.looseObject({
  Properties: z.looseObject({ PolicyDocument: z.looseObject({ Statement: z.array(STATEMENT) }) }),
})
const TEMPLATE = z.looseObject({ Resources: z.record(z.string(), z.unknown()) })

interface Place {
  account: string
  region: string
  stackName: string
}

/** The permissions that a deploy of the bot needs, as infra/installer.yml lists them. */
export const readRights = async (directory: string, place: Place): Promise<Right[]> => {
  const text = await readText(join(directory, 'infra', 'installer.yml'))
  const { Resources } = TEMPLATE.parse(parseDocument(text, { logLevel: 'silent' }).toJS())
  const written = writtenFor(place)
  return OF_THE_BOT.flatMap((name) => POLICY.parse(Resources[name]).Properties.PolicyDocument.Statement).map(
    ({ Sid, Action, Resource, Condition }) => ({
      sid: Sid,
      actions: Action,
      resources: Resource.map(written),
      context: Object.fromEntries(
        Object.values(Array.isArray(Condition) ? {} : (Condition ?? {})).flatMap((keys) =>
          Object.entries(keys).map(([key, value]) => [key, written(value)] as const),
        ),
      ),
    }),
  )
}

/** Gives a text of the template its values, and a name to each wildcard inside an ARN. */
const writtenFor = ({ account, region, stackName }: Place) => {
  const { name, dnsSuffix } = partitionOf(region)
  const values: Record<string, string> = {
    'AWS::Partition': name,
    'AWS::Region': region,
    'AWS::AccountId': account,
    'AWS::URLSuffix': dnsSuffix,
    BotNames: stackName,
  }
  return (text: string): string =>
    text === '*'
      ? text
      : text
          .replaceAll(/\$\{([^}]+)\}/g, (_, key: string) => ownEntry(values, key) ?? '')
          // Topics may be in any Region and account.
          .replace(':sns:*:*:', `:sns:${region}:${account}:`)
          .replaceAll('*', '-x')
}
