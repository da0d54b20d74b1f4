import type { SourceFile } from '../architecture/source-file.ts'
import { parseSource, sourceFiles } from '../architecture/source-file.ts'
import { ROOT, pages, read, scripts, yamlFiles } from './pages.ts'
import { sourceProse } from './source-prose.ts'

/* CONTRIBUTING.md, "Plain words": a sentence names who acts. */

const VAGUE = /\b(?:nobody|whoever|somebody|anybody|everybody|(?<!there )(?:is|are) none)\b/i

/** Words of the table in CONTRIBUTING.md that have no other meaning. */
const REPLACED =
  /\b(?:anew|four eyes|br(?:eak|oken?)(?:ing|s)? (?:the )?glass|cancelled|(?:organ|recogn|author)is(?:e[ds]?|ing|ation)s?|behaviour|colours?)\b/

/** Code may say it: the key `people` of greenlight.yml takes `nobody` for a machine. */
const withoutCode = (line: string): string => line.replaceAll(/`[^`]*`/g, '').replace(/^(\s*\S.*:) nobody\b/, '$1')

const vagueLines = (path: string): string[] =>
  read(path)
    .split('\n')
    .flatMap((line, index) => (VAGUE.test(withoutCode(line)) ? [`${path}:${index + 1}: ${line.trim()}`] : []))

const proseWith = (words: RegExp, file: SourceFile): string[] =>
  // Most files have none of the words anywhere.
  (words.test(file.tree.text) ? sourceProse(file) : [])
    .filter(({ text }) => words.test(withoutCode(text)))
    .map(({ line, text }) => `${file.path}:${line}: ${text}`)

test('pages and templates name who acts', () => {
  expect([...pages, ...yamlFiles].flatMap(vagueLines)).toEqual([])
})

test('comments of scripts name who acts', () => {
  const commentLines = (path: string) => vagueLines(path).filter((line) => /: (?:#|""")/.test(line))
  expect(scripts.length).toBeGreaterThan(10)
  expect(scripts.flatMap(commentLines)).toEqual([])
})

describe('comments, titles of tests and log lines', () => {
  const sources = sourceFiles(ROOT, ['cli', 'functions', 'infra', 'local', 'schemas', 'scripts', 'tests'])

  test.each([
    ['name who acts', VAGUE],
    ['use the words of CONTRIBUTING.md', REPLACED],
  ])('%s', (_, words) => {
    expect(sources.flatMap((file) => proseWith(words, file))).toEqual([])
  })
})

describe('the rule notices', () => {
  /** This file may not have the words itself. */
  const vague = (text: string): string => text.replaceAll('WHO', 'nobody').replaceAll('ISNONE', 'is none')

  test.each([
    '// WHO waits',
    'const a = 1 // WHO waits',
    'const f = () => {\n  // WHO waits\n}',
    '/** One line,\n * and WHO. */\nconst a = 1',
    `test('WHO waits', () => {})`,
    `describe.each(['a'])('WHO waits', () => {})`,
    `test.each([['WHO waits', 1]])('%s', () => {})`,
    `await describeWith(['git'], 'WHO waits', () => {})`,
    `services.log.info('WHO waits', { id })`,
    '// a link that ISNONE',
  ])('a sentence without an actor: %s', (text) => {
    expect(proseWith(VAGUE, parseSource('a.ts', vague(text)))).toHaveLength(1)
  })

  test.each([
    `const name = 'WHO waits'`,
    '// the key takes `WHO`',
    '// null if there ISNONE',
    `const page = <p>// WHO waits</p>`,
    `test.each([['WHO', 1]])('%s', () => {})`,
  ])('nothing in: %s', (text) => {
    expect(proseWith(VAGUE, parseSource('a.tsx', vague(text)))).toEqual([])
  })
})
