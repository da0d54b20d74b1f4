import { DescribeKeyCommand, GetKeyPolicyCommand, KMSClient } from '@aws-sdk/client-kms'
import * as z from 'zod/mini'
import { partitionOf } from '../../../functions/domain/partition.ts'
import { parseAs, parseJson } from '../../../functions/malformed.ts'
import { absent } from '../../absent.ts'
import type { Check } from '../check.ts'
import { readSettings } from './settings.ts'

const FIX =
  'Deploy infra/data-key.yml again, or give the key the statements of its policy (docs/security.md, “Your own key for what is kept”).'

const STATEMENT = z.object({
  Effect: z.string(),
  Principal: z.optional(
    z.union([z.string(), z.looseObject({ Service: z.optional(z.union([z.string(), z.array(z.string())])) })]),
  ),
})
const POLICY = z.object({ Statement: z.array(STATEMENT) })

/** The services that use the key for the bot's stack in their own name, as infra/data-key.yml lets them. */
const servicesOf = (region: string): string[] => [
  'cloudwatch.amazonaws.com',
  'events.amazonaws.com',
  'lambda.amazonaws.com',
  `logs.${region}.${partitionOf(region).dnsSuffix}`,
  'sns.amazonaws.com',
]

/** A key of your own, if serverless.yml names one, can be used, and its policy lets the services use it. */
export const dataKey: Check = {
  title: 'Your own key',
  run: async ({ aws, installation, terminal }) => {
    const { dataKeyArn: KeyId } = await readSettings(terminal.directory)
    if (KeyId === '') return []
    const { region } = installation
    const kms = new KMSClient(await aws())
    const described = await kms.send(new DescribeKeyCommand({ KeyId })).catch(absent('NotFoundException'))
    if (!described?.KeyMetadata)
      return [
        { what: `dataKeyArn is ${KeyId}, and there is no such key in ${region}.`, fix: 'Name a key of this Region.' },
      ]
    const { KeyState } = described.KeyMetadata
    if (KeyState !== 'Enabled')
      return [
        { what: `The key ${KeyId} is ${KeyState}.`, fix: `aws kms enable-key --region ${region} --key-id ${KeyId}` },
      ]
    const { Policy = '{}' } = await kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }))
    const what = 'The key’s policy'
    const { Statement } = parseAs(POLICY, parseJson(Policy, what), what)
    const letIn = new Set(
      Statement.flatMap(({ Effect, Principal }) =>
        Effect === 'Allow' && typeof Principal === 'object' ? [Principal.Service ?? []].flat() : [],
      ),
    )
    const lacking = servicesOf(region).filter((service) => !letIn.has(service))
    if (lacking.length === 0) return []
    return [{ what: `The policy of the key ${KeyId} does not let ${lacking.join(', ')} use it.`, fix: FIX }]
  },
}
