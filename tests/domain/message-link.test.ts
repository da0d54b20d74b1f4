import { messageAt, messageLink } from '../../functions/domain/message-link.ts'

test.each<[string, object | null]>([
  ['https://shop.slack.com/archives/C0RELEASES/p1764201600000200', { channel: 'C0RELEASES', ts: '1764201600.000200' }],
  [
    'https://shop.slack.com/archives/C0RELEASES/p1764201700000300?thread_ts=1764201600.000200&cid=C0RELEASES',
    { channel: 'C0RELEASES', ts: '1764201600.000200' },
  ],
  ['<https://shop.enterprise.slack.com/archives/G0X/p1764201600000200>', { channel: 'G0X', ts: '1764201600.000200' }],
  ['<https://shop.slack.com/archives/G0X/p1764201600000200|a link>', { channel: 'G0X', ts: '1764201600.000200' }],
  ['https://shop.slack.com.evil.example/archives/C0RELEASES/p1764201600000200', null],
  ['https://shop.slack.com/archives/C0RELEASES', null],
  ['see https://shop.slack.com/archives/C0RELEASES/p1764201600000200', null],
  ['https://shop.slack.com/archives/C0RELEASES/p1764201600000200 there', null],
  ['https://shop.slack.com/archives/C0RELEASES/p1764201600>000200', null],
  ['shop-web', null],
  ['', null],
])('%s', (link, place) => {
  expect(messageAt(link)).toEqual(place)
})

test.each(['shop', '', 'a b', 'evil.example/'])('a link in the workspace “%s” leads to its message', (domain) => {
  expect(messageAt(messageLink(domain, 'C0RELEASES', '1764201600.000200'))).toEqual({
    channel: 'C0RELEASES',
    ts: '1764201600.000200',
  })
})
