import { runToEnd } from '../support/package-service.ts'

const run = (script: string, patience = 60_000) => runToEnd(['/bin/sh', '-c', script], { env: process.env, patience })

test('a command that ends well is waited for', async () => {
  await expect(run('exit 0')).resolves.toBeUndefined()
})

test('one that fails says what it said', async () => {
  await expect(run('echo half; echo broken >&2; exit 3')).rejects.toThrow(/ends with 3\nhalf\nbroken$/)
})

test('one that never ends is killed with all that it started, and says what it said', async () => {
  // What it started holds its output open: this would wait for that, were it not killed too.
  await expect(run('echo broken; sleep 1000 & wait', 3_000)).rejects.toThrow(/^not done after 3 s, .*\nbroken$/)
}, 30_000)
