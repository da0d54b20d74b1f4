import * as z from 'zod/mini'
import type { Clock } from '../clock.ts'
import type { ChangeSetRead, NamedChangeSet, ResourceChange } from '../domain/change-set.ts'
import { finallyUnread } from '../domain/change-set.ts'
import { ownEntry } from '../own-entry.ts'
import type { ChangeSets } from '../ports/change-sets.ts'
import type { Log } from '../ports/log.ts'
import { AccountNotAllowed } from './allowed-accounts.ts'
import { unexpected } from './ask-json.ts'
import { CLOUDFORMATION, askXml, membersOfXml } from './ask-xml.ts'
import { RoleRefused } from './assume-role.ts'
import type { AwsConnection } from './connection.ts'
import { answerIn } from './expected-errors.ts'
import type { ReaderConnection } from './reader-connection.ts'

const CLOUDFORMATION_MS = 2_500

/** A page has up to 1 MB of changes, and a template at most 500 resources. */
const MOST_PAGES = 10

const optionalText = z.optional(z.string())

const CHANGE = z.object({
  ResourceChange: z.optional(
    z.object({
      Action: optionalText,
      PolicyAction: optionalText,
      Replacement: optionalText,
      LogicalResourceId: optionalText,
      ResourceType: optionalText,
    }),
  ),
})

const DESCRIBED_CHANGE_SET = z.lazy(() =>
  z.object({
    ChangeSetId: z.string(),
    Status: z.string(),
    StatusReason: optionalText,
    ExecutionStatus: optionalText,
    Changes: z.optional(membersOfXml(CHANGE)),
    NextToken: optionalText,
  }),
)

type DescribedPage = z.output<typeof DESCRIBED_CHANGE_SET>

/**
 * Change sets ("DescribeChangeSet", CloudFormation API reference), without a client of the SDK (signed-request.ts).
 */
export const cloudFormation = (
  connectionTo: ReaderConnection,
  { clock, log }: { clock: Pick<Clock, 'now'>; log: Pick<Log, 'warn'> },
): ChangeSets => ({
  read: async (changeSet, id) => {
    const { stack, name, accountId, region } = changeSet
    const about = { stack, changeSet: name, accountId, region }
    try {
      const connection = await connectionTo(changeSet)
      const pages: DescribedPage[] = []
      for (let next: string | undefined = ''; next !== undefined && pages.length < MOST_PAGES;) {
        const page = await describePage(connection, clock, changeSet, next)
        if ('kind' in page) {
          if (page.kind === 'denied') log.warn('The role may not read change sets', { ...about, lacks: LACKS })
          return page.kind === 'gone' ? finallyUnread(page.because) : unreadNow(page.because)
        }
        pages.push(page)
        next = page.NextToken || undefined
      }
      return changeSetIn(pages, id)
    } catch (error) {
      log.warn('A change set could not be read', { ...about, error })
      return unreadNow(whyUnread(changeSet, error))
    }
  },
})

const LACKS = 'cloudformation:DescribeChangeSet'

const unreadNow = (because: string): ChangeSetRead => ({ kind: 'unread', because })

const whyUnread = ({ accountId, region }: NamedChangeSet, error: unknown): string => {
  if (error instanceof AccountNotAllowed) return `account ${accountId} in ${region} is not joined to Greenlight`
  return error instanceof RoleRefused ? 'the role lacks sts:AssumeRole' : 'CloudFormation did not answer'
}

const changeSetIn = (pages: readonly DescribedPage[], id: string): ChangeSetRead => {
  const [{ ChangeSetId, Status, StatusReason = '', ExecutionStatus = '' }] = pages as [DescribedPage]
  if (ChangeSetId !== id) return finallyUnread('it was made again since')
  if (Status === 'FAILED')
    return isEmpty(StatusReason)
      ? { kind: 'empty' }
      : finallyUnread(`CloudFormation could not make it (${StatusReason})`)
  if (Status !== 'CREATE_COMPLETE')
    return (/_(?:PENDING|IN_PROGRESS)$/.test(Status) ? unreadNow : finallyUnread)(`its status is ${Status}`)
  if (ExecutionStatus !== 'AVAILABLE') return finallyUnread(`it cannot be executed (${ExecutionStatus || 'no status'})`)
  if (pages.at(-1)!.NextToken) return finallyUnread('it has more changes than Greenlight reads')
  return { kind: 'changes', changes: pages.flatMap(({ Changes = [] }) => Changes.flatMap(resourceChangeIn)) }
}

/** How the reason of a change set without changes begins; the second where the template has a transform. */
const NO_CHANGES = ["The submitted information didn't contain changes.", 'No updates are to be performed']

const isEmpty = (reason: string): boolean => NO_CHANGES.some((beginning) => reason.startsWith(beginning))

/** "ResourceChange" (CloudFormation API reference). */
const CHANGE_ACTIONS: Record<string, ResourceChange['what'] | 'nothing'> = {
  Add: 'added',
  Import: 'added',
  Modify: 'changed',
  Remove: 'removed',
  SyncWithActual: 'nothing',
}

const REPLACEMENTS: Record<string, ResourceChange['what']> = {
  True: 'replaced',
  Conditional: 'mayReplace',
  False: 'changed',
}

/** An action that is new to the bot, or `Dynamic`, may do the worst. */
const resourceChangeIn = ({ ResourceChange: change }: z.output<typeof CHANGE>): ResourceChange[] => {
  if (!change) return [{ what: 'mayReplace', id: '', type: '' }]
  const {
    Action = '',
    PolicyAction = '',
    Replacement = 'False',
    LogicalResourceId: id = '',
    ResourceType: type = '',
  } = change
  const action = ownEntry(CHANGE_ACTIONS, Action) ?? 'mayReplace'
  if (action === 'nothing') return []
  const replaces = PolicyAction.startsWith('ReplaceAnd')
    ? 'replaced'
    : (ownEntry(REPLACEMENTS, Replacement) ?? 'mayReplace')
  const isKept = PolicyAction === 'Retain' || PolicyAction === 'ReplaceAndRetain'
  return [{ what: action === 'changed' ? replaces : action, id, type, ...(isKept && { isKept }) }]
}

type NoDescription = { kind: 'denied' | 'gone'; because: string }

/** @throws if CloudFormation does not answer in time or differs from its reference. */
const describePage = async (
  connection: AwsConnection,
  clock: Pick<Clock, 'now'>,
  { stack, name }: NamedChangeSet,
  next: string,
): Promise<DescribedPage | NoDescription> => {
  const call = {
    ...CLOUDFORMATION,
    operation: 'DescribeChangeSet',
    input: { StackName: stack, ChangeSetName: name, NextToken: next || undefined },
    timeoutMs: CLOUDFORMATION_MS,
  }
  const asked = await askXml(connection, clock, call, DESCRIBED_CHANGE_SET)
  if (asked.kind === 'answered') return asked.answer
  switch (answerIn('DescribeChangeSet', asked.code)) {
    case 'denied':
      return { kind: 'denied', because: `the role lacks ${LACKS}` }
    case 'missing':
      return { kind: 'gone', because: 'CloudFormation does not have it' }
    case null:
      throw unexpected(call, asked)
  }
}
