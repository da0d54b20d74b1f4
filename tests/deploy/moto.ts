import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** Inside node_modules, with everything that an installation adds. */
export const MOTO_ENVIRONMENT = join(process.cwd(), 'node_modules', '.cache', 'greenlight-moto')
export const REQUIREMENTS = join(process.cwd(), 'tests', 'deploy', 'requirements.txt')

export interface Moto {
  url: string
  close(): Promise<void>
}

/** An AWS account, empty, on a free port of 127.0.0.1. */
export const startMoto = async (): Promise<Moto> => {
  const python = join(MOTO_ENVIRONMENT, 'bin', 'python')
  const server = spawn(python, [join(process.cwd(), 'tests', 'deploy', 'moto_server.py')], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let complaints = ''
  server.stderr.on('data', (data: Buffer) => (complaints = `${complaints}${data.toString()}`.slice(-2_000)))
  const ended = once(server, 'exit')
  const url = await Promise.race([
    once(createInterface(server.stdout), 'line').then(([line]) => String(line)),
    ended.then(() => Promise.reject(new Error(`moto has not started: ${complaints}`))),
  ])
  return {
    url,
    close: async () => {
      // It stops when its input is closed, and so also when this process ends.
      server.stdin.end()
      await ended
    },
  }
}
