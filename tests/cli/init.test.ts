import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Terminal } from '../../cli/terminal.ts'
import { shippedService } from '../support/service-copy.ts'
import { runGreenlight } from './scripted-terminal.ts'

/** An address at which nothing listens. */
const NOWHERE = { AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }
const UNREACHED = '127.0.0.1:9 cannot be reached (ECONNREFUSED).'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'greenlight-init-'))
  await mkdir(join(directory, 'docs'))
  await cp('docs/slack-app-manifest.yml', join(directory, 'docs/slack-app-manifest.yml'))
  await writeFile(join(directory, 'serverless.yml'), await shippedService())
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const init = (argv: string[], replaced: Partial<Terminal> = {}) =>
  runGreenlight(['init', ...argv], { directory, environment: NOWHERE, ...replaced })

const START = ['--approvals', 'C012AB3CD', '--approver', 'U012AB3CD', 'U023BC4DE']

describe('greenlight init, without AWS', () => {
  test('--manifest prints the manifest, with a placeholder for the request URL', async () => {
    const { exitCode, out, err } = await init(['--manifest'])
    expect(exitCode).toBe(0)
    expect(parse(out)).toMatchObject({ settings: { interactivity: { is_enabled: true } } })
    expect(err).toContain(UNREACHED)
    expect(err).toMatch(/The request URL of the manifest is a placeholder\.\n$/)
  })

  test('writes greenlight.yml, prints the manifest, and says what is left to do', async () => {
    const { exitCode, out, err } = await init(START)
    expect(exitCode).toBe(0)
    expect(err).toBe('')
    expect(parse(await readFile(join(directory, 'greenlight.yml'), 'utf8'))).toMatchObject({
      routes: [{ approvers: [{ people: ['U012AB3CD', 'U023BC4DE'] }] }],
    })
    expect(out).toContain(UNREACHED)
    expect(out).toContain('Slack secrets    not stored, because AWS cannot be asked\n')
    expect(out.split('Next:\n')[1]!.trimEnd().split('\n')).toEqual([
      '  1. Get AWS credentials for the account of the installation.',
      '  2. Deploy: npx serverless deploy --stage prod --region us-east-1',
      '  3. Get the request URL: npx greenlight init --installation prod --region us-east-1',
      '  4. Create the app, install it to the workspace, and store its two secrets: npx greenlight init --installation prod --region us-east-1',
      '  5. Write in each channel that greenlight.yml names: /invite @Greenlight',
      '  6. Check the installation: npx greenlight doctor --installation prod --region us-east-1',
    ])
  })

  test('writes cases for the file, which pass', async () => {
    await init([...START, '--force'])
    const { exitCode, out } = await runGreenlight(['test'], { directory })
    expect([exitCode, out.trimEnd().split('\n').at(-1)]).toEqual([0, '2 cases, 0 failed'])
    await rm(join(directory, 'greenlight.test.yml'))
    expect(await runGreenlight(['test'], { directory })).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(/^There are no cases/),
    })
  })

  test('keeps a greenlight.yml that exists, unless it is forced', async () => {
    await init(START)
    const other = ['--approvals', 'C0OTHER', '--approver', 'U0OTHER']
    expect((await init(other)).out).toContain('greenlight.yml   kept (--force replaces it)\n')
    expect(await readFile(join(directory, 'greenlight.yml'), 'utf8')).not.toContain('C0OTHER')
    await init([...other, '--force'])
    expect(await readFile(join(directory, 'greenlight.yml'), 'utf8')).toContain('C0OTHER')
  })

  test('does not ask a person for secrets that it cannot store', async () => {
    const ask = (question: string) => Promise.resolve(question.includes('channel') ? 'C012AB3CD' : 'U012AB3CD')
    const { exitCode, asked } = await init([], { interactive: true, ask })
    expect(exitCode).toBe(0)
    expect(asked).toEqual([
      'The Slack channel for approval requests (C012AB3CD): [shown]',
      'Who may approve, as Slack user IDs with spaces between (U012AB3CD): [shown]',
    ])
  })

  test.each<[number, string, string[], RegExp]>([
    [2, 'no channel is given', [], /^To write greenlight\.yml, init needs a channel and an approver/],
    [2, 'no ID is given', ['--approvals', '#releases', '--approver', 'dana'], /^greenlight\.yml would not be valid: /],
    [
      1,
      'a file does not exist',
      [...START, '--bot-token-file', '/nowhere'],
      /^\/nowhere cannot be read: there is no such file or folder\.\n$/,
    ],
  ])('ends with %i if %s', async (code, _, argv, sentence) => {
    const { exitCode, err } = await init(argv)
    expect(exitCode).toBe(code)
    expect(err).toMatch(sentence)
  })

  test('two secrets cannot share the standard input', async () => {
    const { exitCode, err } = await init(['--bot-token-file', '-', '--signing-secret-file', '-'])
    expect(exitCode).toBe(2)
    expect(err).toMatch(/^Only one secret can come from the standard input/)
  })
})
