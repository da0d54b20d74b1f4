import type { History } from './history.ts'

/** No token of an approval is in Slack, in a log line, in an event or in a summary that CodePipeline keeps. */
export const tokensKept = ({ ledger, slack }: History): string[] => {
  const places: Record<string, string[]> = {
    'a message': slack.sent.map(({ message }) => JSON.stringify(message)),
    'a log line': ledger.logged,
    'an event': ledger.announced.map(({ detail }) => JSON.stringify(detail)),
    'a summary': ledger.sent.map(({ summary }) => summary),
  }
  const tokens = [...ledger.asked.values()].map(({ token }) => token)
  return Object.entries(places).flatMap(([place, texts]) =>
    tokens
      .filter((token) => texts.some((text) => text.includes(token)))
      .map((token) => `${place} holds the token ${token}`),
  )
}
