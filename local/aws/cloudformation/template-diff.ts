import { isDeepStrictEqual } from 'node:util'
import { ownEntry } from '../../../functions/own-entry.ts'
import type { Template } from '../template/template.ts'

/** "ResourceChange" (CloudFormation API reference), as far as a template alone tells it. */
export interface ResourceChange {
  Action: 'Add' | 'Modify' | 'Remove'
  LogicalResourceId: string
  ResourceType: string
  Replacement?: 'True' | 'False'
  PolicyAction?: 'Delete' | 'Retain' | 'Snapshot' | 'ReplaceAndDelete' | 'ReplaceAndRetain' | 'ReplaceAndSnapshot'
}

/** CloudFormation does not update these: it makes the resource again. Of the types that have such names, all do. */
const MAKES_ANEW = /^(?:Name|.+(?:Name|Identifier))$/

/** What a template changes in the resources of a stack that was made from `before`. */
export const diffOf = (before: Template | null, after: Template): ResourceChange[] => {
  const [old, next] = [before?.Resources ?? {}, after.Resources]
  return [
    ...Object.entries(next).flatMap(([id, { Type, Properties, ...attributes }]): ResourceChange[] => {
      const was = ownEntry(old, id)
      if (!was) return [{ Action: 'Add', LogicalResourceId: id, ResourceType: Type }]
      const { Type: _, Properties: properties, ...rest } = was
      const changed = Object.keys({ ...properties, ...Properties }).filter(
        (key) => !isDeepStrictEqual(ownEntry(properties, key), ownEntry(Properties, key)),
      )
      if (changed.length === 0 && isDeepStrictEqual(rest, attributes)) return []
      const isAnew = changed.some((key) => MAKES_ANEW.test(key))
      return [
        {
          Action: 'Modify',
          LogicalResourceId: id,
          ResourceType: Type,
          Replacement: isAnew ? 'True' : 'False',
          ...(isAnew && { PolicyAction: `ReplaceAnd${policyOf(attributes['UpdateReplacePolicy'])}` as const }),
        },
      ]
    }),
    ...Object.entries(old).flatMap(([id, { Type, DeletionPolicy }]): ResourceChange[] =>
      id in next
        ? []
        : [{ Action: 'Remove', LogicalResourceId: id, ResourceType: Type, PolicyAction: policyOf(DeletionPolicy) }],
    ),
  ]
}

const policyOf = (policy: unknown): 'Delete' | 'Retain' | 'Snapshot' =>
  policy === 'Retain' || policy === 'Snapshot' ? policy : 'Delete'
