import type { Change, Revision, Since } from '../domain/revision.ts'

/**
 * A change as the item of an approval has it. Before changes were compared by source action, `since` had one revision to
 * compare with, `released`, and no count; functions of that version still read `released` and `more`.
 */
export interface StoredChange
  extends
    Omit<Change, 'revisions' | 'into' | 'liveIn' | 'seen' | 'since' | 'unknown' | 'live'>,
    Partial<Pick<Change, 'into' | 'liveIn' | 'seen' | 'unknown' | 'live'>> {
  revisions: StoredRevision[]
  since: StoredSince | null
}

export type StoredRevision = Omit<Revision, 'source'> & { source?: string | null }

interface StoredSince
  extends Omit<Since, 'changed' | 'count' | 'newer' | 'included'>, Partial<Pick<Since, 'changed' | 'count' | 'newer'>> {
  released: StoredRevision
  included: StoredRevision[]
  /** The current meaning of `more`: earlier versions also set it if not all revisions were included. */
  uncounted?: boolean
}

export const storedChange = ({ since, ...same }: Change): StoredChange => ({
  ...same,
  since: since && {
    ...since,
    released: since.changed[0]?.from ?? same.revisions[0]!,
    more: since.more || since.count > since.included.length,
    uncounted: since.more,
  },
})

export const restoredChange = ({
  revisions,
  into = [],
  liveIn = into,
  seen = [],
  since,
  unknown,
  live = [],
  ...same
}: StoredChange): Change => {
  const all = revisions.map(restoredRevision)
  return {
    ...same,
    revisions: all,
    into,
    liveIn,
    seen,
    since: since && restoredSince(since, all),
    unknown: since ? null : (unknown ?? 'first'),
    live,
  }
}

const restoredSince = (
  { released, included, count, changed, more, uncounted, newer = null, ...same }: StoredSince,
  [to]: Revision[],
): Since => ({
  ...same,
  changed: changed ?? (to ? [{ from: restoredRevision(released), to }] : []),
  included: included.map(restoredRevision),
  count: count ?? included.length,
  more: uncounted ?? more,
  newer,
})

export const restoredRevision = ({ source = null, ...same }: StoredRevision): Revision => ({ ...same, source })
