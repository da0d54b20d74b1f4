/** Slack's permanent link to a message ("chat.getPermalink"); a reply's names its thread. */
const LINK =
  /^<?https:\/\/[\w.-]+\.slack(?:-gov)?\.com\/archives\/(?<channel>[A-Z0-9]+)\/p(?<digits>\d{7,20})(?:\?\S*)?$/

/** The message that the link leads to: for a reply, the message that its thread belongs to. Null if it is no such link. */
export const messageAt = (link: string): { channel: string; ts: string } | null => {
  const { channel, digits } = LINK.exec(link.replace(/(?:\|[^|]*)?>$/, ''))?.groups ?? {}
  if (!channel || !digits) return null
  const thread = /[?&]thread_ts=(\d+\.\d+)/.exec(link)?.[1]
  return { channel, ts: thread ?? `${digits.slice(0, -6)}.${digits.slice(-6)}` }
}

/** The same link from its parts. `domain`: that of the workspace, if it is known. */
export const messageLink = (domain: string, channel: string, ts: string): string =>
  `https://${/^[\w-]+$/.test(domain) ? domain : 'app'}.slack.com/archives/${channel}/p${ts.replace('.', '')}`
