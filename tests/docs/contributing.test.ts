import { globSync } from 'node:fs'
import { basename, join } from 'node:path'
import { ROOT, read } from './pages.ts'

const inOrder = (names: readonly string[]): string[] => names.toSorted()
const below = (pattern: string): string[] => globSync(pattern, { cwd: join(ROOT, 'cli') })
const rowOf = (first: string): string =>
  read('CONTRIBUTING.md')
    .split('\n')
    .find((line) => line.startsWith(`| \`${first}\``)) ?? ''

test('CONTRIBUTING.md names every command of the command line', () => {
  const [, listed = ''] = /lists the commands: (.*?) *\|/.exec(rowOf('npx greenlight --help')) ?? []
  expect(inOrder(listed.split(', '))).toEqual(inOrder(below('commands/*.ts').map((file) => basename(file, '.ts'))))
})

test('CONTRIBUTING.md names every folder of the command line', () => {
  const listed = [...rowOf('cli/').matchAll(/`(\w+)\/`/g)].flatMap(([, name = '']) => (name === 'cli' ? [] : [name]))
  expect(inOrder(listed)).toEqual(inOrder(below('*/')))
})
