import type { BehindApproval } from '../../../functions/domain/change-set.ts'
import type { AutomaticRule } from '../../../functions/domain/automatic-rule.ts'
import { readSoak } from '../../../functions/flows/approval/automatic-approval.ts'
import { MINUTE, START, WHERE, policy } from '../../support/records.ts'

const RULE: AutomaticRule = { after: 10 * MINUTE, alarms: ['shop-5xx'] }
const EMPTY: BehindApproval = { changeSets: [{ stack: 'shop', kind: 'empty' }], others: [] }

/** How far the approval is so long after its request, and what was read for that. */
const soakAfter = async (minutes: number, rule = RULE, behind = EMPTY, refused: boolean | null = false) => {
  const asked: (readonly string[])[] = []
  const alarms = {
    read: async (_: typeof WHERE, names: readonly string[]) => {
      asked.push(names)
      return { kind: 'read', alarms: [{ name: 'shop-5xx', state: 'OK', since: START - MINUTE }] } as const
    },
  }
  const clock = { now: () => START + minutes * MINUTE, newId: () => 'id', sleep: async () => {} }
  const read = async () => {
    asked.push(['change sets'])
    return behind
  }
  const soak = await readSoak(
    { alarms, clock, behind: read, wasRefused: async () => refused },
    WHERE,
    policy([], { automatic: rule }),
    START,
  )
  return { soak, asked }
}

test('before its time, an approval that approves itself costs no call of CloudWatch or CloudFormation', async () => {
  for (const minutes of [0, 9])
    expect(await soakAfter(minutes, { ...RULE, emptyChangeSet: true })).toEqual({
      soak: { kind: 'lasts', until: START + 10 * MINUTE },
      asked: [],
    })
})

test('once its time has come, its alarms are read', async () => {
  expect(await soakAfter(10)).toEqual({ soak: { kind: 'passed' }, asked: [['shop-5xx']] })
})

test.each([
  [true, { kind: 'stopped', because: 'it was rejected or expired before its stage was retried' }],
  [null, { kind: 'stopped', because: expect.stringContaining('does not say'), isUnread: true }],
])('what people may have refused before is left to people (%s), without a look at alarms', async (refused, soak) => {
  expect(await soakAfter(10, RULE, EMPTY, refused)).toEqual({ soak, asked: [] })
})

describe('a rule of empty change sets', () => {
  const rule: AutomaticRule = { ...RULE, emptyChangeSet: true }

  test('approves once its time has come, its change sets are empty, and its alarms are quiet', async () => {
    expect(await soakAfter(10, rule)).toEqual({ soak: { kind: 'passed' }, asked: [['change sets'], ['shop-5xx']] })
  })

  test.each<[string, Partial<BehindApproval>, string]>([
    ['there is none', { changeSets: [] }, 'no change set waits behind the approval'],
    [
      'one has changes',
      { changeSets: [...EMPTY.changeSets, { stack: 'data', kind: 'changes', changes: [] }] },
      'the change set of the stack data is not empty',
    ],
    [
      'one is not read',
      { changeSets: [...EMPTY.changeSets, { stack: 'data', kind: 'unread', because: 'it was made again since' }] },
      'the change set of the stack data is not known to be empty: it was made again since',
    ],
    [
      'another action may deploy as well',
      { others: ['Production/Migrate'] },
      'the action Production/Migrate behind the approval may do more than the change sets say',
    ],
    [
      'the actions behind the approval are not known',
      { others: null },
      'CodePipeline does not tell which actions are behind the approval',
    ],
  ])('leaves it to people, and says why, if %s', async (_, more, because) => {
    const { soak } = await soakAfter(10, rule, { ...EMPTY, ...more })
    expect(soak).toMatchObject({ kind: 'stopped', because })
  })

  const unread = { stack: 'data', kind: 'unread', because: 'no answer' } as const
  test.each<[string, Partial<BehindApproval>, true | undefined]>([
    ['CloudFormation may tell at the next look', { changeSets: [unread] }, true],
    ['CloudFormation told that it is another one', { changeSets: [unread, { ...unread, isFinal: true }] }, undefined],
    ['another action may deploy in any case', { changeSets: [unread], others: ['Production/Migrate'] }, undefined],
    ['the actions are not known in any case', { changeSets: [unread], others: null }, undefined],
  ])('says whether it is only unread: %s', async (_, more, isUnread) => {
    const { soak } = await soakAfter(10, rule, { ...EMPTY, ...more })
    expect(soak).toMatchObject({ kind: 'stopped', ...(isUnread && { isUnread }) })
    expect('isUnread' in soak!).toBe(isUnread ?? false)
  })
})
