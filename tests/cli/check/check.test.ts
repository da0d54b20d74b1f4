import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runGreenlight } from '../scripted-terminal.ts'

const directory = mkdtempSync(join(tmpdir(), 'greenlight-check-'))
afterAll(() => rmSync(directory, { recursive: true }))
const file = (name: string, ...lines: string[]): string => {
  const path = join(directory, name)
  writeFileSync(path, lines.join('\n'))
  return path
}

const OWN = file(
  'greenlight.yml',
  'routes:',
  '  - { match: { stage: Production }, approvals: C0A, approvers: [{ name: a, people: [U0A], count: 1 }] }',
  '  - { match: {}, approvals: C0A, approvers: [{ name: a, people: [U0A], count: 1 }] }',
)

const check = (...argv: string[]) => runGreenlight(['check', ...argv], { directory })

describe('greenlight check', () => {
  test('says that the file of this directory is valid', async () => {
    expect(await check()).toEqual({ exitCode: 0, out: `${OWN}: ok (2 routes)\n`, err: '', asked: [] })
  })

  test('prints every problem of every file as file:line, and ends with 1', async () => {
    const bad = file('bad.yml', 'routes:', '  - match: {}', '    approvals: x', '    approvers: []', '')
    const { exitCode, out, err } = await check(bad, '/nowhere.yml', directory, OWN)
    expect(exitCode).toBe(1)
    expect(err).toBe('')
    expect(out.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/bad\.yml:3 {2}routes\.0\.approvals: expected a Slack channel ID .*, found "x"$/),
      expect.stringMatching(
        /bad\.yml:4 {2}routes\.0\.approvers: expected at least one group of approvers, found \[\]$/,
      ),
      `${bad}: 2 problems`,
      '/nowhere.yml cannot be read: there is no such file or folder.',
      `${directory} cannot be read: it is a folder.`,
      `${OWN}: ok (2 routes)`,
    ])
  })

  test('ends with 1 for a route that is never used, and with 0 for warnings', async () => {
    const route = '  - { match: {}, approvers: [{ name: a, people: [U0A] }], forbid: [author] }'
    const likely = file('likely.yml', 'defaults: { approvals: C0A }', 'routes:', route)
    expect(await check(likely)).toMatchObject({
      exitCode: 0,
      out: `${likely}:3  routes.0.approvers: warning: no one can approve what U0A wrote or started: too few other people are named\n${likely}: ok (1 route, 1 warning)\n`,
    })
    const shadowed = file('shadowed.yml', 'defaults: { approvals: C0A }', 'routes:', route, route)
    const { exitCode, out } = await check(shadowed)
    expect(exitCode).toBe(1)
    expect(out).toContain(
      `${shadowed}:4  routes.1: routes.0 already matches everything that this route matches, so this route is never used\n`,
    )
    expect(out).toContain(`${shadowed}: 1 problem\n`)
  })
})
