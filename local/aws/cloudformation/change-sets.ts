import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { AwsError } from '../aws-error.ts'
import type { QueryResult } from '../query-protocol.ts'
import type { Template } from '../template/template.ts'
import type { ResourceChange } from './template-diff.ts'
import { diffOf } from './template-diff.ts'

export interface Named {
  accountId: string
  region: string
  stack: string
  name: string
}

interface Place {
  accountId: string
  region: string
}

interface ChangeSet {
  id: string
  stackId: string
  createdAt: number
  template: Template
  /** Null if there is nothing to change. */
  changes: readonly ResourceChange[] | null
  /** The stack was updated since. */
  isObsolete: boolean
}

/** CloudFormation's pages end at 1 MB; these are short, so that a reader meets more than one. */
const PAGE = 10

const NO_CHANGES =
  "The submitted information didn't contain changes. Submit different information to create a change set."

export type ChangeSets = ReturnType<typeof createChangeSets>

/** The change sets of stacks that their templates alone describe. Throws AwsError. */
export const createChangeSets = (now: () => number) => {
  const live = new Map<string, { id: string; template: Template | null }>()
  const made = new Map<string, ChangeSet>()
  const stackKey = ({ accountId, region, stack }: Omit<Named, 'name'>) => [accountId, region, stack].join()
  const keyOf = (named: Named) => [stackKey(named), named.name].join()

  return {
    /** Makes the change set, in place of one of the same name. A stack that is not there yet will be made from it. */
    make: (named: Named, template: Template): { id: string; stackId: string; isEmpty: boolean } => {
      const { accountId, region, stack, name } = named
      const arn = (rest: string) => `arn:aws:cloudformation:${region}:${accountId}:${rest}/${randomUUID()}`
      const known = live.get(stackKey(named)) ?? { id: arn(`stack/${stack}`), template: null }
      live.set(stackKey(named), known)
      const isEmpty = known.template !== null && isDeepStrictEqual(known.template, template)
      const changes = isEmpty ? null : diffOf(known.template, template)
      const id = arn(`changeSet/${name}`)
      made.set(keyOf(named), { id, stackId: known.id, createdAt: now(), template, changes, isObsolete: false })
      return { id, stackId: known.id, isEmpty }
    },

    /** Updates the stack. CloudFormation keeps no change set for a stack that was updated; one without changes stays. */
    execute: (named: Named): { stackId: string; isEmpty: boolean } => {
      const found = made.get(keyOf(named))
      if (!found) throw notFound(named)
      if (!found.changes) return { stackId: found.stackId, isEmpty: true }
      live.set(stackKey(named), { id: found.stackId, template: found.template })
      made.delete(keyOf(named))
      for (const [key, other] of made)
        if (key.startsWith(`${stackKey(named)},`)) made.set(key, { ...other, isObsolete: true })
      return { stackId: found.stackId, isEmpty: false }
    },

    /** CloudFormation API reference, DescribeChangeSet: by the names in the caller's account and Region. */
    describe: (form: URLSearchParams, { accountId, region }: Place): QueryResult => {
      const [stack, name] = [form.get('StackName') ?? '', form.get('ChangeSetName') ?? '']
      const named = { accountId, region, stack, name }
      if (!live.has(stackKey(named))) throw new AwsError('ValidationError', `Stack [${stack}] does not exist`)
      const found = made.get(keyOf(named))
      if (!found) throw notFound(named)
      const { id, stackId, createdAt, changes, isObsolete } = found
      const from = Number(form.get('NextToken') ?? 0)
      const page = (changes ?? []).slice(from, from + PAGE)
      const next = from + PAGE
      return {
        ChangeSetName: name,
        ChangeSetId: id,
        StackId: stackId,
        StackName: stack,
        CreationTime: new Date(createdAt).toISOString(),
        Status: changes ? 'CREATE_COMPLETE' : 'FAILED',
        ...(!changes && { StatusReason: NO_CHANGES }),
        ExecutionStatus: !changes ? 'UNAVAILABLE' : isObsolete ? 'OBSOLETE' : 'AVAILABLE',
        Changes: { member: page.map((one) => ({ Type: 'Resource', ResourceChange: { ...one } })) },
        ...(changes && next < changes.length && { NextToken: String(next) }),
      }
    },
  }
}

const notFound = ({ name }: Named): AwsError =>
  new AwsError('ChangeSetNotFound', `ChangeSet [${name}] does not exist`, 404)
