import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Each a line, and whether the project's own lint finds fault with it. */
const LINES: [string, boolean][] = [
  ['export const a = (t: Record<string, number>, n: string) => t[n]', true],
  ['export const b = (t: Record<string, number> | undefined, n: string) => t?.[n]', true],
  ['export const c = (t: Record<string, number>, n: string) => { t[n] = 1 }', true],
  ['export const d = (t: Record<string, number>, n: `${string}/x`) => t[n]', true],
  ["export const e = (t: Record<'a' | 'b', number>, n: 'a' | 'b') => t[n]", false],
  ['export const f = (t: number[], n: number) => t[n]', false],
  ["export const g = (t: Record<string, number>) => t['a']", false],
]

/** A project of one file: the types of the whole project take ten seconds to read. */
const CONFIG = `
import tseslint from 'typescript-eslint'
import { ownEntries } from ${JSON.stringify(pathToFileURL('scripts/lint/own-entries.js').href)}
export default [{
  files: ['*.ts'],
  languageOptions: {
    parser: tseslint.parser,
    parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
  },
  plugins: { greenlight: { rules: { 'own-entries': ownEntries } } },
  rules: { 'greenlight/own-entries': 'error' },
}]
`

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(process.cwd(), 'node_modules/.own-entries-'))
  writeFileSync(join(directory, 'eslint.config.mjs'), CONFIG)
  writeFileSync(
    join(directory, 'tsconfig.json'),
    '{ "compilerOptions": { "strict": true, "types": [] }, "files": ["lines.ts"] }',
  )
  writeFileSync(join(directory, 'lines.ts'), LINES.map(([line]) => line).join('\n'))
})
afterAll(() => rmSync(directory, { recursive: true }))

test('a table that is keyed by any text is read by ownEntry only', () => {
  const eslint = join(process.cwd(), 'node_modules/eslint/bin/eslint.js')
  const { stdout, stderr } = spawnSync(process.execPath, [eslint, '--no-ignore', '-f', 'json', 'lines.ts'], {
    cwd: directory,
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  const [{ messages }] = JSON.parse(stdout) as [{ messages: { ruleId: string; line: number }[] }]
  const found = messages.filter(({ ruleId }) => ruleId === 'greenlight/own-entries').map(({ line }) => line)
  expect(found).toEqual(LINES.flatMap(([, isFault], index) => (isFault ? [index + 1] : [])))
})

test('the lint of this project has the rule', () => {
  expect(readFileSync('eslint.config.js', 'utf8')).toContain("'greenlight/own-entries': 'error'")
})
