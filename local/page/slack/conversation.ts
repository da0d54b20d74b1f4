import type { ChannelView, MessageView } from '../contract.ts'

/** The part of a channel that one person sees: root messages oldest first, each with its replies. */
export interface Conversation {
  roots: MessageView[]
  repliesTo: Map<string, MessageView[]>
}

/** Leaves out messages that only another person sees, and gives each reply to its thread. */
export const conversationFor = (channel: ChannelView, userId: string): Conversation => {
  const visible = channel.messages.filter(({ onlyFor }) => onlyFor === null || onlyFor === userId)
  const repliesTo = Map.groupBy(visible.filter(isReply), ({ threadTs }) => threadTs ?? '')
  return { roots: visible.filter((message) => !isReply(message)), repliesTo }
}

const isReply = ({ threadTs, ts }: MessageView): boolean => threadTs !== null && threadTs !== ts

/** How many messages came after `lastRead` (a ts) that this person may see. Edits do not count, as in Slack. */
export const unreadCount = (channel: ChannelView, userId: string, lastRead: string): number =>
  channel.messages.filter(
    (message) =>
      !isReply(message) &&
      Number(message.ts) > Number(lastRead) &&
      (message.onlyFor === null || message.onlyFor === userId),
  ).length

/** The ts of a channel's newest message, "0" when there is none. */
export const newestTs = (channel: ChannelView): string =>
  channel.messages.reduce((newest, { ts }) => (Number(ts) > Number(newest) ? ts : newest), '0')
