import type { LiveHistory, Told } from './live-history.ts'

/** An approval says what would be deployed, to where, and since what, as the ledger of CodePipeline does. */
export const liveTold = ({ told }: LiveHistory): string[] =>
  told.flatMap((one) => differencesOf(one).map((difference) => `${one.about}: ${difference}`))

const differencesOf = ({ approval: { change, newer }, expected, writerOf }: Told): string[] => {
  const { revisions, since, unknown, into, authors } = change
  const found: string[] = []
  const differ = (what: string, said: unknown, meant: unknown) => {
    if (JSON.stringify(said) !== JSON.stringify(meant))
      found.push(`${what}: ${JSON.stringify(said)}, by the ledger ${JSON.stringify(meant)}`)
  }
  const named = ({ source, id }: { source: string | null; id: string }) => `${source}:${id}`
  differ('into', into, expected.into)
  differ('basis', since ? 'release' : unknown, expected.basis)
  differ('revisions', revisions.map(named).toSorted(), expected.revisions.toSorted())
  if (since) {
    const news = new Set(expected.news)
    differ('count', [since.count, since.more], [news.size, false])
    if (news.size <= 5) differ('news', since.included.map(named).toSorted(), [...news].toSorted())
    else
      differ(
        'news',
        since.included.map(named).filter((one) => !news.has(one)),
        [],
      )
    const changed = [...expected.changed].flatMap(([source, from]) => (from === null ? [] : [`${source}:${from}`]))
    differ('from', since.changed.map(({ from }) => named(from)).toSorted(), changed.toSorted())
    differ('overtaken', since.newer !== null, expected.isOvertaken)
  }
  const writers = new Set((expected.news.length > 0 ? expected.news : expected.revisions).map(writerOf))
  differ(
    'authors',
    [...new Set(authors.map(({ name, revision }) => name ?? revision))].toSorted(),
    [...writers].toSorted(),
  )
  if (newer?.revision && revisions.map(named).includes(named(newer.revision)))
    found.push('the newer change is the one that is asked about')
  return found
}
