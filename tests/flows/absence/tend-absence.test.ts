import { absenceEnded, absenceSet } from '../../../functions/domain/absence.ts'
import { tendAbsence } from '../../../functions/flows/absence/tend-absence.ts'
import { botInMemory, slowly } from '../../support/bot-in-memory.ts'
import { DAY, MINUTE, START, actor, approval } from '../../support/records.ts'

const ID = `away-${START / 1000 + 3_600}-0123456789ab`

/** Dana is away for an hour; her approval waits, and one of other people, and one of no known policy. */
const world = async ({ isEnded = false } = {}) => {
  const bot = botInMemory()
  const { services } = bot
  const who = actor('U0DANA')
  const signed = await services.signatures.sign('away')
  const until = START + 60 * MINUTE
  const standIn = { userId: 'U0ELI', name: 'eli' }
  const absence = absenceSet({ who, at: START, id: ID, standIn, from: START, until, signed, retention: DAY })
  await services.absences.create(isEnded ? absenceEnded(absence, who, START, signed) : absence)
  const asked = approval()
  const { policy } = asked.resolvedPolicy!
  const rules = policy.rules.filter(({ people }) => !people.includes('U0DANA'))
  await services.approvals.create(asked)
  await services.approvals.create({
    ...asked,
    id: 'b'.repeat(32),
    resolvedPolicy: { ...asked.resolvedPolicy!, policy: { ...policy, rules } },
  })
  await services.approvals.create({ ...asked, id: 'c'.repeat(32), resolvedPolicy: null })
  const stored = async () => (await services.absences.read(ID))!
  return { ...bot, asked, stored, tend: () => tendAbsence(services, ID) }
}

test('the approvals that wait for the person are looked at again, and its entries are filed', async () => {
  const { services, asked, queued, logged, stored, tend, entriesOf } = await world()
  const { absences, entries, queue } = services
  services.absences = { ...absences, change: slowly(absences.change) }
  services.entries = { ...entries, file: slowly(entries.file) }
  services.queue = { send: slowly(queue.send) }
  await tend()
  expect(queued.map(({ due }) => due.effect)).toEqual([{ do: 'check-approval', approval: asked.id }])
  expect(logged).toContainEqual(expect.objectContaining({ about: { absence: ID, approvals: 1 } }))
  expect(await stored()).toMatchObject({ lookedIn: 1, journal: { count: 1, unfiled: [] } })
  expect(await entriesOf(ID)).toHaveLength(1)
})

test('several entries are filed at once', async () => {
  const { stored, tend, entriesOf } = await world({ isEnded: true })
  await tend()
  expect((await stored()).journal).toMatchObject({ count: 2, unfiled: [] })
  expect(await entriesOf(ID)).toHaveLength(2)
})

test('entries that were not filed stay in the absence', async () => {
  const { services, stored, tend } = await world()
  services.entries = { ...services.entries, file: async () => Promise.reject(new Error('down')) }
  await expect(tend()).rejects.toThrow('down')
  expect((await stored()).journal.unfiled).toHaveLength(1)
})

test('the stand-in is told, and the absence remembers when and where', async () => {
  const { slack, stored, tend } = await world()
  await tend()
  const { place } = slack.messages[0]!
  expect((await stored()).notices).toEqual({ 'stand-in-named': { name: 'said', at: START, place } })
})

test('the stand-in is told, though the approvals cannot be looked at now', async () => {
  const { services, slack, stored, tend } = await world()
  services.attention = { ...services.attention, waitingApprovals: async () => Promise.reject(new Error('down')) }
  await expect(tend()).rejects.toThrow('down')
  expect(slack.messages).toHaveLength(1)
  expect(await stored()).toMatchObject({ lookedIn: 0, journal: { unfiled: [] } })
})

test.each([
  ['set', 'stand-in-named'],
  ['ended', 'stand-in-ended'],
])('a message that Slack refuses, that an absence was %s, is logged and not sent again', async (how, key) => {
  const { services, counted, logged, stored, tend } = await world({ isEnded: how === 'ended' })
  const said = { name: 'said', at: START } as const
  if (how === 'ended')
    await services.absences.change(ID, (of) => [{ ...of, notices: { 'stand-in-named': said } }, null])
  const refused = { kind: 'refused', because: 'messages_tab_disabled', isFinal: false } as const
  services.slack = { ...services.slack, post: async () => refused }
  await tend()
  expect(logged).toContainEqual(
    expect.objectContaining({ level: 'warn', about: expect.objectContaining({ absence: ID }) as object }),
  )
  expect((await stored()).notices[key]).toMatchObject({ name: 'skipped' })
  expect(counted).toEqual(['DirectMessageRefused'])
})

test('of an absence that is not stored nothing is done', async () => {
  const { services, queued } = await world()
  expect(await tendAbsence(services, `${ID.slice(0, -1)}0`)).toEqual({ kind: 'done', next: [] })
  expect(queued).toEqual([])
})

test.each([1, 2, 3])('a failure of write %i to the absence is tried again', async (nth) => {
  const { services, tend, pass } = await world()
  pass(60 * MINUTE)
  const { change } = services.absences
  let writes = 0
  const failing: typeof change = (...given) => (++writes === nth ? Promise.reject(new Error('down')) : change(...given))
  services.absences = { ...services.absences, change: failing }
  await expect(tend()).rejects.toThrow('down')
})
