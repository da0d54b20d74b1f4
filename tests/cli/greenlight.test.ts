import { execFile } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { promisify } from 'node:util'
import { Failure } from '../../cli/failure.ts'
import { missingRight, problemOf } from '../../cli/problem.ts'
import { runGreenlight } from './scripted-terminal.ts'
import { botToken } from '../support/secret.ts'

const COMMANDS = readdirSync(new URL('../../cli/commands/', import.meta.url)).map((file) => file.replace(/\.ts$/, ''))
const run = promisify(execFile)

describe('greenlight', () => {
  test('is what npx runs, with every Node that npm ci accepts', async () => {
    const { stdout } = await run(process.execPath, ['cli/launch.mjs', '--help'])
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'))
  })

  test('--version prints the version of package.json', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
    expect(await runGreenlight(['--version'])).toMatchObject({ exitCode: 0, out: `${version}\n`, err: '' })
  })

  test.each(COMMANDS)('%s --help has an example and the exit codes', async (command) => {
    const { exitCode, out } = await runGreenlight([command, '--help'])
    expect(exitCode).toBe(0)
    expect(out).toContain(`npx greenlight ${command}`)
    expect(out).toMatch(/Exit codes:\n {2}0 {2}.+\n {2}1 {2}.+\n {2}2 {2}wrong arguments\n/)
    expect(out).not.toMatch(/undefined|default: \[\]/)
  })

  /** Node reports every module that a process loads. */
  const loadedBy = async (...argv: string[]): Promise<string[]> => {
    const listing = `import { registerHooks } from 'node:module'
      registerHooks({ load: (url, context, next) => { process.stderr.write(url + '\\n'); return next(url, context) } })`
    const preload = `data:text/javascript,${encodeURIComponent(listing)}`
    const { stderr } = await run(process.execPath, ['--import', preload, 'cli/main.ts', ...argv])
    return stderr.split('\n').filter((line) => line.startsWith('file:'))
  }

  test.each([['--help'], ['--version'], ...COMMANDS.map((command) => [command, '--help'])].map((argv) => [argv]))(
    '%j loads only the declarations of the commands',
    async (argv) => {
      const modules = await loadedBy(...argv)
      expect(modules.filter((url) => url.includes('/cli/')).length).toBeGreaterThan(5)
      const ofFunctions = modules.filter((url) => url.includes('/functions/'))
      expect(ofFunctions.filter((url) => !url.endsWith('/functions/own-entry.ts'))).toEqual([])
      const packages = new Set(modules.flatMap((url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []))
      expect([...packages]).toEqual(['commander'])
    },
  )

  test('check without --online loads neither the AWS SDK nor Slack’s', async () => {
    const modules = await loadedBy('check')
    expect(modules.filter((url) => /\/node_modules\/(?:@aws-sdk|@slack|@smithy)\//.test(url))).toEqual([])
  })

  test.each([
    ['an unknown command', ['deploy']],
    ['an unknown option', ['doctor', '--fast']],
    ['a missing option', ['audit']],
    ['a secret as an argument, which shells remember', ['init', '--bot-token', botToken('1234')]],
  ])('%s ends with 2 and says where help is', async (_, argv) => {
    const { exitCode, out, err } = await runGreenlight(argv)
    expect(exitCode).toBe(2)
    expect(out).toBe('')
    expect(err).toContain('--help')
    expect(err).not.toContain(botToken('1234'))
  })

  test.each(['init', 'doctor', 'check', 'audit'])('%s takes --installation, and refuses --stage', async (command) => {
    const required = command === 'audit' ? ['--from', '2026-11-01'] : []
    const sentence = { exitCode: 2, out: '', err: `${command} takes --installation test, not --stage.\n` }
    expect(await runGreenlight([command, ...required, '--stage', 'test'])).toMatchObject(sentence)
    expect(await runGreenlight([command, ...required, '--stage=test'])).toMatchObject(sentence)
    expect(await runGreenlight([command, ...required, '--stage'])).toMatchObject({
      ...sentence,
      err: `${command} takes --installation <name>, not --stage.\n`,
    })
    expect((await runGreenlight([command, '--help'])).out).not.toContain('--stage')
  })

  test('an installation that serverless.yml does not describe is a sentence', async () => {
    const { exitCode, err } = await runGreenlight(['doctor'], { directory: '/nowhere' })
    expect(exitCode).toBe(1)
    expect(err).toBe('/nowhere/serverless.yml cannot be read: there is no such file or folder.\n')
  })

  const NOWHERE = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_ENDPOINT_URL: 'http://127.0.0.1:9' }
  test.each([
    [['doctor', '--region', 'x y'], {}, '--region is x y: expected an AWS Region such as eu-west-1.\n'],
    [['doctor', '--installation', '../x'], {}, '--installation is ../x: expected a name such as prod.\n'],
    [
      ['init', '--manifest', '--secrets-path', 'x'],
      {},
      '--secrets-path is x: expected a path such as /greenlight/prod/slack.\n',
    ],
    [
      ['doctor'],
      { AWS_ENDPOINT_URL: 'localhost' },
      'AWS_ENDPOINT_URL is localhost: expected an address such as http://127.0.0.1:4600/.\n',
    ],
    [
      [
        'explain',
        '--pipeline',
        'flask-app',
        '--stage',
        'Production',
        '--person',
        'U0A',
        '--config',
        'local/greenlight.yml',
      ],
      { SLACK_API_URL: 'slack', SLACK_BOT_TOKEN: botToken() },
      'SLACK_API_URL is slack: expected an address such as http://127.0.0.1:4600/.\n',
    ],
    [['audit', '--from', '2026-11-05', '--to', '2026-11-01'], {}, '--from must be earlier than --to.\n'],
    [
      ['doctor', '--spoke-profile', 'payments'],
      {},
      '--spoke-profile is payments: expected an account and a profile, such as 444455556666=payments.\n',
    ],
  ])('an argument or setting that it cannot use ends with 2: %j %j', async (argv, settings, err) => {
    expect(await runGreenlight(argv, { environment: { ...NOWHERE, ...settings } })).toMatchObject({ exitCode: 2, err })
  })

  const FROM = ['--from', '2026-11-01']
  const STAGE = ['--pipeline', 'shop-web', '--stage', 'Production', '--person', 'U0A']
  test.each([
    [['audit', ...FROM, '--checkpoint', 'held'], '--checkpoint needs --log.'],
    [['audit', ...FROM, '--log-key', 'arn'], '--log-key needs --log.'],
    [['audit', ...FROM, '--log', 'log'], '--log needs --log-key.'],
    [['audit', ...FROM, '--proof', 'a'], '--proof needs --log.'],
    [['audit', ...FROM, '--proof', 'a', '--verify-only'], "'--proof <approval>' cannot be used with"],
    [
      ['checkpoint', ...FROM, '--log', 'log', '--log-key', 'arn', '--secrets-path', '/a'],
      '--secrets-path needs --channel.',
    ],
    [['audit', ...FROM, '--secrets-path', '/a'], "unknown option '--secrets-path'"],
    [['reconcile', ...FROM, '--secrets-path', '/a'], "unknown option '--secrets-path'"],
    [['redrive', '--secrets-path', '/a'], "unknown option '--secrets-path'"],
    [['check', '--installation', 'test'], '--installation needs --online.'],
    [['check', '--region', 'eu-west-1'], '--region needs --online.'],
    [['check', '--secrets-path', '/a'], '--secrets-path needs --online.'],
    [['explain', ...STAGE, '--offline', '--installation', 'test'], "'--offline' cannot be used with"],
    [['init', '--manifest', '--force'], "'--manifest' cannot be used with"],
    [['init', '--manifest', '--bot-token-file', 'token'], "'--manifest' cannot be used with"],
  ])('an option that would do nothing ends with 2: %j', async (argv, err) => {
    expect(await runGreenlight(argv, { environment: NOWHERE })).toMatchObject({
      exitCode: 2,
      out: '',
      err: expect.stringContaining(err),
    })
  })

  test('a reader that ends early, such as head, is no error', async () => {
    const { stdout, stderr } = await run('sh', ['-c', `"${process.execPath}" cli/main.ts init --help | head -n 1`])
    expect(stdout).toMatch(/^Usage: greenlight init/)
    expect(stderr).toBe('')
  })
})

describe('an error', () => {
  const named = (name: string, message = 'no') => Object.assign(new Error(message), { name })
  const ofAws = (name: string, message = 'no') => Object.assign(named(name, message), { $metadata: {} })

  test.each([
    [
      named(
        'AccessDeniedException',
        'User: arn:aws:iam::1:user/x is not authorized to perform: ssm:GetParameters on it',
      ),
      'ssm:GetParameters',
    ],
    [
      named('AuthorizationErrorException', 'not authorized to perform: SNS:GetTopicAttributes'),
      'SNS:GetTopicAttributes',
    ],
    [named('AccessDenied'), 'a permission that AWS does not name'],
    [named('ThrottlingException'), null],
    ['a string', null],
  ])('%s: the missing permission is %s', (error, right) => {
    expect(missingRight(error)).toBe(right)
  })

  const OFFLINE = 'Is this machine online, and are the proxy and endpoint settings right?'

  test.each([
    ['AWS credentials were not found: log in (aws sso login), or set AWS_PROFILE.', named('CredentialsProviderError')],
    [
      'The AWS credentials have expired: log in again (aws sso login).',
      named('CredentialsProviderError', "Token is expired. To refresh this SSO session run 'aws sso login'"),
    ],
    [
      'The AWS profile shop has no credentials: check AWS_PROFILE, or log in (aws sso login --profile shop).',
      named(
        'CredentialsProviderError',
        'Could not resolve credentials using profile: [shop] in configuration file(s).',
      ),
    ],
    ['The AWS credentials have expired: log in again (aws sso login).', named('ExpiredTokenException')],
    [
      'These AWS credentials lack ssm:GetParameters.',
      named('AccessDenied', 'not authorized to perform: ssm:GetParameters'),
    ],
    ['AWS answers ThrottlingException: Rate exceeded', ofAws('ThrottlingException', 'Rate exceeded')],
    ['Unexpected error: Surprise: one', named('Surprise', 'one\ntwo')],
    ['The file is missing.', new Failure('The file is missing.')],
    [
      `slack.com cannot be reached (ENOTFOUND). ${OFFLINE}`,
      new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND slack.com') }),
    ],
    [
      `slack.com cannot be reached (EAI_AGAIN). ${OFFLINE}`,
      new Error('A request error occurred: getaddrinfo EAI_AGAIN slack.com'),
    ],
    [
      `127.0.0.1:4999 cannot be reached (ECONNREFUSED). ${OFFLINE}`,
      new Error('A request error occurred: fetch failed', {
        cause: new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:4999') }),
      }),
    ],
    [
      `A service cannot be reached (ECONNREFUSED). ${OFFLINE}`,
      Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }),
    ],
    [
      'A request failed: certificate has expired.',
      new TypeError('fetch failed', { cause: new Error('certificate has expired') }),
    ],
  ])('is the sentence “%s”', (sentence, error) => {
    expect(problemOf(error).sentence).toBe(sentence)
  })

  test('has one key for every host of AWS', () => {
    const [sts, ssm, slack] = ['sts.eu-west-1.amazonaws.com', 'ssm.eu-west-1.amazonaws.com', 'slack.com'].map((host) =>
      problemOf(new Error(`getaddrinfo ENOTFOUND ${host}`)),
    )
    expect(sts!.key).toBe(ssm!.key)
    expect(sts!.key).not.toBe(slack!.key)
  })
})
