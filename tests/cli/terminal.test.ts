import { PassThrough } from 'node:stream'
import { terminalOf } from '../../cli/terminal.ts'
import { botToken } from '../support/secret.ts'

const open = () => {
  const stdin = Object.assign(new PassThrough(), { isTTY: true })
  const stdout = Object.assign(new PassThrough(), { isTTY: true })
  const shown: string[] = []
  stdout.on('data', (chunk: Buffer) => shown.push(chunk.toString()))
  const process = { env: {}, stdin, stdout, stderr: new PassThrough() } as unknown as Parameters<typeof terminalOf>[0]
  return { stdin, shown: () => shown.join(''), terminal: terminalOf(process) }
}

test('an answer is shown while it is typed, a secret is not', async () => {
  const { stdin, shown, terminal } = open()
  const channel = terminal.ask('Channel: ')
  stdin.write('C012AB3CD\r')
  expect(await channel).toBe('C012AB3CD')
  const secret = terminal.ask('Secret: ', 'secret')
  stdin.write(`${botToken()}\r`)
  expect(await secret).toBe(botToken())
  expect(shown()).toContain('C012AB3CD')
  expect(shown()).toContain('Secret: ')
  expect(shown()).not.toContain(botToken())
})

test.each([
  ['Ctrl-C', '\u0003'],
  ['Ctrl-D', '\u0004'],
  ['the end of the input', null],
])('%s ends the command', async (_, key) => {
  const { stdin, terminal } = open()
  const answer = terminal.ask('Channel: ')
  if (key === null) stdin.end()
  else stdin.write(key)
  await expect(answer).rejects.toMatchObject({ name: 'Failure', message: 'Stopped.', exitCode: 130 })
})
