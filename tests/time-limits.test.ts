import { readFileSync, readdirSync } from 'node:fs'
import { IN_A_ROW, NESTED, SAME, rowsOf } from './time-limits.ts'

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

test('what limits a call or a wait in the functions stands in a row', () => {
  const sources = readdirSync('functions', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  const limits = sources.flatMap((file) => {
    const source = readFileSync(`functions/${file}`, 'utf8')
    const used = [
      ...source.matchAll(/\b(?:timeoutMs|AbortSignal\.timeout|within|setTimeout)\b[^\n]*?\b([A-Z_]+_MS)\b/g),
    ]
    return used
      .map(([, name]) => name!)
      .filter((name) => new RegExp(`const ${name} = `).test(source))
      .map((name) => `functions/${file} ${name}`)
  })
  expect(limits.length).toBeGreaterThan(10)
  expect([...new Set(limits)].filter((one) => !IN_A_ROW.has(one))).toEqual([])
})
