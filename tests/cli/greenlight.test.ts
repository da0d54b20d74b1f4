import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { missingRight, wordsFor } from '../../cli/aws-errors.ts'
import { runGreenlight } from './scripted-terminal.ts'

const COMMANDS = ['init', 'doctor']

describe('greenlight', () => {
  test('is what npx runs, on whichever Node', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['cli/launch.mjs', '--help'])
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'))
  })

  test.each(COMMANDS)('%s explains itself, with an example', async (command) => {
    const { exitCode, out } = await runGreenlight([command, '--help'])
    expect(exitCode).toBe(0)
    expect(out).toContain(`npx greenlight ${command}`)
  })

  test.each([
    ['an unknown command', ['deploy']],
    ['an unknown option', ['doctor', '--fast']],
    ['a secret as an argument, which shells remember', ['init', '--bot-token', 'xoxb-1234']],
  ])('%s ends with 2 and says where help is', async (_, argv) => {
    const { exitCode, out, err } = await runGreenlight(argv)
    expect(exitCode).toBe(2)
    expect(out).toBe('')
    expect(err).toContain('--help')
    expect(err).not.toContain('xoxb-1234')
  })

  test('what AWS cannot be asked is one sentence, not a stack', async () => {
    const nowhere = { AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }
    const { exitCode, err } = await runGreenlight(['init', '--manifest'], { environment: nowhere })
    expect(exitCode).toBe(1)
    expect(err).toMatch(/^.*ECONNREFUSED.*\n$/)
  })

  test('two secrets cannot share the standard input', async () => {
    const { exitCode, err } = await runGreenlight(['init', '--bot-token-file', '-', '--signing-secret-file', '-'])
    expect(exitCode).toBe(1)
    expect(err).toMatch(/^Only one secret can come from the standard input/)
  })
})

describe('errors of AWS', () => {
  const named = (name: string, message = 'no') => Object.assign(new Error(message), { name })

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
    [named('AccessDenied'), 'a right that AWS did not name'],
    [named('ThrottlingException'), null],
    ['a string', null],
  ])('%s: what is missing is %s', (error, right) => {
    expect(missingRight(error)).toBe(right)
  })

  const OFFLINE = 'is this machine online, and is a proxy or an endpoint set?'

  test.each([
    ['AWS credentials were not found: log in (aws sso login), or set AWS_PROFILE.', named('CredentialsProviderError')],
    ['The AWS credentials have expired: log in again.', named('ExpiredTokenException')],
    ['Surprise: one', named('Surprise', 'one\ntwo')],
    [
      `slack.com cannot be reached (ENOTFOUND): ${OFFLINE}`,
      new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND slack.com') }),
    ],
    [
      `slack.com cannot be reached (EAI_AGAIN): ${OFFLINE}`,
      new Error('A request error occurred: getaddrinfo EAI_AGAIN slack.com'),
    ],
    [
      `A service cannot be reached (ECONNREFUSED): ${OFFLINE}`,
      Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }),
    ],
    [
      'fetch failed: certificate has expired',
      new TypeError('fetch failed', { cause: new Error('certificate has expired') }),
    ],
  ])('one is said as “%s”', (sentence, error) => {
    expect(wordsFor(error)).toBe(sentence)
  })
})
