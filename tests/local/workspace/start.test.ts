import { jest } from '@jest/globals'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { WebClient } from '@slack/web-api'
import { botToken, signingSecret } from '../../support/secret.ts'

jest.setTimeout(60_000)

const START = fileURLToPath(new URL('../../../local/workspace/start.ts', import.meta.url))

/** Runs `npm start`'s program, without this test's environment. */
const start = (environment: Record<string, string>, ...args: string[]) => {
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env
  const child: ChildProcess = spawn(process.execPath, ['--no-warnings', START, ...args], {
    env: { PATH, HOME, NODE_COMPILE_CACHE, ...environment },
  })
  let output = ''
  const collect = (chunk: Buffer) => (output += chunk.toString('utf8'))
  child.stdout?.on('data', collect)
  child.stderr?.on('data', collect)
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, output }))
  const said = async (text: RegExp): Promise<string> => {
    for (;;) {
      const match = text.exec(output)
      if (match) return match[1] ?? match[0]
      await Promise.race([
        once(child.stdout!, 'data'),
        ended.then(() => Promise.reject(new Error(`It ended: ${output}`))),
      ])
    }
  }
  return { child, ended, said }
}

test('starts, uses the given secrets and prints neither, answers Slack’s own client, and stops on Ctrl-C', async () => {
  const workspace = start({ PORT: '0', SLACK_BOT_TOKEN: botToken(), SLACK_SIGNING_SECRET: signingSecret() })
  const url = await workspace.said(/^Greenlight workspace ready at (http:\/\/127\.0\.0\.1:\d+)$/m)
  const client = new WebClient(botToken(), { slackApiUrl: `${url}/slack/api/` })
  await client.chat.postMessage({ channel: 'C0GENERAL', text: 'hello' })
  const { messages } = await client.conversations.history({ channel: 'C0GENERAL' })
  expect(messages?.map(({ text }) => text)).toEqual(['hello'])
  expect((await fetch(`${url}/slack/events`, { method: 'POST', body: '{}' })).status).toBe(401)
  workspace.child.kill('SIGINT')
  const { code, output } = await workspace.ended
  expect(code).toBe(0)
  expect(output).toContain('as in SLACK_SIGNING_SECRET')
  expect(output).not.toContain(botToken())
  expect(output).not.toContain(signingSecret())
  expect(output).toContain('Pipeline flask-app (111122223333, eu-west-1): Source → Build → Test → Production')
  await expect(fetch(url)).rejects.toThrow()
})

test('explains itself, and refuses what it cannot do with a sentence and a failure', async () => {
  const [help, port, option] = await Promise.all([
    start({}, '--help').ended,
    start({ PORT: 'abc' }).ended,
    start({}, '--nope').ended,
  ])
  expect(help).toMatchObject({ code: 0, output: expect.stringContaining('PORT=4601 npm start') as string })
  expect(port).toEqual({
    code: 1,
    output: 'PORT is "abc", which is not a port. Give a number from 0 to 65535: PORT=4601 npm start\n',
  })
  expect(option).toMatchObject({ code: 1, output: expect.stringContaining("Unknown option '--nope'") as string })
})
