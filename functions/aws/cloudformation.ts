import { parseXML } from '@aws-sdk/xml-builder'
import * as z from 'zod/mini'
import type { Clock } from '../clock.ts'
import type { ChangeSetRead, NamedChangeSet, ResourceChange } from '../domain/change-set.ts'
import { finallyUnread } from '../domain/change-set.ts'
import { Malformed, parseAs } from '../malformed.ts'
import { ownEntry } from '../own-entry.ts'
import type { ChangeSets } from '../ports/change-sets.ts'
import type { Log } from '../ports/log.ts'
import { AccountNotAllowed } from './allowed-accounts.ts'
import type { AwsConnection } from './connection.ts'
import { answerIn } from './expected-errors.ts'
import type { ReaderConnection } from './reader-connection.ts'
import { postSigned } from './signed-request.ts'

const CLOUDFORMATION_MS = 2_500

/** A page has up to 1 MB of changes, and a template at most 500 resources. */
const MOST_PAGES = 10

const optionalText = z.optional(z.string())

/** XML has no lists: an element without content is a text, and one member is no array. */
export const membersOfXml = <T extends z.ZodMiniType>(shape: T) =>
  z.pipe(
    z.transform((value: unknown) => {
      if (value === undefined || value === '') return []
      const { member } = value as { member?: unknown }
      return member === undefined ? value : [member].flat()
    }),
    z.array(shape),
  )

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

const DESCRIBED_CHANGE_SET = z.object({
  DescribeChangeSetResponse: z.object({
    DescribeChangeSetResult: z.object({
      ChangeSetId: z.string(),
      Status: z.string(),
      StatusReason: optionalText,
      ExecutionStatus: optionalText,
      Changes: z.optional(membersOfXml(CHANGE)),
      NextToken: optionalText,
    }),
  }),
})

type DescribedPage = z.output<typeof DESCRIBED_CHANGE_SET>['DescribeChangeSetResponse']['DescribeChangeSetResult']

/**
 * Change sets ("DescribeChangeSet", CloudFormation API reference), without a client of the SDK (signed-request.ts).
 * CloudFormation speaks XML alone.
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
      return unreadNow(error instanceof AccountNotAllowed ? notJoined(changeSet) : 'CloudFormation did not answer')
    }
  },
})

const LACKS = 'cloudformation:DescribeChangeSet'

const unreadNow = (because: string): ChangeSetRead => ({ kind: 'unread', because })

const notJoined = ({ accountId, region }: NamedChangeSet): string =>
  `account ${accountId} in ${region} is not joined to Greenlight`

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
  const body = new URLSearchParams({
    Action: 'DescribeChangeSet',
    Version: '2010-05-15',
    StackName: stack,
    ChangeSetName: name,
    ...(next && { NextToken: next }),
  }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const response = await postSigned(connection, {
    service: 'cloudformation',
    headers,
    body,
    timeoutMs: CLOUDFORMATION_MS,
    now: clock.now(),
  })
  const answer = await response.text()
  if (response.ok) {
    const { DescribeChangeSetResponse } = parseAs(DESCRIBED_CHANGE_SET, parsedXml(answer, WHAT), WHAT)
    return DescribeChangeSetResponse.DescribeChangeSetResult
  }
  const code = /<Code>([^<]+)<\/Code>/.exec(answer)?.[1] ?? ''
  switch (answerIn('DescribeChangeSet', code)) {
    case 'denied':
      return { kind: 'denied', because: `the role lacks ${LACKS}` }
    case 'missing':
      return { kind: 'gone', because: 'CloudFormation does not have it' }
    case null:
      throw new Error(`CloudFormation did not answer DescribeChangeSet: HTTP ${response.status} ${code}`)
  }
}

const WHAT = 'CloudFormation’s answer to DescribeChangeSet'

/** @throws {Malformed} */
export const parsedXml = (text: string, what: string): unknown => {
  try {
    return parseXML(text)
  } catch {
    throw new Malformed(what, ['it is not XML'])
  }
}
