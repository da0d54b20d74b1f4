import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { renderTemplate } from '../cloudformation/template.ts'
import type { BusEvent } from '../eventbridge/event-bus.ts'
import { type PolicyDocument, policyDocument } from './iam.ts'
import { isLike } from '../wildcard.ts'

/** An IAM role: who may assume it, and what it may do. */
export interface Role {
  accountId: string
  arn: string
  trust: PolicyDocument
  policies: PolicyDocument[]
}

/** What infra/spoke.yml makes of an account and Region, with the parameters that it is given. */
export interface Spoke {
  accountId: string
  region: string
  topicArn: string
  roles: Role[]
  /** Whether the rule there forwards an event to the bot's bus. */
  forwards(event: BusEvent): boolean
}

const topic = z.looseObject({ TopicName: z.string() })
const role = z.looseObject({
  RoleName: z.string(),
  AssumeRolePolicyDocument: policyDocument,
  Policies: z.array(z.object({ PolicyName: z.string(), PolicyDocument: policyDocument })),
})
const rule = z.looseObject({ EventPattern: z.record(z.string(), z.unknown()) })

export const openSpoke = async (
  place: { accountId: string; region: string },
  parameters: Record<string, string>,
): Promise<Spoke> => {
  const { accountId, region } = place
  const content = await readFile(new URL('../../../infra/spoke.yml', import.meta.url), 'utf8')
  const template = renderTemplate(content, { accountId, region, parameters })
  const all = <Schema extends z.ZodType>(type: string, schema: Schema): z.output<Schema>[] =>
    Object.values(template.resources(type)).map((properties) => schema.parse(properties))
  const [{ TopicName }] = z.tuple([topic]).parse(all('AWS::SNS::Topic', topic))
  const [{ EventPattern }] = z.tuple([rule]).parse(all('AWS::Events::Rule', rule))
  return {
    accountId,
    region,
    topicArn: `arn:aws:sns:${region}:${accountId}:${TopicName}`,
    roles: all('AWS::IAM::Role', role).map(({ RoleName, AssumeRolePolicyDocument: trust, Policies }) => ({
      accountId,
      arn: `arn:aws:iam::${accountId}:role/${RoleName}`,
      trust,
      policies: Policies.map(({ PolicyDocument }) => PolicyDocument),
    })),
    forwards: (event) => matches(EventPattern, event),
  }
}

const wildcard = z.strictObject({ wildcard: z.string() })

/** EventBridge User Guide, "Creating Amazon EventBridge event patterns": texts, nested fields, and wildcards. */
const matches = (pattern: unknown, value: unknown): boolean => {
  if (Array.isArray(pattern)) return pattern.some((one) => matchesText(one, String(value)))
  return Object.entries(z.record(z.string(), z.unknown()).parse(pattern)).every(([key, inner]) => {
    const found = (value as Record<string, unknown> | undefined)?.[key]
    return found !== undefined && matches(inner, found)
  })
}

const matchesText = (wanted: unknown, found: string): boolean =>
  typeof wanted === 'string' ? wanted === found : isLike(wildcard.parse(wanted).wildcard, found)
