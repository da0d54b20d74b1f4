import type { LiveNow, Revision } from './revision.ts'

/** What is live, as the audit record keeps it: what a rollback would return to. */
export type RecordedLive = Omit<LiveNow, 'revisions'> & { revisions: Pick<Revision, 'id' | 'title' | 'author'>[] }

export const recordedLive = ({ revisions, ...live }: LiveNow): RecordedLive => ({
  ...live,
  revisions: revisions.map(({ id, title, author }) => ({ id, title, author })),
})
