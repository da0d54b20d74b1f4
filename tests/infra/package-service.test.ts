import { runToEnd } from '../support/package-service.ts'

const run = (script: string, patience = 60_000) => runToEnd(['/bin/sh', '-c', script], { env: process.env, patience })

test('a command that succeeds is waited for, and its output returned', async () => {
  await expect(run('echo half; echo whole >&2')).resolves.toBe('half\nwhole')
})

test('a command that fails rejects with its output', async () => {
  await expect(run('echo half; echo broken >&2; exit 3')).rejects.toThrow(/ends with 3\nhalf\nbroken$/)
})

test('a command that never ends is killed with every process that it started, and rejects with its output', async () => {
  // Its child keeps the output open: the call would wait for that child if it were not killed too.
  await expect(run('echo broken; sleep 1000 & wait', 3_000)).rejects.toThrow(/^not done after 3 s, .*\nbroken$/)
}, 30_000)
