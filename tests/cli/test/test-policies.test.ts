import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runGreenlight } from '../scripted-terminal.ts'

const directory = mkdtempSync(join(tmpdir(), 'greenlight-test-'))
afterAll(() => rmSync(directory, { recursive: true }))
const saved = (name: string, text: string): string => {
  writeFileSync(join(directory, name), text)
  return join(directory, name)
}

const EXAMPLES = readdirSync('examples/policies')
  .filter((name) => name.endsWith('.test.yml'))
  .map((name) => `examples/policies/${name}`)

test.each(EXAMPLES)('the cases of %s pass', async (file) => {
  const { exitCode, out } = await runGreenlight(['test', file])
  expect([exitCode, out.split('\n').filter((line) => /^(?:FAIL| {7})/.test(line))]).toEqual([0, []])
})

test('what differs is printed and written as JUnit, and the command fails', async () => {
  saved('policy.yml', 'routes: [{ match: {}, approvals: C0R, approvers: [{ name: a, people: [U0ANA], count: 1 }] }]\n')
  const given = `given: { pipeline: p, stage: s, at: '2026-11-24 10:00' }`
  const cases = saved(
    'cases.yml',
    `policy: policy.yml\ncases:\n  - { name: a <b>, ${given}, acts: [U0ANA approves], expect: open }\n  - { name: c, ${given}, expect: open }\n`,
  )
  const junit = join(directory, 'junit.xml')
  const { exitCode, out } = await runGreenlight(['test', cases, '--junit', junit])
  expect(exitCode).toBe(1)
  expect(out.split('\n')).toEqual([
    `FAIL ${cases}: a <b>`,
    '       expect: expected open, found granted',
    `ok   ${cases}: c`,
    '2 cases, 1 failed',
    '',
  ])
  const xml = readFileSync(junit, 'utf8')
  expect(xml).toContain('tests="2" failures="1"')
  expect(xml).toContain('name="a &lt;b>"><failure message="expect: expected open, found granted"/>')
})

test('a case says who is away, and who stands in for them', async () => {
  saved(
    'away-policy.yml',
    'routes: [{ match: {}, approvals: C0R, standIns: anyone, approvers: [{ name: a, people: [U0ANA], count: 1 }] }]\n',
  )
  const given = (more: string) =>
    `given: { pipeline: p, stage: s, at: '2026-11-24 10:00'${more} }, acts: [U0LEE approves]`
  const cases = (away: string) =>
    saved(
      'away.yml',
      `policy: away-policy.yml\ncases:\n  - { name: with, ${given(away)}, expect: granted }\n` +
        `  - { name: without, ${given('')}, expect: open, refused: { U0LEE: not-an-approver } }\n`,
    )
  const right = await runGreenlight(['test', cases(', away: { U0ANA: U0LEE }')])
  expect([right.exitCode, right.out]).toEqual([0, expect.stringContaining('2 cases, 0 failed')])
  const wrong = await runGreenlight(['test', cases(', away: { U0ANA: lee }')])
  expect([wrong.exitCode, wrong.err]).toEqual([
    1,
    expect.stringContaining('cases.0.given.away.U0ANA: expected a Slack user ID, such as U0DANA'),
  ])
})

test('a change of policy is told for each case', async () => {
  const route = (count: number) =>
    `routes: [{ match: {}, approvals: C0R, approvers: [{ name: a, people: [U0ANA, U0BEN], count: ${count} }] }]\n`
  const before = saved('before.yml', route(1))
  saved('after.yml', route(2))
  const cases = saved(
    'change.yml',
    `policy: after.yml\ncases:\n  - { name: one, given: { pipeline: p, stage: s, at: '2026-11-24 10:00' }, acts: [U0ANA approves], expect: open }\n`,
  )
  const { exitCode, out } = await runGreenlight(['test', cases, '--against', before])
  expect(exitCode).toBe(0)
  expect(out.split('\n')).toEqual([
    `ok   ${cases}: one`,
    '       expect: was granted, is now open',
    '       needed: was {}, is now {"a":1}',
    '1 case, 0 failed',
    `1 case changed against ${before}`,
    '',
  ])
})

test('a file of cases that is not right is refused with the line of each problem', async () => {
  const wrong = saved('wrong.yml', 'cases:\n  - { name: a, given: { pipeline: p, stage: s, at: x }, expct: open }\n')
  const { exitCode, err } = await runGreenlight(['test', wrong])
  expect(exitCode).toBe(1)
  expect(err).toMatch(/wrong\.yml:2 {2}cases\.0/)
})
