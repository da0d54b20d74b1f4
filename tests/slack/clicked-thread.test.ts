import { placeIn, threadOf } from '../../functions/slack/clicked-thread.ts'

test.each([
  ['in a reply', { message_ts: '2.000002', thread_ts: '1.000001' }, { thread_ts: '1.000001' }],
  ['in the first message of a thread, which is in the channel', { message_ts: '1.000001', thread_ts: '1.000001' }, {}],
  ['in a message without replies', { message_ts: '1.000001' }, {}],
  ['in the Home tab', { type: 'view' }, {}],
])('a click %s is answered where its person looks', (_, container, place) => {
  expect(placeIn(threadOf({ container }))).toEqual(place)
})
