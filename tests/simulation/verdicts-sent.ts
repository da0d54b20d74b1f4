import type { History } from './history.ts'

/**
 * At most one verdict is ever sent for a token, with one summary. One that AWS refused to its sender does not count: the
 * approval can be decided again.
 */
export const oneVerdict = ({ ledger }: History): string[] =>
  [...ledger.asked.values()].flatMap(({ token, id }) => {
    const sent = new Set(
      ledger.sent
        .filter((one) => one.token === token && !one.isRefused)
        .map(({ verdict, summary }) => `${verdict} "${summary}"`),
    )
    return sent.size > 1 ? [`${sent.size} verdicts were sent for ${id}: ${[...sent].join(' and ')}`] : []
  })
