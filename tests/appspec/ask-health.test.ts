import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { tools } from '../support/equipment.ts'
import { describeWith } from '../support/needs.ts'
import { path } from './small-app.ts'

const COMMIT = '1a2b3c4d5e6f7a8b9c0d1a2b3c4d5e6f7a8b9c0d'
const foundPython = 'missing' in tools.python ? 'python3' : tools.python.path

/** The output of ask-health.py for an application with these answers. */
const found = async (version: string, answer: (response: ServerResponse) => void): Promise<string> => {
  const server = createServer((_, response) => answer(response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/healthz`
  try {
    const asked = await promisify(execFile)(foundPython, [
      '-I',
      path('appspec/ec2/scripts/ask-health.py'),
      url,
      version,
    ])
    return asked.stdout.trim()
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const says = (version: unknown) => (response: ServerResponse) => response.end(JSON.stringify({ status: 'ok', version }))

await describeWith(['python'], 'the health check', () => {
  test.each([
    ['a commit', COMMIT, COMMIT],
    ['a commit by its first seven characters', COMMIT, '1a2b3c4'],
    ['a commit by more of them', COMMIT, '1a2b3c4d5e'],
    ['seven characters', '1a2b3c4', '1a2b3c4'],
    ['a date with a number', '2026.11.23-4', '2026.11.23-4'],
    ['a version with the line end of Windows', '1.4.2', '1.4.2\r\n'],
    ['a version that JSON has as a number', '1.4', 1.4],
  ])('passes for %s', async (_, version, said) => {
    expect(await found(version, says(said))).toBe('')
  })

  test.each([
    ['another commit', COMMIT, '1a2b3c5'],
    ['too little of a commit', COMMIT, '1a2b3c'],
    ['the beginning of a date, which is that of other releases too', '2026.11.23-4', '2026.11'],
    ['the beginning of a short commit', '1a2b3c4d', '1a2b3c4'],
    ['more than the version', '1.4.2', '1.4.2-1'],
    ['no text', '1.4.2', null],
  ])('fails for %s', async (_, version, said) => {
    expect(await found(version, says(said))).toBe(`it says that its version is ${said ?? 'None'}`)
  })

  test.each<[string, (response: ServerResponse) => void, string]>([
    [
      'redirects',
      (response) => response.writeHead(302, { location: 'https://example.com/login?next=/healthz' }).end(),
      'it redirects to https://example.com/login (302); /healthz must answer by itself, without a login or HTTPS',
    ],
    ['fails', (response) => response.writeHead(500).end('{}'), 'HTTP status 500'],
    ['answers with a page', (response) => response.end('<html>\n<p>Hello'), 'no JSON: <html> <p>Hello'],
    ['answers with nothing', (response) => response.end(), 'no JSON: nothing'],
    [
      'names no version',
      (response) => response.end('{"status": "ok"}'),
      'no "version" in its answer: {"status": "ok"}',
    ],
    ['answers with a list', (response) => response.end('[1]'), 'no "version" in its answer: [1]'],
    ['hangs up', (response) => response.destroy(), 'Remote end closed connection without response'],
    [
      'answers one byte at a time',
      (response) => {
        const sending = setInterval(() => response.write(' '), 100)
        response.on('close', () => clearInterval(sending))
      },
      'timed out',
    ],
  ])('describes an application that %s: %s', async (_, answer, problem) => {
    expect(await found('1.4.2', answer)).toBe(problem)
  })

  test('gives the reason if there is no application', async () => {
    const script = path('appspec/ec2/scripts/ask-health.py')
    const asked = await promisify(execFile)(foundPython, ['-I', script, 'http://127.0.0.1:1/healthz', '1'])
    expect(asked.stdout).toMatch(/^\[Errno \d+\] Connection refused\n$/)
  })
})
