import { conversationFor, newestTs, unreadCount } from '../../../../local/page/slack/conversation.ts'
import { busySnapshot, DANA, FINN, approvalMessage } from '../snapshots.ts'

const channel = busySnapshot().channels[0] ?? { id: '', name: '', topic: '', onlyFor: null, messages: [] }

test('replies belong to their thread, private messages to their reader', () => {
  const { roots, repliesTo } = conversationFor(channel, DANA.id)
  expect(roots.map(({ text }) => text)).toEqual(['Failed, rolled back: flask-app to Production.', approvalMessage.text])
  expect(repliesTo.get(roots[0]?.ts ?? '')).toHaveLength(1)
  expect(conversationFor(channel, FINN.id).roots.at(-1)?.text).toBe('You are not an approver of this deployment.')
})

test('the unread count has new messages that this person may see, without replies', () => {
  expect(unreadCount(channel, DANA.id, '0')).toBe(2)
  expect(unreadCount(channel, FINN.id, '0')).toBe(3)
  expect(unreadCount(channel, FINN.id, approvalMessage.ts)).toBe(1)
  expect(unreadCount(channel, FINN.id, newestTs(channel))).toBe(0)
})
