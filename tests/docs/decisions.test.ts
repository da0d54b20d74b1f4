import { basename } from 'node:path'
import { pages, read } from './pages.ts'

const decisions = pages.filter((page) => page.startsWith('docs/decisions/'))

test('decisions are numbered from 1 without a gap', () => {
  expect(decisions.map((page) => Number(basename(page).slice(0, 4)))).toEqual(decisions.map((_, index) => index + 1))
})

test.each(decisions)('%s has its number, date, status, context, decision and consequences', (page) => {
  const [title, blank, dated] = read(page).split('\n')
  expect(title).toMatch(new RegExp(`^# ${Number(basename(page).slice(0, 4))}\\. \\S`))
  expect(blank).toBe('')
  expect(dated).toMatch(/^Date: \d{4}-\d\d-\d\d · Status: (?:accepted|superseded by \[decision \d+\]\(\S+\))$/)
  const headings = [...read(page).matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)
  expect(headings).toEqual(['Context', 'Decision', 'Consequences'])
})
