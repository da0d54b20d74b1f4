import { commentParts } from '../../functions/slack/comment-parts.ts'

const FORM = {
  isRequired: true,
  pattern: '[A-Z]+-\\d+',
  hint: null,
  url: 'https://tickets.example/{ticket}',
}
const words = (text: string) => ({ type: 'text', text })
const link = (ticket: string) => ({ type: 'link', text: ticket, url: `https://tickets.example/${ticket}` })

test.each([
  ['see SHOP-123, please', 40, [words('see '), link('SHOP-123'), words(', please')]],
  ['SHOP-123', 8, [link('SHOP-123')]],
  ['see SHOP-123, please', 13, [words('see '), link('SHOP-123'), words('…')]],
  ['see SHOP-123, please', 12, [words('see SHOP-12…')]],
  ['see SHOP-123, please', 8, [words('see SHO…')]],
  // The first ticket counts, and is not shown.
  ['see SHOP\u200B-123, A-7', 40, [words('see SHOP-123, A-7')]],
])('of “%s” in %d characters, the ticket is a link only if all of it is shown: %j', (comment, most, parts) => {
  expect(commentParts(comment, FORM, most)).toEqual(parts)
})

test('a comment has no link without a form, a page or a ticket', () => {
  expect(commentParts('SHOP-123', undefined, 40)).toEqual([words('SHOP-123')])
  expect(commentParts('SHOP-123', { ...FORM, url: null }, 40)).toEqual([words('SHOP-123')])
  expect(commentParts('no ticket', FORM, 40)).toEqual([words('no ticket')])
})
