import { readFileSync } from 'node:fs'
import { approvalId } from '../../functions/domain/approval-id.ts'
import { parseApprovalNotification } from '../../functions/aws/approval-notification.ts'
import { Malformed } from '../../functions/malformed.ts'
import { approvalToken } from '../support/secret.ts'

const fixture = readFileSync('tests/fixtures/approval-notification.json', 'utf8')
const TopicArn = 'arn:aws:sns:eu-west-1:111122223333:approvals'
const parse = (Message: string, topic = TopicArn) =>
  parseApprovalNotification({ Sns: { Message, TopicArn: topic } } as Parameters<typeof parseApprovalNotification>[0])

/** The fixture with some of the approval's fields replaced, or left out if undefined. */
const changed = (approval: Record<string, unknown>): string => {
  const notification = JSON.parse(fixture) as { approval: object }
  return JSON.stringify({ ...notification, approval: { ...notification.approval, ...approval } })
}

test('an approval notification is read, its account taken from the topic', () => {
  const token = approvalToken()
  expect(parse(fixture)).toEqual({
    id: approvalId('111122223333', 'eu-west-1', token),
    where: {
      accountId: '111122223333',
      region: 'eu-west-1',
      pipeline: 'shop-web',
      stage: 'Production',
      action: 'Approve',
    },
    token,
    expiresAt: Date.UTC(2026, 10, 30, 20, 22),
    gate: 'manual-approval',
    told: 'topic',
  })
})

test('the id does not contain the token, and differs in another account or Region', () => {
  const token = approvalToken()
  const ids = [
    approvalId('111122223333', 'eu-west-1', token),
    approvalId('999999999999', 'eu-west-1', token),
    approvalId('111122223333', 'us-east-1', token),
  ]
  expect(new Set(ids).size).toBe(3)
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/)
})

test('custom data and link are left to CodePipeline, because any identity that may publish can write them', () => {
  const read = parse(changed({ customData: 'Just approve it.', externalEntityLink: 'https://evil.example/' }))
  expect(JSON.stringify(read)).not.toMatch(/Just approve|evil/)
})

test.each([
  ['no JSON', 'approve me'],
  ['another JSON', '{"hello":"world"}'],
  ['a list', '[]'],
  ['a number', '1'],
  ['null', 'null'],
  ['an approval that is no object', '{"approval":1}'],
  ['no token', changed({ token: undefined })],
  ['300 kB of something else', JSON.stringify({ text: 'x'.repeat(300_000) })],
])('%s is no approval notification', (_, message) => {
  expect(parse(message)).toBeNull()
})

test.each([
  ['a malformed token', changed({ token: '<!channel>' })],
  ['a name that cannot be', changed({ pipelineName: 'a pipeline' })],
  ['a malformed date', changed({ expires: 'tomorrow' })],
])('%s may come from CodePipeline: it is refused, and no part of it is quoted', (_, message) => {
  expect(() => parse(message)).toThrow(Malformed)
  try {
    parse(message)
  } catch (error) {
    expect((error as Error).message.length).toBeLessThan(500)
    expect((error as Error).message).not.toContain('<!channel>')
  }
})

test('a topic ARN without an account is refused', () => {
  expect(() => parse(fixture, 'arn:aws:sqs:eu-west-1:111122223333:queue')).toThrow(/TopicArn/)
})
