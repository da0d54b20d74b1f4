import { approvalId } from '../../functions/domain/approval-id.ts'

/** The IDs of open approvals are stored, and are in the buttons of their messages. */
test('a token has the same ID in every version: the first half of the SHA-256 of account, Region and token', () => {
  expect(approvalId('111122223333', 'eu-west-1', 'token')).toBe('f1fa9d1495f7e0a876caa73cd8a0ff26')
})
