import { readFileSync } from 'node:fs'
import { NESTED, SAME, rowsOf } from './time-limits.ts'

const guide = readFileSync(new URL('../docs/time-limits.md', import.meta.url), 'utf8')
const rows = (markdown: string): string[] =>
  markdown
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\| -+ /.test(line))
    .map((line) => line.replace(/ *\| */g, '|'))

describe.each(Object.entries(NESTED))('%s', (title, nested) => {
  test.each(nested)('$inner.what is over before $outer.what', ({ inner, outer, mayBeEqual }) => {
    expect(inner.seconds).toBeGreaterThan(0)
    if (mayBeEqual) expect(inner.seconds).toBeLessThanOrEqual(outer.seconds)
    else expect(inner.seconds).toBeLessThan(outer.seconds)
  })

  test('is in the guide as it is in the sources', () => {
    const [, section = ''] = guide.split(`## ${title}\n`)
    expect(rows(section.split('\n## ')[0]!).slice(1)).toEqual(rowsOf(nested))
  })
})

test.each(SAME)('$0.what is the same in every place', (...same) => {
  expect(new Set(same.map(({ seconds }) => seconds)).size).toBe(1)
})
