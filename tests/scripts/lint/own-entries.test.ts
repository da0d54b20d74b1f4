import { spawnSync } from 'node:child_process'

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

test('a table that is keyed by any text is read by ownEntry only', () => {
  const lint = ['node_modules/eslint/bin/eslint.js', '--stdin', '--stdin-filename', 'functions/log.ts', '-f', 'json']
  const { stdout, stderr } = spawnSync(process.execPath, lint, {
    input: LINES.map(([line]) => line).join('\n'),
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  const [{ messages }] = JSON.parse(stdout) as [{ messages: { ruleId: string; line: number }[] }]
  const found = messages.filter(({ ruleId }) => ruleId === 'greenlight/own-entries').map(({ line }) => line)
  expect(found).toEqual(LINES.flatMap(([, isFault], index) => (isFault ? [index + 1] : [])))
})
