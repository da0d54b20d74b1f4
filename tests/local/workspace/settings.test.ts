import { configurationIn, portFrom, secretsFrom } from '../../../local/workspace/settings.ts'
import { botToken, signingSecret } from '../../support/secret.ts'

describe('the port', () => {
  test.each([
    [undefined, 4600],
    ['', 4600],
    ['0', 0],
    ['8080', 8080],
    ['65535', 65_535],
  ])('%p is %p', (text, port) => {
    expect(portFrom(text)).toBe(port)
  })

  test.each(['http', '-1', '65536', '80.5', '0x50', ' 80'])('%p is refused in a sentence', (text) => {
    expect(() => portFrom(text)).toThrow(`PORT is "${text}", which is not a port.`)
  })
})

describe('the secrets', () => {
  test('are taken from the environment', () => {
    expect(secretsFrom({ SLACK_BOT_TOKEN: botToken(), SLACK_SIGNING_SECRET: signingSecret() })).toEqual({
      botToken: botToken(),
      signingSecret: signingSecret(),
    })
  })

  test('are generated at each start otherwise', () => {
    const [one, other] = [secretsFrom({ SLACK_BOT_TOKEN: '' }), secretsFrom({})]
    expect(one.botToken).toMatch(/^xoxb-/)
    expect(one.botToken).not.toBe(other.botToken)
    expect(one.signingSecret).not.toBe(other.signingSecret)
  })
})

describe('another configuration', () => {
  test('is named by its path, with the calendars beside it', () => {
    expect(configurationIn(undefined)).toBeNull()
    expect(configurationIn('local/policies.yml')?.pathname).toMatch(/\/local\/policies\.yml$/)
  })

  test('is refused with the line of each problem, or with a sentence that the file is missing', () => {
    expect(() => configurationIn('tests/local/workspace/no-such.yml')).toThrow('no-such.yml')
    expect(() => configurationIn('local/policies.ics')).toThrow(/^local\/policies\.ics:\d+ /)
  })
})
