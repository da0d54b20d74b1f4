import { isOfForm, ticketIn, ticketUrl } from '../../functions/domain/comment.ts'

const FORM = { isRequired: true, pattern: 'CHG\\d{7}', hint: null, url: null }

test('the ticket is the part of the comment that matches, and is looked for once', () => {
  const ticket = ticketIn(FORM, 'for CHG0012345, see there')
  expect(ticket).toEqual({ from: 4, to: 14, text: 'CHG0012345' })
  expect(ticketIn({ ...FORM }, 'for CHG0012345, see there')).toBe(ticket)
})

test('of more comments than are remembered, each keeps its own ticket', () => {
  const numbers = Array.from({ length: 250 }, (_, index) => String(index).padStart(7, '0'))
  const tickets = [...numbers, ...numbers].map((number) => ticketIn(FORM, `for CHG${number}`)?.text)
  expect(tickets).toEqual([...numbers, ...numbers].map((number) => `CHG${number}`))
  expect(isOfForm(FORM, 'for CHG12')).toBe(false)
  expect(isOfForm(FORM, 'for CHG12')).toBe(false)
})

test('an empty comment is of the form only where none is required', () => {
  expect(isOfForm({ ...FORM, isRequired: false }, '')).toBe(true)
  expect(isOfForm(FORM, '')).toBe(false)
  expect(isOfForm({ ...FORM, pattern: '^$' }, '')).toBe(false)
})

test('the address of a ticket’s page takes the ticket as text, half characters too', () => {
  const form = { ...FORM, url: 'https://tickets.example.com/{ticket}?again={ticket}' }
  expect(ticketUrl(form, 'A B')).toBe('https://tickets.example.com/A%20B?again=A%20B')
  expect(ticketUrl(form, '\ud800')).toBe('https://tickets.example.com/%EF%BF%BD?again=%EF%BF%BD')
  expect(ticketUrl(FORM, 'A')).toBeNull()
})
