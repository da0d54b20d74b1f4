import { z } from 'zod'
import { isLike } from '../wildcard.ts'
import { ownEntry } from '../../../functions/own-entry.ts'

const texts = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat())

const statement = z.looseObject({
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.union([z.literal('*').transform(() => null), z.record(z.string(), texts)]).optional(),
  Action: texts,
  Resource: texts.optional(),
  Condition: z.record(z.string(), z.record(z.string(), texts)).default({}),
})

/** The parts of a policy document that the workspace uses (IAM User Guide, "IAM JSON policy element reference"). */
export const policyDocument = z.looseObject({ Statement: z.array(statement) })

export type PolicyDocument = z.output<typeof policyDocument>

/** An IAM role: who may assume it, and its permissions. */
export interface Role {
  accountId: string
  arn: string
  trust: PolicyDocument
  policies: PolicyDocument[]
}

export type Statement = PolicyDocument['Statement'][number]

export interface Access {
  action: string
  /** Left out if the policy belongs to the resource itself. */
  resource?: string
  /** The calling account or service, if the policy names principals. */
  principal?: string
  /** Condition key → its value in this request. */
  context?: Record<string, string>
}

/** The condition operators of the templates here; a statement with another operator never applies. */
const OPERATORS: Record<string, (wanted: string, found: string) => boolean> = {
  StringEquals: (wanted, found) => wanted === found,
  ArnEquals: (wanted, found) => isLike(wanted, found),
  ArnLike: (wanted, found) => isLike(wanted, found),
  StringLike: (wanted, found) => isLike(wanted, found),
  Bool: (wanted, found) => wanted === found,
}

const FOR_ALL = 'ForAllValues:'

/** Whether the statements allow the access: at least one of them applies, and none that applies denies it. */
export const allows = (documents: readonly PolicyDocument[], access: Access): boolean =>
  allowing(documents, access).length > 0

/** The statements that allow the access; none if no statement does, or if one denies it. */
export const allowing = (documents: readonly PolicyDocument[], access: Access): Statement[] => {
  const meant = documents.flatMap(({ Statement }) => Statement).filter((one) => applies(one, access))
  return meant.every(({ Effect }) => Effect === 'Allow') ? meant : []
}

const applies = ({ Principal, Action, Resource, Condition }: Statement, access: Access): boolean => {
  const { action, resource, principal, context = {} } = access
  return (
    Action.some((pattern) => isLike(pattern, action)) &&
    (Resource === undefined || (resource !== undefined && Resource.some((pattern) => isLike(pattern, resource)))) &&
    (Principal == null ||
      (Principal.AWS ?? []).includes(`arn:aws:iam::${principal}:root`) ||
      (principal !== undefined && (Principal.Service ?? []).includes(principal))) &&
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, wanted]) => {
        const found = ownEntry(context, key)
        // A request without the key has no value that could fail (IAM User Guide, "Multivalued context keys").
        if (found === undefined) return operator.startsWith(FOR_ALL)
        const compare = ownEntry(OPERATORS, operator.replace(FOR_ALL, ''))
        return wanted.some((one) => compare?.(one, found) ?? false)
      }),
    )
  )
}
