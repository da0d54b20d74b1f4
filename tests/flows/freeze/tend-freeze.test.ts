import type { Due } from '../../../functions/domain/effect.ts'
import { freezeSet } from '../../../functions/domain/freeze.ts'
import { tendFreeze } from '../../../functions/flows/freeze/tend-freeze.ts'
import { UnreadableRecord } from '../../../functions/ports/records.ts'
import { botInMemory, slowly } from '../../support/bot-in-memory.ts'
import { DAY, MINUTE, START, WHERE, actor, approval } from '../../support/records.ts'

const ID = 'freeze-0123456789ab'

/** Dana froze shop-* for an hour; an approval of it waits, and one of another pipeline. */
const world = async () => {
  const bot = botInMemory()
  const { services } = bot
  const until = START + 60 * MINUTE
  const act = { what: 'freeze-set', patterns: ['shop-*'], reason: 'incident', from: START, until } as const
  const signed = await services.signatures.sign('freeze')
  const channels = ['C0RELEASES']
  await services.freezes.create(
    freezeSet(ID, { act, who: actor('U0DANA'), at: START, signed }, { channels, retention: DAY }),
  )
  const asked = approval()
  await services.approvals.create(asked)
  await services.approvals.create({ ...asked, id: 'b'.repeat(32), where: { ...WHERE, pipeline: 'lab' } })
  const stored = async () => (await services.freezes.read(ID))!
  return { ...bot, asked, stored, tend: () => tendFreeze(services, ID) }
}

test('the approvals of its pipelines are looked at again, and its entries are filed', async () => {
  const { services, asked, queued, logged, stored, tend, entriesOf } = await world()
  const { freezes, entries, queue } = services
  services.freezes = { ...freezes, change: slowly(freezes.change) }
  services.entries = { ...entries, file: slowly(entries.file) }
  services.queue = { send: slowly(queue.send) }
  await tend()
  expect(queued.map(({ due }) => due.effect)).toEqual([{ do: 'check-approval', approval: asked.id }])
  expect(logged).toContainEqual(expect.objectContaining({ about: { freeze: ID, approvals: 1 } }))
  expect(await stored()).toMatchObject({ appliedActs: 1, journal: { count: 2 } })
  expect(await entriesOf(ID)).toHaveLength(1)
})

test('once its channels are told, all entries are filed, and nothing is looked at again', async () => {
  const { queued, stored, tend, entriesOf } = await world()
  expect(await tend()).toEqual({ kind: 'done', next: [{ do: 'tend-freeze', freeze: ID }] })
  expect(await tend()).toEqual({ kind: 'done', next: [] })
  expect(queued).toHaveLength(1)
  expect((await stored()).journal).toMatchObject({ count: 2, unfiled: [] })
  expect((await entriesOf(ID)).map(({ happened }) => happened.what)).toEqual(['freeze-set', 'told'])
})

test('several entries are filed at once', async () => {
  const { stored, tend, pass } = await world()
  pass(60 * MINUTE)
  await tend()
  expect((await stored()).journal).toMatchObject({ count: 2, unfiled: [] })
})

test('entries that were not filed stay in the freeze', async () => {
  const { services, stored, tend } = await world()
  services.entries = { ...services.entries, file: async () => Promise.reject(new Error('down')) }
  await expect(tend()).rejects.toThrow('down')
  expect((await stored()).journal.unfiled).toHaveLength(1)
})

test('the freeze remembers when and where its channel was told', async () => {
  const { slack, stored, tend } = await world()
  await tend()
  const { place } = slack.messages[0]!
  expect((await stored()).notices).toEqual({ 'begun C0RELEASES': { name: 'said', at: START, place } })
})

test('a refused message is logged with the freeze', async () => {
  const { services, logged, tend } = await world()
  const refused = { kind: 'refused', because: 'channel_not_found', isFinal: false } as const
  services.slack = { ...services.slack, post: async () => refused }
  await tend()
  expect(logged).toContainEqual(
    expect.objectContaining({ level: 'warn', about: expect.objectContaining({ freeze: ID }) as object }),
  )
})

test.each([1, 2, 3])('a failure of write %i to the freeze is tried again', async (nth) => {
  const { services, tend, pass } = await world()
  pass(60 * MINUTE)
  const { change } = services.freezes
  let writes = 0
  const failing: typeof change = (...given) => (++writes === nth ? Promise.reject(new Error('down')) : change(...given))
  services.freezes = { ...services.freezes, change: failing }
  await expect(tend()).rejects.toThrow('down')
})

test('an approval that cannot be read stops neither the others nor the notices, and an alarm rings', async () => {
  const { services, asked, queued, counted, logged, stored, tend } = await world()
  const bad = 'a'.repeat(32)
  await services.approvals.create({ ...asked, id: bad })
  const { read } = services.approvals
  const failing: typeof read = async (id) => {
    if (id === bad) throw new UnreadableRecord('requestedAt differs')
    return read(id)
  }
  services.approvals = { ...services.approvals, read: failing }
  await tend()
  expect(queued.map(({ due }) => due.effect)).toEqual([{ do: 'check-approval', approval: asked.id }])
  expect(await stored()).toMatchObject({ appliedActs: 1, notices: { 'begun C0RELEASES': { name: 'said' } } })
  expect(counted).toContain('EffectFailed')
  expect(logged).toContainEqual(
    expect.objectContaining({ level: 'error', about: expect.objectContaining({ approval: bad }) as object }),
  )
})

test('hundreds of approvals are looked at, five by one message a second, and few messages are sent one after the other', async () => {
  const { services, asked, stored, tend } = await world()
  const ids = Array.from({ length: 211 }, (_, index) => `${index}`.padStart(32, '0'))
  for (const id of ids) await services.approvals.create({ ...asked, id })
  const sent: Due[] = []
  const delays: number[] = []
  const rounds: number[] = []
  let sending = 0
  services.queue = {
    send: async (due, delaySeconds) => {
      rounds.push(++sending)
      await new Promise((resolve) => setImmediate(resolve))
      sending--
      sent.push(due)
      delays.push(delaySeconds)
    },
  }
  await tend()
  const effects = sent.flatMap(({ effect, beside = [] }) => [effect, ...beside])
  expect(new Set(effects.map((effect) => 'approval' in effect && effect.approval)).size).toBe(212)
  expect(delays.toSorted((one, other) => one - other)).toEqual(Array.from({ length: 43 }, (_, second) => second))
  expect(Math.max(...rounds)).toBe(10)
  expect(await stored()).toMatchObject({ appliedActs: 1 })
})

test('its channels are told and its entries filed, though the approvals cannot be looked at now', async () => {
  const { services, slack, stored, tend, entriesOf } = await world()
  services.attention = { ...services.attention, waitingApprovals: async () => Promise.reject(new Error('down')) }
  await expect(tend()).rejects.toThrow('down')
  expect(slack.messages).toHaveLength(1)
  expect(await entriesOf(ID)).toHaveLength(1)
  expect(await stored()).toMatchObject({ appliedActs: 0, notices: { 'begun C0RELEASES': { name: 'said' } } })
})

test('approvals that the table does not give now are looked at later', async () => {
  const { services, stored, tend } = await world()
  services.approvals = { ...services.approvals, read: async () => Promise.reject(new Error('down')) }
  await expect(tend()).rejects.toThrow('down')
  expect(await stored()).toMatchObject({ appliedActs: 0 })
})
