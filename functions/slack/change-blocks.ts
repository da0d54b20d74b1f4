import type { RichTextBlock } from '@slack/types'
import type { Approval, Newer } from '../domain/approval.ts'
import { passed } from '../domain/outcome.ts'
import type { Change, Revision, Since } from '../domain/revision.ts'
import { compareUrl, distinct, mainRevision, namedRevisions, pullRequestUrl, shortIdAmong } from '../domain/revision.ts'
import type { TicketPages } from '../domain/route.ts'
import { DAY } from '../domain/time-units.ts'
import type { Inline } from './block-kit.ts'
import { bullets, cut, link, moment, paragraph, richText, section, text } from './block-kit.ts'
import type { Detail } from './detail.ts'
import { firstOf } from './detail.ts'
import { facts } from './facts.ts'
import { formFor } from './language.ts'
import { plain, say } from './sentence.ts'
import { serviceOf } from './target.ts'
import { titleParts } from './title-parts.ts'
import { withWarning } from './with-warning.ts'
import { CHANGES, IN_SHORT } from './words/approval-words.ts'

/** What would be deployed, was, or was not, compared with what last passed the stage. */
export const changeBlock = (
  approval: Approval,
  environment: string,
  detail: Detail,
  tickets?: TicketPages,
): RichTextBlock => {
  const { change, state, requestedAt } = approval
  const partsOf = (revision: Revision) => revisionParts(revision, revisionsOf(approval), tickets)
  const listOf = (revisions: readonly Revision[], count = revisions.length) =>
    revisionList(revisions, detail, count, partsOf)
  if (change.revisions.length === 0) return paragraph(...say(CHANGES.none, { service: serviceOf(approval) }))
  const isDropped = state.name === 'settled' && state.outcome.how !== 'unknown' && !passed(state.outcome)
  if (!change.since) {
    const { single, ...words } = NOTHING_KNOWN[change.unknown ?? 'first']
    const all = distinct(change.revisions)
    const nothingKnown = say(words[isDropped ? 'notDeployed' : 'asked'], { environment })
    return single && all.length === 1
      ? paragraph(...nothingKnown, text(CHANGES.single), ...partsOf(all[0]!))
      : richText(section(...nothingKnown), listOf(all))
  }
  const { releasedAt, changed, included, count, more } = change.since
  // A line below says what is live, and since when.
  const isSaid = state.name === 'waiting' && change.live.length === 1 && change.live[0]!.since === releasedAt
  const since = isSaid ? [] : [text(' '), sinceMoment(releasedAt, requestedAt)]
  const what = (): Inline[] => {
    if (count === 0) return say(change.last?.failedBehind === undefined ? CHANGES.again : CHANGES.before, { since })
    const counted = { count: String(count), since }
    if (isDropped) return say(more ? CHANGES.moreNotDeployed : formFor(CHANGES.notDeployed, count), counted)
    return say(more ? CHANGES.moreThan : formFor(CHANGES.since, count), counted)
  }
  const listed = count === 0 ? distinct(change.revisions) : included
  if (listed.length === 1 && count <= 1 && !more)
    return paragraph(...facts([...what(), text(CHANGES.single), ...partsOf(listed[0]!)], ...compareLinks(changed)))
  return richText(section(...facts(what(), ...compareLinks(changed))), listOf(listed, Math.max(count, listed.length)))
}

/** `single`: whether one change alone stands in the same line. */
const NOTHING_KNOWN = {
  first: { asked: CHANGES.first, notDeployed: CHANGES.firstNotDeployed, single: true },
  edited: { asked: CHANGES.edited, notDeployed: CHANGES.editedNotDeployed, single: false },
  far: { asked: CHANGES.far, notDeployed: CHANGES.farNotDeployed, single: false },
} as const

/** With the time of day, if that is less than a day before the request. */
export const sinceMoment = (at: number, requestedAt: number): Inline =>
  moment(at, requestedAt - at < DAY ? CHANGES.sinceTime : CHANGES.sinceDay)

/** One for each repository that changes, named where there are several. */
const compareLinks = (changed: Since['changed']): Inline[][] => {
  const links = new Map(changed.flatMap(({ from, to }) => pair(compareUrl(from, to), to.repository?.name ?? '')))
  return [...links]
    .slice(0, MOST_COMPARED)
    .map(([url, name]) => [
      link(links.size > 1 ? plain(CHANGES.compareOf, { name: cut(name, 60) }) : CHANGES.compare, url),
    ])
}

const pair = (url: string | null, name: string): [string, string][] => (url ? [[url, name]] : [])

const MOST_COMPARED = 3

/** `count`: how many there are in all; these are the first. */
const revisionList = (
  revisions: readonly Revision[],
  { changes }: Detail,
  count: number,
  partsOf: (revision: Revision) => Inline[],
) => {
  const { shown } = firstOf(revisions, changes)
  const rest = count - shown.length
  const more = rest > 0 ? [section(text(plain(formFor(CHANGES.more, rest), { count: String(rest) })))] : []
  return bullets(...shown.map((revision) => section(...partsOf(revision))), ...more)
}

/** "2 changes: Fix rounding in basket totals · Ana · 4f9c2e1 and 1 more", where there is room for one. */
export const changesInShort = (approval: Approval): Inline[] => {
  const revision = mainRevision(approval.change)
  return revision ? inShort(approval.change, revisionParts(revision, revisionsOf(approval))) : []
}

/** The same, with these words for the one. */
export const inShort = (change: Change, one: Inline[]): Inline[] => {
  const all = countedInShort(change)
  return all ? say(all.words, { ...all, one }) : one
}

/** How many changes there are; null if there is no other. */
export const countedInShort = (change: Change) => {
  const { since } = change
  const { count } = namedRevisions(change)
  if (count < 2) return null
  const words = since?.count === 0 ? IN_SHORT.again : since?.more ? IN_SHORT.moreThan : IN_SHORT.changes
  return { words, count: String(count), others: String(count - 1) }
}

/** Every revision that a message of the approval may name. */
export const revisionsOf = ({ change: { revisions, since }, newer }: Approval): Revision[] => [
  ...revisions,
  ...(since ? [...since.included, ...since.changed.flatMap(({ from, to }) => [from, to])] : []),
  ...[since?.newer, newer?.revision].flatMap((one) => one ?? []),
]

/**
 * "Fix rounding in basket totals · Ana · 4f9c2e1": people know a change by its title. The id is long enough to differ
 * from the others'.
 */
export const revisionParts = (
  revision: Revision,
  others: readonly Revision[] = [],
  tickets?: TicketPages,
): Inline[] => {
  const title = revision.title ? titleParts(revision, tickets) : []
  return facts(title, revision.author ? [text(cut(revision.author, 60))] : [], pullRequestParts(revision, title), [
    link(cut(shortIdAmong(revision, others), 72) || CHANGES.unnamed, revision.url, { code: true }),
  ])
}

/** The pull request that started the execution, if the title does not link to it. */
const pullRequestParts = ({ pullRequest, repository }: Revision, title: readonly Inline[]): Inline[] => {
  if (pullRequest === undefined || !repository) return []
  const page = pullRequestUrl(repository, pullRequest)
  return title.some((part) => part.type === 'link' && part.url === page)
    ? []
    : [link(plain(CHANGES.pullRequest, { number: cut(pullRequest, 20) }), page)]
}

/** What approvers must know of what they would deploy, one line each: nothing at all, or older code than another execution's. */
export const changeWarnings = (approval: Approval): Inline[][] => {
  const { newer, change, failedBeside: beside } = approval
  const others = revisionsOf(approval)
  const live = change.since?.newer
  return [
    ...(approval.isStopping ? [withWarning(say(CHANGES.stopping))] : []),
    ...(beside
      ? [
          withWarning(
            say(CHANGES[beside.isApproval ? 'rejectedBeside' : 'failedBeside'], { action: cut(beside.action, 60) }),
          ),
        ]
      : []),
    ...(newer ? [withWarning(say(CHANGES.newer, { newer: newerChange(newer, others) }))] : []),
    // Another execution overtook this one, or this one is to restore an older change.
    ...(live ? [withWarning(say(CHANGES.newerLive, { newer: revisionParts(live, others) }))] : []),
  ]
}

/** The change of a newer execution, as far as it is known. */
export const newerChange = ({ revision, executionId }: Newer, others: readonly Revision[]): Inline[] =>
  revision ? revisionParts(revision, others) : say(CHANGES.newerExecution, { id: executionId.slice(0, 8) })
