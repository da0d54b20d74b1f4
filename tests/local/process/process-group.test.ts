import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type GroupCommand, runInGroup } from '../../../local/process/process-group.ts'
import { describeWith } from '../../support/needs.ts'
import { hasEnded } from '../../support/has-ended.ts'
import { directoryWith, removeDirectories } from '../../support/order.ts'

afterAll(removeDirectories)

const run = async (script: string, given: Partial<GroupCommand> = {}) => {
  const cwd = await directoryWith()
  const lines: string[] = []
  const outcome = await runInGroup({
    command: 'bash',
    args: ['-c', script],
    cwd,
    env: { PATH: process.env.PATH ?? '' },
    onLine: (line) => lines.push(line),
    timeoutMs: 20_000,
    signal: new AbortController().signal,
    ...given,
  })
  return { outcome, lines, cwd }
}

test('a missing command is an outcome, and does not throw', async () => {
  const { outcome } = await run('', { command: '/nowhere/at-all' })
  expect(outcome).toEqual({ kind: 'not-started', because: expect.stringContaining('does not exist') })
})

await describeWith(['bash'], 'a command in a group of its own', () => {
  test('returns its lines, without escape sequences, and its exit code', async () => {
    const { outcome, lines } = await run(`printf '\\033[31mred\\033[0m\\nlast'; exit 7`)
    expect(lines).toEqual(['red', 'last'])
    expect(outcome).toEqual({ kind: 'exited', code: 7 })
  })

  test('is ended with every process that it started if it takes too long', async () => {
    const script = `sleep 300 & echo $! >child; sleep 300`
    const { outcome, cwd } = await run(script, { timeoutMs: 300 })
    expect(outcome).toEqual({ kind: 'timed-out' })
    await hasEnded(Number(await readFile(join(cwd, 'child'), 'utf8')))
  })

  test('is killed if it ignores TERM', async () => {
    const { outcome } = await run(`trap '' TERM; while :; do sleep 0.05; done`, { timeoutMs: 300 })
    expect(outcome).toEqual({ kind: 'timed-out' })
  })

  test('is ended when it is aborted, and never started if it was aborted before', async () => {
    const abort = new AbortController()
    const onLine = () => abort.abort()
    const { outcome } = await run('echo started; sleep 300', { signal: abort.signal, onLine })
    expect(outcome).toEqual({ kind: 'aborted' })
    expect((await run('echo again', { signal: abort.signal })).lines).toEqual([])
  })

  test('does not wait for a child that keeps its output open', async () => {
    const { outcome, lines, cwd } = await run(`sleep 300 & echo $! >child; echo done`)
    expect(lines).toEqual(['done'])
    expect(outcome).toEqual({ kind: 'held-output', code: 0 })
    await hasEnded(Number(await readFile(join(cwd, 'child'), 'utf8')))
  })
})
