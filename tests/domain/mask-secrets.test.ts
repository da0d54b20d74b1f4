import { maskSecrets } from '../../functions/domain/mask-secrets.ts'

/** Part of every secret here: it must be nowhere in what is left. */
const CANARY = 'hunter2'

const SECRETS: [string, string, string][] = [
  ['an access key of a user', 'aws: AKIAIOSFODNN7EXAMPLE', 'AKIAIOSFODNN7EXAMPLE'],
  ['an access key of a session', 'using ASIAIOSFODNN7EXAMPLE now', 'ASIAIOSFODNN7EXAMPLE'],
  ['a secret key alone', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'wJalrXUtnFEMI'],
  ['a session token', 'IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQDx7f', 'IQoJb3JpZ2lu'],
  ['a token of GitHub', 'remote: ghp_0123456789abcdefABCDEF0123456789abcd', 'ghp_0123'],
  ['a fine-grained token of GitHub', 'github_pat_11ABCDEFG0123456789_abcdefghijklm', 'github_pat_11'],
  ['a token of GitLab', 'glpat-0123456789abcdefABCD', 'glpat-0123'],
  ['a token of Slack', 'xoxb-123456789012-abcdef', 'xoxb-1234'],
  ['an app-level token of Slack', `xapp-1-${'a'.repeat(8)}`, 'xapp-1'],
  ['a webhook of Slack', 'https://hooks.slack.com/services/T000/B000/XXXX', 'T000/B000'],
  ['a token of npm', '//registry.example/:_authToken=npm_0123456789abcdefABCDEF', 'npm_0123'],
  ['a token of npm alone', `npm_${'a'.repeat(16)}`, 'npm_a'],
  ['a token of PyPI', `pypi-${'a'.repeat(16)}`, 'pypi-a'],
  ['a token of Docker Hub', `dckr_pat_${'a'.repeat(16)}`, 'dckr_pat_a'],
  ['a key of Stripe', `sk_live_${'a'.repeat(8)}`, 'sk_live_a'],
  ['a key of Google', `AIza${'a'.repeat(20)}`, 'AIzaa'],
  ['a key of OpenAI', `sk-${'a'.repeat(20)}`, 'sk-a'],
  ['a key of SendGrid', `SG.${'a'.repeat(16)}.${'b'.repeat(16)}`, 'SG.a'],
  ['a JSON Web Token', 'jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', 'eyJzdWI'],
  ['a header', `curl -H "Authorization: Bearer ${CANARY}"`, CANARY],
  ['a header of another scheme', `curl -H 'authorization: basic ${CANARY}'`, CANARY],
  ['a bearer token alone', `sent Bearer ${CANARY}`, CANARY],
  ['a password in an address', `git clone https://ben:${CANARY}@github.example/x`, CANARY],
  ['a signed address', `https://b.s3.amazonaws.com/k?X-Amz-Signature=${CANARY}`, CANARY],
  ['a variable', `DATABASE_URL=postgres://db/${CANARY}`, CANARY],
  ['an exported variable', `export GREETING=${CANARY}`, CANARY],
  ['a variable as bash declares it', `declare -x GREETING="${CANARY}"`, CANARY],
  ['an option', `mysql --password ${CANARY} -u x`, CANARY],
  ['an option with a sign', `deploy --api-key=${CANARY}`, CANARY],
  ['a setting', `db_password: ${CANARY}`, CANARY],
  ['a setting in JSON', `{"apiKey": "${CANARY}", "b": 1}`, CANARY],
  ['a setting of several words', `secret = "${CANARY} and more"`, CANARY],
  ['a private key', `-----BEGIN RSA PRIVATE KEY-----\n${CANARY}\n-----END RSA PRIVATE KEY-----`, CANARY],
  ['a private key whose end is missing', `-----BEGIN PRIVATE KEY-----\n${CANARY}\nabc`, CANARY],
  ['a private key whose beginning is missing', `${CANARY}\n-----END PRIVATE KEY-----\nnext`, CANARY],
]

describe('a log without', () => {
  test.each(SECRETS)('%s', (_, line, secret) => {
    const masked = maskSecrets(line)
    expect(masked).toContain('•••')
    expect(masked).not.toContain(secret)
  })

  test.each(SECRETS)('%s, wherever it stands again', (_, line, secret) => {
    expect(maskSecrets(`${line}\n${line} and then\n${line}`)).not.toContain(secret)
  })
})

test.each([
  "ModuleNotFoundError: No module named 'flask_login'",
  'Error while executing command: npm test. Reason: exit status 1',
  'commit 4f9c2e1b01d7aa77e0c3d4f9c2e1b01d7aa77e0c',
  'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  'execution 5f0e9a11-2222-4333-8444-555566667777',
  '/codebuild/output/src123456789/src/github.com/ShopWeb/packages/BasketTotal2/testRounding',
  'FAILED tests/test_basket.py::TestRoundingOfTotals::test_rounds_2_digits_half_even',
  'arn:aws:iam::111122223333:role/greenlight-prod-EffectDueRole-1A2B3C',
  'com.example.shop.basket.RoundingServiceIntegrationTest2.roundsHalfEven',
  'assert token == expected',
  'basic authentication failed',
  'https://github.com/shop/web/actions',
])('what is no secret stays: %s', (line) => {
  expect(maskSecrets(line)).toBe(line)
})

test.each([3_990, 9_990, 19_990, 49_990])('half of a key after %d characters is not left', (length) => {
  const before = 'x '.repeat(length / 2)
  for (const text of [`${before}AKIAIOSFODNN7EXAMPLE`, `${before.replaceAll(' ', '\n')}AKIAIOSFODNN7EXAMPLE`])
    expect(maskSecrets(text)).not.toContain('AKIA')
})

test('the end of a long text is left', () => {
  expect(maskSecrets(`${'a line\n'.repeat(20_000)}exit 1`)).toMatch(/a line\nexit 1$/)
})

test.each([
  'a'.repeat(50_000),
  'token '.repeat(8_000),
  '-'.repeat(50_000),
  'password'.repeat(6_000),
  'A_'.repeat(25_000),
  '-----BEGIN PRIVATE KEY-----'.repeat(2_000),
  'token="'.repeat(7_000),
  'a://'.repeat(12_000),
])('an endless line is cut: %#', (line) => {
  expect(maskSecrets(line).length).toBeLessThanOrEqual(40_000)
})

test.each([
  ['export GREETING=hello', 'export GREETING=•••'],
  ['git clone HTTPS://ben:hunter2@git.example/x', 'git clone HTTPS://•••@git.example/x'],
  [
    'GET /k?x-amz-signature=hunter2&X-Amz-Credential=hunter2&a=1',
    'GET /k?x-amz-signature=•••&X-Amz-Credential=•••&a=1',
  ],
  ['GET /k?CODE=hunter2&code=hunter2&a=1', 'GET /k?CODE=•••&code=•••&a=1'],
  ['Authorization: Bearer hunter2', 'Authorization: Bearer •••'],
  ['db_password: hunter2 and more', 'db_password: ••• and more'],
  [
    'a -----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY----- b -----BEGIN PRIVATE KEY-----\ny\n-----END PRIVATE KEY-----',
    'a ••• b •••',
  ],
  ['x\n-----END PRIVATE KEY----- b', '••• b'],
  ['called with FOO_BAR=1 there', 'called with FOO_BAR=1 there'],
])('what stands around a secret is left: %j', (text, masked) => {
  expect(maskSecrets(text)).toBe(masked)
})

test('a long word looks random if it changes between letters and digits at every seventh character', () => {
  const word = `${'aaaaaA'.repeat(4)}aaaaa1aaaaa`
  expect(word).toHaveLength(35)
  expect(maskSecrets(word)).toBe('•••')
  expect(maskSecrets(`a${word}`)).toBe(`a${word}`)
})

test('of a line, four thousand characters are left, and no half of a word', () => {
  expect(maskSecrets('word '.repeat(800))).toBe('word '.repeat(800))
  expect(maskSecrets('word '.repeat(801))).toBe(`${'word '.repeat(800)}•••`)
  expect(maskSecrets(`${'word '.repeat(799)}longer words`)).toBe(`${'word '.repeat(799)}•••`)
})

test('of a text, the last lines are left, fifty thousand characters at most', () => {
  const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${1_000 + index}`).join('\n')
  expect(maskSecrets(lines(5_000))).toBe(lines(5_000))
  expect(maskSecrets(lines(5_001))).toBe(lines(5_001).slice('line 1000\n'.length))
})
