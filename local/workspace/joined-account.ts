import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { renderTemplate } from '../aws/template/template.ts'
import { policyDocument, type Role } from '../aws/iam/iam.ts'

/** The resources of infra/spoke.yml in an account and Region, with these parameters. */
export interface JoinedAccount {
  accountId: string
  region: string
  topicArn: string
  roles: Role[]
  /** Of the rule that forwards events to the bot's bus. */
  forwarded: Record<string, unknown>
}

const topic = z.looseObject({ TopicName: z.string() })
const role = z.looseObject({
  RoleName: z.string(),
  AssumeRolePolicyDocument: policyDocument,
  Policies: z.array(z.object({ PolicyName: z.string(), PolicyDocument: policyDocument })),
})
const rule = z.looseObject({ EventPattern: z.record(z.string(), z.unknown()) })

export const openJoinedAccount = async (
  { accountId, region }: { accountId: string; region: string },
  parameters: Record<string, string>,
): Promise<JoinedAccount> => {
  const content = await readFile(new URL('../../infra/spoke.yml', import.meta.url), 'utf8')
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
    forwarded: EventPattern,
  }
}
