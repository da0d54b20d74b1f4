import { ANSWERABLE_FOR, commandIn } from '../../../functions/domain/command.ts'
import { withSaid } from '../../../functions/domain/mute.ts'
import { endMute, setMute, showMute } from '../../../functions/flows/mute/change-mutes.ts'
import { botInMemory, slowly } from '../../support/bot-in-memory.ts'
import { DAY, MINUTE, SECOND, START, actor } from '../../support/records.ts'

const MUTE_FORMS = 'until 18:00, until Mon 08:00, until tomorrow 08:00, until 2026-12-01 08:00 or for 2h'

/** A bot whose people mute pipelines. */
const typing = () => {
  const bot = botInMemory()
  const { services } = bot
  const type = (text: string, at = services.clock.now()) => {
    const typist = { who: actor('U0DANA'), zone: 'UTC' }
    const command = commandIn(text)
    const typed = { id: text, text, who: typist.who, at, responseUrl: null }
    if (command.do === 'mute') return setMute(services, typed, typist, command)
    return command.do === 'unmute' ? endMute(services, typed, typist) : showMute(services, typist)
  }
  return { ...bot, type }
}

test.each([
  ['mute for 2h', 'Say which pipelines: a name, or a pattern such as shop-*.'],
  ['mute a/b for 2h', 'Say which pipelines: a name, or a pattern such as shop-*.'],
  ['mute a b c d e f for 2h', 'Name at most 5 pipelines or patterns.'],
  ['mute a', `Say until when, such as ${MUTE_FORMS}.`],
  [`mute a until ${'x'.repeat(61)}`, `“until ${'x'.repeat(60)}” is no time. Write ${MUTE_FORMS}.`],
  ['mute a until 2026-11-23 09:30', 'That time has passed already.'],
  ['mute a for 32d', 'You can mute pipelines for at most 31 days.'],
  ['unmute', 'You have muted nothing.'],
])('%s: nothing is muted, and a sentence says why', async (text, because) => {
  const { type, services } = typing()
  expect(await type(text)).toEqual({ kind: 'not-done', because })
  expect(await services.mutes.read('mutes')).toBeNull()
})

test.each([
  ['mute a b c d e for 1m', ['a', 'b', 'c', 'd', 'e'], START + MINUTE],
  ['mute a for 31d', ['a'], START + 31 * DAY],
])('%s is as much as a person can mute', async (text, patterns, until) => {
  const { type } = typing()
  expect(await type(text)).toEqual({ kind: 'mute-set', mute: { patterns, until } })
  expect(await type('mute')).toEqual({ kind: 'muted', mute: { patterns, until } })
})

test('a mute ends with the minute that the person means', async () => {
  const { type, pass } = typing()
  pass(SECOND)
  expect(await type('mute a for 1h')).toMatchObject({ mute: { until: START + 61 * MINUTE } })
})

test('a mute that was typed so long ago that it is over is not set', async () => {
  const { type, pass } = typing()
  pass(MINUTE)
  expect(await type('mute a for 1m', START)).toMatchObject({ because: 'That time has passed already.' })
})

test('a mute is over when its end is said', async () => {
  const { type, services } = typing()
  await type('mute a for 1h')
  services.mutes = { ...services.mutes, change: slowly(services.mutes.change) }
  expect(await type('unmute')).toEqual({ kind: 'mute-ended' })
  expect(await services.mutes.read('mutes')).toEqual({ by: {}, said: { U0DANA: START } })
})

describe('a command that comes again, or late', () => {
  const OVERTAKEN = {
    kind: 'not-done',
    because: 'You have muted or unmuted pipelines again since you typed this, and that stays.',
  }

  test('mutes nothing that was unmuted since', async () => {
    const { type, pass } = typing()
    await type('mute a for 1h')
    pass(SECOND)
    expect(await type('unmute')).toEqual({ kind: 'mute-ended' })
    expect(await type('mute a for 1h', START)).toEqual(OVERTAKEN)
    expect(await type('mute')).toEqual({ kind: 'muted', mute: null })
  })

  test('ends nothing that was muted since', async () => {
    const { type, pass } = typing()
    await type('mute a for 1h')
    pass(SECOND)
    await type('mute b for 1h')
    expect(await type('unmute', START)).toEqual(OVERTAKEN)
    expect(await type('mute')).toMatchObject({ mute: { patterns: ['b'] } })
  })

  test('and is the last that was typed is answered as it was the first time', async () => {
    const { type } = typing()
    const first = await type('mute a for 1h')
    expect(await type('mute a for 1h')).toEqual(first)
    expect(await type('unmute', START + SECOND)).toEqual({ kind: 'mute-ended' })
    expect(await type('unmute', START + SECOND)).toEqual({ kind: 'mute-ended' })
  })

  test('is forgotten once no command of that time is done any more', async () => {
    const { type, pass, services } = typing()
    await type('mute a for 1h')
    const saidBeside = async (at: number) => {
      await services.mutes.change('mutes', (mutes) => [withSaid(mutes, 'U0ELI', at, services.clock.now()), null])
      return (await services.mutes.read('mutes'))?.said
    }
    pass(ANSWERABLE_FOR)
    expect(await saidBeside(1)).toEqual({ U0DANA: START, U0ELI: 1 })
    pass(ANSWERABLE_FOR)
    expect(await saidBeside(2)).toEqual({ U0ELI: 2 })
  })
})

test.each(['full', 'unwritten'] as const)(
  'a mute that is not stored is not said to be: the table is %s',
  async (how) => {
    const { type, services } = typing()
    const by = Object.fromEntries(
      Array.from({ length: 600 }, (_, at) => [`U${at}`, { patterns: ['a'], until: START + DAY }]),
    )
    await services.mutes.create({ by })
    if (how === 'unwritten') services.mutes = { ...services.mutes, change: async () => null }
    expect(await type('mute a for 1h')).toEqual({
      kind: 'not-done',
      because: 'Too many people have muted something at the moment. Try again later.',
    })
    expect(await services.mutes.read('mutes')).toEqual({ by })
  },
)
