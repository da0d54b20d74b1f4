import { useEffect, useState } from 'preact/hooks'
import type { Snapshot } from '../contract.ts'
import { newestTs, unreadCount } from './conversation.ts'
import { ownEntry } from '../../../functions/own-entry.ts'

/**
 * Counts unread messages by channel. Messages from before the page opened count as read, and so do those of the channel
 * in view (null: none is).
 */
export const useUnread = (
  snapshot: Snapshot,
  userId: string,
  inSight: string | null,
): ((channelId: string) => number) => {
  const [lastRead, setLastRead] = useState<Record<string, string>>(() =>
    Object.fromEntries(snapshot.channels.map((channel) => [channel.id, newestTs(channel)])),
  )
  useEffect(() => {
    const channel = snapshot.channels.find(({ id }) => id === inSight)
    if (!channel) return
    const newest = newestTs(channel)
    // What is the same must stay the same object, or the whole page is drawn a second time.
    setLastRead((before) => (ownEntry(before, channel.id) === newest ? before : { ...before, [channel.id]: newest }))
  }, [snapshot, inSight])
  return (channelId) => {
    const channel = snapshot.channels.find(({ id }) => id === channelId)
    if (!channel || channelId === inSight) return 0
    return unreadCount(channel, userId, ownEntry(lastRead, channelId) ?? '0')
  }
}
