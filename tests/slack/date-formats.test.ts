import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const WORDS = fileURLToPath(new URL('../../functions/slack/words/', import.meta.url))

const textsIn = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(textsIn)
      : []

/** At the head of a digest. */
const FIRST_WORDS = ['{date_short_pretty} {time}']

test('within a sentence no date begins its format: Slack would write “Today” there', async () => {
  const files = readdirSync(WORDS)
  expect(files.length).toBeGreaterThan(10)
  const words = await Promise.all(files.map((file): Promise<unknown> => import(`${WORDS}${file}`)))
  expect([...new Set(textsIn(words).filter((text) => text.startsWith('{date_')))]).toEqual(FIRST_WORDS)
})
