import type { KnownBlock, RichTextBlock, RichTextSection } from '@slack/types'
import type { Approval } from '../domain/approval.ts'
import type { Change, Revision } from '../domain/revision.ts'
import { compareUrl, shortId } from '../domain/revision.ts'
import type { Inline } from './block-kit.ts'
import { bold, bullets, cut, link, moment, paragraph, richText, section, text } from './block-kit.ts'
import type { Detail } from './detail.ts'
import { firstOf } from './detail.ts'
import { plural } from './wording.ts'

/** What would be released, against what last passed the stage. */
export const changeBlock = (change: Change, environment: string, detail: Detail): RichTextBlock => {
  const [current, ...others] = change.revisions
  if (!current) return paragraph(text('Its source tells nothing about what would be released.'))
  if (!change.since)
    return richText(
      section(bold(`The first release to ${environment} that is on record`)),
      revisionList([current, ...others], detail),
    )

  const { released, releasedAt, included, more } = change.since
  const count = more ? `More than ${included.length} changes` : plural(included.length, 'change')
  const compare = compareUrl(released, current)
  const since: Inline[] = [
    bold(included.length === 0 ? 'The same revision as the last release' : `${count} since the last release`),
    text(', '),
    moment(releasedAt),
    ...(compare ? [text(' · '), link('Compare', compare)] : []),
  ]
  return richText(
    section(...since),
    revisionList([...(included.length === 0 ? [current] : included), ...others], detail),
  )
}

const revisionList = (revisions: Revision[], { changes }: Detail) => {
  const { listed, rest } = firstOf(revisions, changes, 'change')
  return bullets(...listed.map(revisionLine), ...(rest ? [section(text(rest))] : []))
}

export const revisionLine = (revision: Revision): RichTextSection => section(...revisionParts(revision))

export const revisionParts = (revision: Revision): Inline[] => [
  link(cut(shortId(revision), 40) || 'revision', revision.url, { code: true }),
  ...(revision.title ? [text(`  ${cut(revision.title, 120)}`)] : []),
  ...(revision.author ? [text(` · ${cut(revision.author, 60)}`)] : []),
]

/** An old approval releases old code; whoever answers must know. */
export const newerBlock = ({ newer }: Approval): KnownBlock | null => {
  if (!newer) return null
  const { revision, startedAt } = newer
  return paragraph(
    bold('⚠ A newer change is waiting behind this approval: '),
    ...(revision ? revisionParts(revision) : [text(`execution ${newer.executionId.slice(0, 8)}`)]),
    ...(startedAt ? [text(', '), moment(startedAt)] : []),
    text('. Approving releases the older one.'),
  )
}
