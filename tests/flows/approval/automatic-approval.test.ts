import { readSoak } from '../../../functions/flows/approval/automatic-approval.ts'
import { MINUTE, START, WHERE, policy } from '../../support/records.ts'

const RULE = { after: 10 * MINUTE, alarms: ['shop-5xx'] }

/** How far the approval is so long after its request, and of which alarms CloudWatch was asked. */
const soakAfter = async (minutes: number) => {
  const asked: (readonly string[])[] = []
  const alarms = {
    read: async (_: typeof WHERE, names: readonly string[]) => {
      asked.push(names)
      return { kind: 'read', alarms: [{ name: 'shop-5xx', state: 'OK', since: START - MINUTE }] } as const
    },
  }
  const clock = { now: () => START + minutes * MINUTE, newId: () => 'id', sleep: async () => {} }
  const soak = await readSoak({ alarms, clock }, WHERE, policy([], { automatic: RULE }), START)
  return { soak, asked }
}

test('before its time, an approval that approves itself costs no call of CloudWatch', async () => {
  for (const minutes of [0, 9])
    expect(await soakAfter(minutes)).toEqual({ soak: { kind: 'lasts', until: START + 10 * MINUTE }, asked: [] })
})

test('once its time has come, its alarms are read', async () => {
  expect(await soakAfter(10)).toEqual({ soak: { kind: 'passed' }, asked: [['shop-5xx']] })
})
