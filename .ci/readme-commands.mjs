import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/*
 * The README's two commands, `npm ci && npm start` and `npm ci && npm test`, in the working directory and with this
 * process's PATH. The workspace must say that it is ready, answer 200, and end on Ctrl-C.
 */

const READY = /^Greenlight workspace ready at (http:\S+)$/

const seconds = (since) => Math.round((performance.now() - since) / 1000)

const npm = async (...args) => {
  const since = performance.now()
  console.log(`$ npm ${args.join(' ')}`)
  const [code] = await once(spawn('npm', args, { stdio: 'inherit' }), 'exit')
  if (code !== 0) throw new Error(`npm ${args.join(' ')} exited ${code}`)
  console.log(`npm ${args.join(' ')}: ${seconds(since)} s`)
}

const start = async () => {
  const since = performance.now()
  console.log('$ npm start')
  const child = spawn('npm', ['start'], {
    // A process group of its own: a terminal sends Ctrl-C to all of it.
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PORT: '0' },
  })
  // Not before the last of the group has ended: the workspace closes after npm has gone.
  const ended = once(child, 'close')
  const ready = new Promise((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      console.log(line)
      const url = READY.exec(line)?.[1]
      if (url) resolve(url)
    })
  })
  const early = ended.then(() => Promise.reject(new Error('npm start ended before it was ready')))
  const url = await Promise.race([ready, early])
  try {
    const { status } = await fetch(url)
    if (status !== 200) throw new Error(`${url} answered ${status}`)
  } finally {
    process.kill(-child.pid, 'SIGINT')
    early.catch(() => undefined)
  }
  const [code, signal] = await ended
  if (code !== 0 && signal !== 'SIGINT') throw new Error(`npm start exited ${code ?? signal} after Ctrl-C`)
  const answers = await fetch(url).then(
    () => true,
    () => false,
  )
  if (answers) throw new Error(`${url} still answers after Ctrl-C`)
  console.log(`npm start: ready, answered 200, and ended on Ctrl-C: ${seconds(since)} s`)
}

await npm('ci')
await start()
await npm('test')
