import type { Absence, StoredAbsence } from '../../../functions/domain/absence.ts'
import type { TypedCommand } from '../../../functions/domain/command.ts'
import { commandIn } from '../../../functions/domain/command.ts'
import { endAbsence, setAbsence, showAbsences } from '../../../functions/flows/absence/change-absences.ts'
import type { CommandAnswer } from '../../../functions/ports/cards.ts'
import { botInMemory, slowly } from '../../support/bot-in-memory.ts'
import { DAY, MINUTE, SECOND, START } from '../../support/records.ts'
import { typist } from '../../support/typist.ts'

const HOUR = 60 * MINUTE

/** A bot whose people say who answers for them. */
const typing = () => {
  const bot = botInMemory()
  const services = { ...bot.services, configuration: { ...bot.services.configuration, allowsStandIns: true } }
  const command = typist(services.clock)
  const deliver = (one: TypedCommand): Promise<CommandAnswer> => {
    const typist = { who: one.who, zone: 'UTC' }
    const said = commandIn(one.text)
    if (said.do === 'away') return setAbsence(services, one, typist, said)
    return said.do === 'back' ? endAbsence(services, one, typist) : showAbsences(services, typist)
  }
  const type = (...given: Parameters<typeof command>) => deliver(command(...given))
  const set = async (...given: Parameters<typeof command>): Promise<Absence> => {
    const answer = await type(...given)
    if (answer.kind !== 'absence-set') throw new Error(JSON.stringify(answer))
    return answer.absence
  }
  return { ...bot, services, command, deliver, type, set }
}

const UNTIL_FORMS = 'until Fri 18:00, until tomorrow 08:00, until 2026-12-01 08:00 or for 3d'
const FROM_FORMS = 'from Mon 08:00, from tomorrow 08:00 or from 2026-12-01 08:00'
const LONG = 'x'.repeat(61)

test.each([
  ['away for 1d', 'Say who answers for you, such as @dana.'],
  [
    `away for 1d @${LONG}`,
    `Slack did not say who @${'x'.repeat(59)} is. Choose the person from the list that Slack shows behind @. If that does not help, the app’s command has to send people as IDs: “should_escape” in its manifest.`,
  ],
  ['away for 1d <@U0DANA>', 'You cannot stand in for yourself.'],
  [
    'away for 1d <@U0GUS>',
    'The person whom you named cannot stand in: Slack does not know them as an active member of this workspace.',
  ],
  ['away <@U0ELI>', `Say until when, such as ${UNTIL_FORMS}.`],
  [`away until ${LONG} <@U0ELI>`, `“until ${'x'.repeat(60)}” is no time. Write ${UNTIL_FORMS}.`],
  [`away for 1d from ${LONG} <@U0ELI>`, `“from ${'x'.repeat(60)}” is no time. Write ${FROM_FORMS}.`],
  ['away until 2026-11-23 09:30 <@U0ELI>', 'That time has passed already.'],
  ['away until 2026-11-25 08:00 from 2026-11-25 08:00 <@U0ELI>', 'That ends before it begins.'],
  ['away for 2d from 2026-11-23 08:30 <@U0ELI>', 'The time from which you are away has passed already.'],
  [
    'away until 2020-01-01 08:00 from 1970-01-01 00:00 <@U0ELI>',
    'The time from which you are away has passed already.',
  ],
  [
    'away for 61d <@U0ELI>',
    'You can be away for at most 60 days. After that, greenlight.yml should name other approvers.',
  ],
])('%s: nothing is stored, and a sentence says why', async (text, because) => {
  const { type, services, counted } = typing()
  expect(await type(text)).toEqual({ kind: 'not-done', because })
  expect(await services.absences.endingFrom(0)).toEqual([])
  expect(counted).toEqual([])
})

test.each([
  ['the longest', 'away for 60d <@U0ELI>', START, START + 60 * DAY],
  ['one of a time', 'away until 2026-11-23 09:31 <@U0ELI>', START, START + MINUTE],
  ['one that begins later', 'away for 1h from 2026-11-25 08:00 <@U0ELI>', START + 46.5 * HOUR, START + 47.5 * HOUR],
  ['one that began within the hour before', 'away for 2h from 2026-11-23 08:31 <@U0ELI>', START, START + 61 * MINUTE],
])('%s is stored from when until when, and counted', async (_, text, from, until) => {
  const { set, counted } = typing()
  expect(await set(text)).toMatchObject({
    by: { userId: 'U0DANA', name: 'dana' },
    standIn: { userId: 'U0ELI', name: 'ELI' },
    from,
    until,
    setAt: START,
  })
  expect(counted).toEqual(['AbsenceSet'])
})

test('it ends with the minute that the person means', async () => {
  const { set, pass } = typing()
  pass(SECOND)
  expect((await set('away for 1h <@U0ELI>')).until).toBe(START + HOUR + MINUTE)
})

test('a command that the queue had for a while lets no one stand in before it is done, nor after its end', async () => {
  const { command, deliver, services, pass } = typing()
  const now = command('away for 1h from 2026-11-23 09:30 <@U0ELI>')
  const short = command('away for 2m <@U0ELI>', 'U0ANA')
  pass(2 * MINUTE)
  expect(await deliver(now)).toMatchObject({ absence: { from: START + 2 * MINUTE, until: START + HOUR } })
  expect(await deliver(short)).toEqual({ kind: 'not-done', because: 'That time has passed already.' })
  expect(await services.absences.endingFrom(0)).toHaveLength(1)
})

test('a command that comes twice is done once, and a second one not before the first absence has ended', async () => {
  const { command, deliver, type, services, counted, pass } = typing()
  const one = command('away for 1h <@U0ELI>')
  const first = await deliver(one)
  pass(MINUTE)
  expect(await deliver(one)).toEqual(first)
  expect(await type('away for 1h <@U0ANA>')).toEqual({
    kind: 'not-done',
    because: 'You have named a stand-in already. End that first: /greenlight back.',
  })
  expect(await services.absences.endingFrom(0)).toHaveLength(1)
  pass(HOUR)
  expect(await type('away for 1h <@U0ANA>')).toMatchObject({ kind: 'absence-set' })
  expect(counted).toEqual(['AbsenceSet', 'AbsenceSet'])
})

const AT_THE_SAME_MOMENT = {
  kind: 'not-done',
  because: 'Another command of yours names a stand-in at this moment. Look at /greenlight away, and try again.',
}

test('of two commands at once the second is refused, and the turn is free again afterwards', async () => {
  const { type, services, set } = typing()
  const { create, turns } = services.absences
  let during: CommandAnswer | null = null
  services.absences = {
    ...services.absences,
    create: async (absence) => {
      during ??= await type('away for 2h <@U0ANA>')
      return create(absence)
    },
    turns: { ...turns, change: slowly(turns.change) },
  }
  await set('away for 1h <@U0ELI>')
  expect(during).toEqual(AT_THE_SAME_MOMENT)
  expect(await turns.read('U0DANA')).toEqual({ userId: 'U0DANA', lease: null })
})

test('a function that was frozen while it signed sets nothing', async () => {
  const { type, services, pass } = typing()
  const { sign } = services.signatures
  services.signatures = {
    ...services.signatures,
    sign: (statement) => {
      pass(30 * SECOND)
      return sign(statement)
    },
  }
  expect(await type('away for 1h <@U0ELI>')).toEqual(AT_THE_SAME_MOMENT)
  expect(await services.absences.endingFrom(0)).toEqual([])
})

test('one that the table does not hold is not said to be set, or ended', async () => {
  const { type, set, services, counted } = typing()
  const { absences } = services
  services.absences = { ...absences, create: async () => false }
  expect(await type('away for 1h <@U0ELI>')).toEqual({ kind: 'not-done', because: 'It was not stored.' })
  services.absences = absences
  await set('away for 1h <@U0ELI>')
  services.absences = { ...absences, change: async () => null }
  expect(await type('back')).toEqual({ kind: 'not-done', because: 'It is not stored any more.' })
  expect(counted).toEqual(['AbsenceSet'])
})

test('an end is counted, and two ends at once are one', async () => {
  const { type, set, services, counted, pass } = typing()
  const { id } = await set('away for 1h <@U0ELI>')
  const { sign } = services.signatures
  let isFirst = true
  services.signatures = {
    ...services.signatures,
    sign: async (statement) => {
      if (isFirst) {
        isFirst = false
        await type('back')
      }
      return sign(statement)
    },
  }
  pass(MINUTE)
  expect(await type('back')).toMatchObject({ kind: 'absence-ended', absence: { ended: { at: START + MINUTE } } })
  expect((await services.absences.read(id))!.journal.count).toBe(2)
  expect(counted).toEqual(['AbsenceSet', 'AbsenceEnded', 'AbsenceEnded'])
})

test('an end that comes twice is done once, and its person reads the same', async () => {
  const { command, deliver, set, services, pass } = typing()
  const { id } = await set('away for 1h <@U0ELI>')
  pass(MINUTE)
  const back = command('back')
  pass(SECOND)
  const first = await deliver(back)
  expect(first).toMatchObject({ kind: 'absence-ended', absence: { id } })
  pass(MINUTE)
  expect(await deliver(back)).toEqual(first)
  expect((await services.absences.read(id))!.journal.count).toBe(2)
  expect(await deliver(command('back'))).toEqual({ kind: 'not-done', because: 'No one stands in for you.' })
})

test('an end is tried again if the table does not answer', async () => {
  const { type, set, services } = typing()
  await set('away for 1h <@U0ELI>')
  const silent: StoredAbsence = { kind: 'unreadable', because: 'the table does not answer', mayPass: true }
  services.absences = { ...services.absences, endingFrom: async () => [silent] }
  await expect(type('back')).rejects.toThrow('the table does not answer')
})

test('an end that comes late ends no absence that was set after it was typed', async () => {
  const { command, deliver, type, set, pass } = typing()
  const late = command('back')
  pass(MINUTE)
  const { id } = await set('away for 1h <@U0ELI>')
  expect(await deliver(late)).toEqual({ kind: 'not-done', because: 'No one stands in for you.' })
  expect(await type('back')).toMatchObject({ kind: 'absence-ended', absence: { id } })
})

test('a person sees who stands in for them and for whom they do, not what is over or of others', async () => {
  const { type, set, pass } = typing()
  const dana = await set('away for 1h <@U0ELI>')
  const ana = await set('away for 2h <@U0DANA>', 'U0ANA')
  await set('away for 2h <@U0ELI>', 'U0CHEN')
  expect(await type('away')).toEqual({ kind: 'absences', mine: [dana], theirs: [ana] })
  pass(HOUR)
  expect(await type('away')).toEqual({ kind: 'absences', mine: [], theirs: [ana] })
})

test.each([
  ['away', 'not-told'],
  ['back', 'not-done'],
  ['away for 1h <@U0ELI>', 'not-done'],
])('%s says so if the absences cannot be read', async (text, kind) => {
  const { type, services } = typing()
  services.absences = {
    ...services.absences,
    endingFrom: async () => [{ kind: 'unreadable', because: 'the table does not answer' }],
  }
  expect(await type(text)).toEqual({
    kind,
    because: 'Greenlight cannot tell who stands in for you: the table does not answer.',
  })
})
