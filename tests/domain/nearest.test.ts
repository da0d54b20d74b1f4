import { nearestOf } from '../../functions/domain/nearest.ts'

test.each<[string, string, string | null]>([
  ['the same word', 'status', 'status'],
  ['two letters too many', 'sttatuss', 'status'],
  ['two letters too few', 'stus', 'status'],
  ['two other letters', 'xtatux', 'status'],
  ['two pairs of exchanged neighbors', 'tsatsu', 'status'],
  ['one pair at the beginning and one other letter', 'tsatux', 'status'],
  ['three letters too many', 'xxxstatus', null],
  ['three letters too few', 'sta', null],
  ['three other letters', 'xtxtux', null],
  ['two pairs and one other letter', 'tsxtsu', null],
  ['letters exchanged over another', 'tatsus', 'status'],
  ['one letter exchanged over two, and one other', 'utatsx', null],
])('%s: %s', (_, typed, meant) => {
  expect(nearestOf(typed, ['status'])).toBe(meant)
})

test('the nearest of several words is meant; of an empty list, no word is', () => {
  expect(nearestOf('shop-wep', ['shop-api', 'shop-wax', 'shop-web'])).toBe('shop-web')
  expect(nearestOf('shop-web', [])).toBeNull()
})
