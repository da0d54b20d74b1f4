import { type VersionSettings, openVersion } from '../../../../local/aws/lambda/function-version.ts'
import { hasEnded } from '../../../support/has-ended.ts'
import { directoryWith, removeDirectories } from '../../../support/order.ts'
import { signingSecret } from '../../../support/secret.ts'

const opened: { close(): void }[] = []
afterEach(() => opened.splice(0).forEach((version) => version.close()))
afterAll(removeDirectories)

/** A version whose function is the given expression. */
const version = async (handler: string, given: Partial<VersionSettings> = {}) => {
  const lines: string[] = []
  const made = openVersion({
    functionName: 'shop',
    version: '3',
    directory: await directoryWith({ 'index.mjs': `export const handler = ${handler}\n` }),
    runtime: 'nodejs24.x',
    handler: 'index.handler',
    timeoutMs: 20_000,
    python: 'python3',
    environment: {},
    log: (line) => lines.push(line),
    ...given,
  })
  opened.push(made)
  return { ...made, lines }
}

test('answers its events one after the other, in one process with the environment of its version', async () => {
  const { invoke } = await version(`async (event) => [event, process.env.AWS_LAMBDA_FUNCTION_VERSION, process.pid]`)
  const answers = await Promise.all([1, 2, 3].map((event) => invoke(event)))
  const payloads = answers.map((answer) => (answer.kind === 'answered' ? (answer.payload as unknown[]) : []))
  expect(payloads.map(([event, number]) => [event, number])).toEqual([
    [1, '3'],
    [2, '3'],
    [3, '3'],
  ])
  expect(new Set(payloads.map(([, , pid]) => pid)).size).toBe(1)
})

test('sees no secret of the workspace’s environment', async () => {
  process.env.SLACK_SIGNING_SECRET = signingSecret()
  try {
    const { invoke } = await version('async () => JSON.stringify(process.env)')
    expect(JSON.stringify(await invoke({}))).not.toContain(signingSecret())
  } finally {
    delete process.env.SLACK_SIGNING_SECRET
  }
})

test('returns an exception as its answer, and takes the next event', async () => {
  const { invoke } = await version(`async (event) => { if (event === 'bad') throw new RangeError('no'); return event }`)
  expect(await invoke('bad')).toEqual({ kind: 'failed', errorType: 'RangeError', errorMessage: 'no' })
  expect(await invoke('good')).toEqual({ kind: 'answered', payload: 'good' })
})

test('reports an error if its process ends, and starts another for the next event', async () => {
  const { invoke } = await version(`async (event) => event === 'bad' ? process.exit(7) : event`)
  expect(await invoke('bad')).toMatchObject({
    errorType: 'Runtime.ExitError',
    errorMessage: expect.stringContaining('7'),
  })
  expect(await invoke('good')).toEqual({ kind: 'answered', payload: 'good' })
})

test('is ended at its timeout with every process that it started', async () => {
  const { invoke, lines } = await version(
    `async () => {
      const { spawn } = await import('node:child_process')
      console.log(spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)']).pid)
      return new Promise(() => setInterval(() => {}, 1000))
    }`,
    { timeoutMs: 1_000 },
  )
  expect(await invoke({})).toEqual({
    kind: 'failed',
    errorType: 'Sandbox.Timedout',
    errorMessage: 'Task timed out after 1.00 seconds',
  })
  await hasEnded(Number(lines[0]))
})

test('reports a missing interpreter as an error, and does not throw', async () => {
  const { invoke } = await version('', { runtime: 'python3.13', python: '/nowhere/python' })
  expect(await invoke({})).toMatchObject({ kind: 'failed', errorType: 'Runtime.InvalidEntrypoint' })
})
