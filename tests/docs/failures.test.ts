import { FAILURE } from '../../functions/slack/words/execution-words.ts'
import { read } from './pages.ts'

/** What a message says if a cause could not be read, without its beginning; any word stands for `{of}`. */
const said = Object.values(FAILURE)
  .filter((words) => typeof words === 'string')
  .flatMap((words) => /cannot be read(?: in full)?: (.*)$/.exec(words)?.[1] ?? [])

test('failures.md explains each sentence that says what could not be read', () => {
  const [, rows = ''] = /^\| words ([^]*?)\n\n/m.exec(read('docs/failures.md')) ?? []
  const explained = [...rows.matchAll(/^\| (.*?) +\|/gm)].slice(1).map(([, words = '']) => words.replaceAll('`', ''))
  const matches = (words: string, row: string) => new RegExp(`^${words.replace('{of}', '\\S+')}$`).test(row)
  expect(said.length).toBeGreaterThan(5)
  expect(said.filter((words) => !explained.some((row) => matches(words, row)))).toEqual([])
})
