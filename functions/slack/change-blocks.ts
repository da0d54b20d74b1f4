import type { RichTextBlock } from '@slack/types'
import type { Approval, Newer } from '../domain/approval.ts'
import type { Revision } from '../domain/revision.ts'
import { compareUrl, shortId } from '../domain/revision.ts'
import { DAY } from '../domain/time-units.ts'
import type { Inline } from './block-kit.ts'
import { bullets, cut, link, moment, paragraph, richText, section, text } from './block-kit.ts'
import type { Detail } from './detail.ts'
import { firstOf } from './detail.ts'
import { facts } from './facts.ts'
import { formFor } from './language.ts'
import { plain, say } from './sentence.ts'
import { serviceOf } from './target.ts'
import { CHANGES } from './words/approval-words.ts'

/** What would be deployed, was, or was not, compared with what last passed the stage. */
export const changeBlock = (approval: Approval, environment: string, detail: Detail): RichTextBlock => {
  const { change, state, requestedAt } = approval
  const [current, ...others] = change.revisions
  if (!current) return paragraph(...say(CHANGES.none, { service: serviceOf(approval) }))
  const isDropped = state.name === 'settled' && !('verdict' in state.outcome && state.outcome.verdict === 'Approved')
  if (!change.since) {
    const first = isDropped ? CHANGES.firstNotDeployed : CHANGES.first
    return richText(section(...say(first, { environment })), revisionList([current, ...others], detail))
  }
  const { released, releasedAt, included, more } = change.since
  const compare = compareUrl(released, current)
  const count = String(included.length)
  const since = moment(releasedAt, requestedAt - releasedAt < DAY ? CHANGES.sinceTime : CHANGES.sinceDay)
  const what = (): Inline[] => {
    if (included.length === 0) return say(CHANGES.again, { since })
    if (isDropped) return say(more ? CHANGES.moreNotDeployed : formFor(CHANGES.notDeployed, included.length), { count })
    return say(more ? CHANGES.moreThan : formFor(CHANGES.since, included.length), { count, since })
  }
  return richText(
    section(...facts(what(), compare ? [link(CHANGES.compare, compare)] : [])),
    revisionList([...(included.length === 0 ? [current] : included), ...others], detail),
  )
}

const revisionList = (revisions: Revision[], { changes }: Detail) => {
  const { shown, rest } = firstOf(revisions, changes)
  const more = rest > 0 ? [section(text(plain(formFor(CHANGES.more, rest), { count: String(rest) })))] : []
  return bullets(...shown.map((revision) => section(...revisionParts(revision))), ...more)
}

/** "Fix rounding in basket totals · Ana · 4f9c2e1": people know a change by its title. */
export const revisionParts = (revision: Revision): Inline[] =>
  facts(
    revision.title ? [text(cut(revision.title, 120))] : [],
    revision.author ? [text(cut(revision.author, 60))] : [],
    [link(cut(shortId(revision), 40) || CHANGES.unnamed, revision.url, { code: true })],
  )

/** An older approval deploys older code; its approvers must know. */
export const newerParts = ({ revision, executionId }: Newer): Inline[] =>
  say(CHANGES.newer, {
    newer: revision ? revisionParts(revision) : say(CHANGES.newerExecution, { id: executionId.slice(0, 8) }),
  })
