import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { documentClient } from '../../functions/aws/document-client.ts'
import { dynamoFreezes } from '../../functions/aws/freezes.ts'
import { systemClock } from '../../functions/clock.ts'
import type { Freeze } from '../../functions/domain/freeze.ts'
import { freezeId, freezeSet } from '../../functions/domain/freeze.ts'
import type { Metric } from '../../functions/ports/log.ts'
import { openAws } from '../support/aws-endpoint.ts'
import { DAY, MINUTE, START, actor } from '../support/records.ts'

let aws: Awaited<ReturnType<typeof openAws>>
beforeEach(async () => {
  aws = await openAws()
})
afterEach(() => aws.close())

const counted: Metric[] = []
const log = { info: () => {}, warn: () => {}, error: () => {}, count: (metric: Metric) => void counted.push(metric) }
const opened = (table = 'greenlight') => dynamoFreezes(aws.client, table, { clock: systemClock, log })

const freeze = (command = 'command-1'): Freeze => {
  const act = { what: 'freeze-set', patterns: ['shop-*'], reason: 'incident', from: START, until: START + DAY } as const
  const by = { who: actor('U0DANA'), at: START, signed: { key: 'k', value: 'v' } }
  return freezeSet(freezeId(command), { act, ...by }, { channels: ['C0RELEASES'], retention: 400 * DAY })
}

test('freezes are kept, changed one write at a time, and listed', async () => {
  const freezes = opened()
  expect(await freezes.create(freeze())).toBe(true)
  expect(await freezes.create(freeze())).toBe(false)
  expect(await freezes.create(freeze('command-2'))).toBe(true)
  await freezes.change(freeze().id, (current) => [{ ...current, until: START + 2 * DAY, acts: 2 }, null])
  expect(await freezes.read(freeze().id)).toEqual({ ...freeze(), until: START + 2 * DAY, acts: 2 })
  const all = await freezes.all()
  expect(all).toHaveLength(2)
  expect(all).toContainEqual({ kind: 'freeze', freeze: freeze('command-2') })
})

test.each<[string, object]>([
  ['no end', { until: undefined }],
  ['another version', { version: 2 }],
  ['a pattern with a slash', { patterns: ['shop/*'] }],
  ['no patterns', { patterns: [] }],
  ['an end that is a text', { until: 'tomorrow' }],
  ['half of a lift', { lifted: { at: START + MINUTE } }],
])('one with %s cannot be read, which is an answer', async (_, more) => {
  const data = { ...freeze(), ...more }
  const Item = { pk: 'FREEZES', sk: data.id, version: 1, data }
  await documentClient(aws.client).send(new PutCommand({ TableName: 'greenlight', Item }))
  await opened().create(freeze('command-2'))
  const all = await opened().all()
  expect(all).toContainEqual({
    kind: 'unreadable',
    because: `a freeze that was set in Slack (${data.id}) cannot be read`,
  })
  expect(all).toContainEqual({ kind: 'freeze', freeze: freeze('command-2') })
  expect(counted).toContain('FreezeUnread')
})

test('a table that does not answer is an answer too', async () => {
  expect(await opened('no-such-table').all()).toEqual([
    { kind: 'unreadable', because: 'the freezes that were set in Slack could not be looked up', mayPass: true },
  ])
})
