import type { Absence } from '../../../functions/domain/absence.ts'
import { absenceNeedsAttention, dueAbsenceNotice } from '../../../functions/domain/absence.ts'
import type { Approval } from '../../../functions/domain/approval.ts'
import type { TypedCommand } from '../../../functions/domain/command.ts'
import { commandStatement } from '../../../functions/domain/command.ts'
import { configurationFrom } from '../../../functions/config/configuration.ts'
import { CONFIGURATION } from '../../../functions/config/schema.ts'
import type { Act } from '../../../functions/domain/act.ts'
import { tendAbsence } from '../../../functions/flows/absence/tend-absence.ts'
import { actOnApproval } from '../../../functions/flows/approval/act-on-approval.ts'
import { changeApproval, readApproval } from '../../../functions/flows/approval/change-approval.ts'
import { requestApproval } from '../../../functions/flows/approval/request-approval.ts'
import { takeCommand } from '../../../functions/flows/command/take-command.ts'
import { settleApproval } from '../../../functions/flows/effects/settle-approval.ts'
import type { Verdict } from '../../../functions/domain/policy.ts'
import type { Metric } from '../../../functions/ports/log.ts'
import type { DueServices, Services } from '../../../functions/ports/services.ts'
import { messageOf } from '../../support/memory/slack.ts'
import { answerProblems } from '../../support/block-kit-limits.ts'
import { shop } from '../../support/virtual-codepipeline.ts'
import { stillWorld } from '../../simulation/still-world.ts'

const MINUTE = 60_000
const person = (userId: string) => ({ userId, teamId: null, name: userId.slice(2), email: null, from: null })

/** An approval that waits for Dana and Chen, in a world where a thief may write to the table of approvals. */
const waiting = async (route: object = {}) => {
  const { codePipeline, services: given, notification, slack } = stillWorld()
  const sent: Verdict[] = []
  const said: string[] = []
  const entry = {
    match: {},
    approvers: [
      { name: 'release managers', people: ['U0DANA'] },
      { name: 'engineers', people: ['U0CHEN', 'U0ANA'] },
    ],
    standIns: 'anyone',
    ...route,
  }
  const file = CONFIGURATION.parse({ defaults: { approvals: 'C0RELEASES' }, routes: [entry] })
  const services: Services = {
    ...given,
    configuration: configurationFrom(file),
    pipelines: {
      ...given.pipelines,
      putApprovalResult: (where, token, verdict, told) => {
        sent.push(verdict)
        return given.pipelines.putApprovalResult(where, token, verdict, told)
      },
    },
  }
  const answers: DueServices['answers'] = {
    messageFor: (answer) => JSON.stringify(answer),
    send: async () => ({ kind: 'posted' }),
    tell: async () => ({ kind: 'posted' }),
  }
  await codePipeline.create(shop())
  await codePipeline.start()
  await requestApproval(services, notification())
  const { id } = notification()
  let commands = 0
  const type = async (userId: string, text: string): Promise<{ kind: string; because?: string; absence?: Absence }> => {
    const at = services.clock.now()
    const typed: TypedCommand = {
      id: `command-${++commands}`,
      text,
      who: person(userId),
      at,
      responseUrl: 'https://hooks.slack.com/1',
    }
    const seal = await services.seals.seal(commandStatement(typed))
    const { next } = (await takeCommand({ ...services, answers }, typed, seal, { isLast: false })) as unknown as {
      next: { do: string; message?: string; absence?: string }[]
    }
    for (const effect of next) if (effect.absence) await tend(effect.absence)
    const answer = JSON.parse(next.find((one) => one.do === 'answer-command')!.message!) as { kind: string }
    said.push(answer.kind)
    return answer
  }
  // Whatever follows is delivered twice.
  const tend = async (absence: string) => {
    await tendAbsence(services, absence)
    await tendAbsence(services, absence)
  }
  const act = (userId: string, what: Act) => actOnApproval(services, { approvalId: id, who: person(userId), act: what })
  return {
    services,
    sent,
    type,
    tend,
    /** Whom was told what of absences. */
    told: () =>
      slack.messages.flatMap(({ card, place }) => {
        if (card.kind !== 'absence') return []
        const message = messageOf(card)
        expect(answerProblems(message)).toEqual([])
        return [[place.channel, message.text]]
      }),
    vote: (userId: string, verdict: Verdict = 'Approved') => act(userId, { do: 'vote', verdict, comment: '' }),
    read: async () => (await readApproval(services, id))!,
    settle: (by: Partial<Services> = {}) => settleApproval({ ...services, ...by }, id),
    alter: (how: (approval: Approval) => Partial<Approval>) =>
      changeApproval(services, id, (approval) => [{ ...approval, ...how(approval) }, null]),
    pass: (ms: number) => codePipeline.clock.pass(ms),
  }
}

test('what a stand-in approves is sent, and the journal names the absent person', async () => {
  const bot = await waiting()
  expect(await bot.type('U0DANA', 'away for 1d <@U0ELI|eli>')).toMatchObject({ kind: 'absence-set' })
  expect(await bot.vote('U0ELI')).toMatchObject({ kind: 'done' })
  await bot.vote('U0CHEN')
  await bot.settle()
  expect(bot.sent).toEqual(['Approved'])
  const { votes } = await bot.read()
  expect(votes[0]).toMatchObject({ userId: 'U0ELI', standsInFor: [{ userId: 'U0DANA' }] })
})

test('it is sent as well if the absent person is back by then, and no more is taken', async () => {
  const bot = await waiting()
  await bot.type('U0DANA', 'away for 1d <@U0ELI>')
  await bot.vote('U0ELI')
  bot.pass(MINUTE)
  expect(await bot.type('U0DANA', 'back')).toMatchObject({ kind: 'absence-ended' })
  expect(await bot.type('U0DANA', 'back')).toMatchObject({ kind: 'not-done', because: 'No one stands in for you.' })
  bot.pass(MINUTE)
  await bot.vote('U0CHEN')
  await bot.settle()
  expect(bot.sent).toEqual(['Approved'])
})

test('without the setting, no one can name a stand-in, and none counts', async () => {
  const bot = await waiting({ standIns: 'none' })
  expect((await bot.type('U0DANA', 'away for 1d <@U0ELI>')).because).toContain('No route of greenlight.yml')
  expect(await bot.vote('U0ELI')).toMatchObject({ kind: 'refused' })
})

test('among approvers: a person of another rule can, and no one else', async () => {
  const bot = await waiting({ standIns: 'approvers' })
  await bot.type('U0DANA', 'away for 1d <@U0ELI>')
  expect(await bot.vote('U0ELI')).toMatchObject({ kind: 'refused', refusal: { because: 'not-an-approver' } })
  await bot.type('U0DANA', 'back')
  await bot.type('U0DANA', 'away for 1d <@U0ANA>')
  await bot.vote('U0ANA')
  expect(await bot.vote('U0CHEN')).toMatchObject({ attempted: { ruling: { kind: 'granted' } } })
})

test('an absence that no one has signed lets no verdict through, and an alarm rings', async () => {
  const bot = await waiting()
  await bot.type('U0DANA', 'away for 1d <@U0ELI>')
  await bot.vote('U0ELI')
  await bot.vote('U0CHEN')
  const [stored] = await bot.services.absences.endingFrom(0)
  const { absence } = stored as { absence: Absence }
  const forged: Absence = { ...absence, from: absence.from - 1 }
  const counted: Metric[] = []
  const logged: unknown[] = []
  const performed = await bot.settle({
    absences: { ...bot.services.absences, endingFrom: async () => [{ kind: 'absence', absence: forged }] },
    log: {
      ...bot.services.log,
      count: (metric) => void counted.push(metric),
      error: (_, about) => void logged.push(about),
    },
  })
  expect(bot.sent).toEqual([])
  expect(performed).toMatchObject({ because: `the absence ${absence.id} is not the one that was signed` })
  expect(counted).toContain('VerdictNotProven')
  // Then this line is where a reader finds which absence it is.
  expect(logged).toContainEqual({ absence: absence.id })
  await bot.settle()
  expect(bot.sent).toEqual(['Approved'])
})

test('a vote that claims an absence that no one has set is not sent', async () => {
  const bot = await waiting()
  await bot.type('U0DANA', 'away for 1d <@U0ELI>')
  await bot.vote('U0ELI')
  await bot.vote('U0CHEN')
  await bot.settle({ absences: { ...bot.services.absences, endingFrom: async () => [] } })
  expect(bot.sent).toEqual([])
  expect((await bot.read()).state.name).toBe('waiting')
})

test('a vote is not the one that was signed if the table says that it was for another person', async () => {
  const bot = await waiting()
  await bot.type('U0DANA', 'away for 1d <@U0ELI>')
  await bot.vote('U0ELI')
  await bot.vote('U0CHEN')
  await bot.alter(({ votes }) => ({
    votes: votes.map((vote) =>
      vote.standsInFor ? { ...vote, standsInFor: [{ ...vote.standsInFor[0]!, userId: 'U0ANA' }] } : vote,
    ),
  }))
  await bot.settle()
  expect(bot.sent).toEqual([])
})

test('the rejection of a stand-in stands, though the table has it no more', async () => {
  const bot = await waiting()
  await bot.type('U0DANA', 'away for 1d <@U0ELI>')
  await bot.vote('U0ELI', 'Rejected')
  await bot.alter(() => ({ votes: [], state: { name: 'waiting' } }))
  await bot.vote('U0CHEN')
  await bot.vote('U0DANA')
  await bot.settle()
  expect(bot.sent).toEqual([])
})

test('a stand-in decides nothing for a person whose account is deactivated, whatever votes the table has', async () => {
  const bot = await waiting()
  const { absence } = await bot.type('U0DANA', 'away for 1d <@U0ELI>')
  const { directory } = bot.services
  const person: Services['directory']['person'] = async (userId) => {
    const found = await directory.person(userId)
    const isDeactivated = userId === 'U0DANA'
    return found.kind === 'found' ? { ...found, value: { ...found.value, isDeactivated } } : found
  }
  bot.services.directory = { ...directory, person }
  const standsInFor = [{ userId: 'U0DANA', name: 'dana', absence: absence!.id }]
  const at = absence!.until - 1
  await bot.alter(() => ({
    votes: [{ userId: 'U0ZOE', name: 'zoe', verdict: 'Approved', comment: '', at, standsInFor }],
  }))
  expect(await bot.vote('U0ELI')).toMatchObject({ kind: 'refused', refusal: { because: 'not-an-approver' } })
})

test('what cannot be read lets no one stand in, and says so', async () => {
  const bot = await waiting()
  await bot.type('U0DANA', 'away for 1d <@U0ELI>')
  const because = 'who stands in for people who are away could not be looked up'
  bot.services.absences.endingFrom = async () => [{ kind: 'unreadable', because }]
  expect(await bot.vote('U0ELI')).toMatchObject({ refusal: { because: 'unread', unread: [because] } })
  expect((await bot.type('U0DANA', 'away')).because).toContain(because)
})

test.each([
  ['away for 1d', 'Say who answers for you'],
  ['away for 1d @eli', 'Slack did not say who @eli is'],
  ['away for 1d <@U0DANA>', 'You cannot stand in for yourself.'],
  ['away <@U0ELI>', 'Say until when'],
  ['away until sometime <@U0ELI>', '“until sometime” is no time'],
  ['away for 61d <@U0ELI>', 'at most 60 days'],
  ['away until Fri 18:00 from someday <@U0ELI>', '“from someday” is no time'],
  ['away until 2020-01-01 08:00 <@U0ELI>', 'That time has passed already.'],
  ['away until 2026-11-24 08:00 from 2026-11-25 08:00 <@U0ELI>', 'That ends before it begins.'],
])('%s: a sentence, and nothing is stored', async (text, because) => {
  const bot = await waiting()
  expect(await bot.type('U0DANA', text)).toMatchObject({
    kind: 'not-done',
    because: expect.stringContaining(because) as string,
  })
  expect(await bot.services.absences.endingFrom(0)).toEqual([])
})

test('its entries are filed, and it says when it is over', async () => {
  const bot = await waiting()
  const { absence } = await bot.type('U0DANA', 'away for 30m <@U0ELI>')
  bot.pass(40 * MINUTE)
  await tendAbsence(bot.services, absence!.id)
  const stored = await bot.services.absences.read(absence!.id)
  expect(stored).toMatchObject({ isClosed: true, lookedIn: 2, journal: { count: 2, unfiled: [] } })
  expect(await bot.vote('U0ELI')).toMatchObject({ kind: 'refused' })
})

test('who stands in is told once, alone, for whom and until when, and once that it ended', async () => {
  const bot = await waiting()
  const { absence } = await bot.type('U0DANA', 'away until 2026-11-27 18:00 <@U0ELI>')
  expect(bot.told()).toEqual([
    ['U0ELI', expect.stringMatching(/^You stand in for <@U0DANA> until Fri, Nov 27 at 18:00 UTC\. You can approve/)],
  ])
  await bot.type('U0DANA', 'away')
  bot.pass(MINUTE)
  await bot.type('U0DANA', 'back')
  expect(bot.told().slice(1)).toEqual([['U0ELI', expect.stringMatching(/^<@U0DANA> is back: you do not stand in/)]])
  bot.pass(5 * MINUTE)
  await bot.tend(absence!.id)
  expect(bot.told()).toHaveLength(2)
})

test('of an absence that ends before it begins they are told that it does not begin, and of one that runs out nothing more', async () => {
  const bot = await waiting()
  await bot.type('U0DANA', 'away from 2026-11-26 08:00 until 2026-11-27 18:00 <@U0ELI>')
  expect(bot.told()[0]![1]).toContain(' from Thu, Nov 26 at 08:00 UTC until Fri, Nov 27 at 18:00 UTC.')
  bot.pass(MINUTE)
  await bot.type('U0DANA', 'back')
  expect(bot.told()[1]![1]).toBe('You do not stand in for <@U0DANA>: they ended that before it began.')
  bot.pass(MINUTE)
  const { absence } = await bot.type('U0DANA', 'away for 30m <@U0ELI>')
  expect(bot.told()).toHaveLength(3)
  bot.pass(40 * MINUTE)
  await bot.tend(absence!.id)
  expect(bot.told()).toHaveLength(3)
})

test('a stand-in whom Slack did not reach is told later, and not at all once it is over', async () => {
  const bot = await waiting()
  const { post } = bot.services.slack
  bot.services.slack = { ...bot.services.slack, post: async () => ({ kind: 'busy', afterSeconds: 1 }) }
  const { absence } = await bot.type('U0DANA', 'away for 30m <@U0ELI>')
  expect(absenceNeedsAttention((await bot.services.absences.read(absence!.id))!, bot.services.clock.now())).toBe(true)
  bot.services.slack = { ...bot.services.slack, post }
  expect(bot.told()).toEqual([])
  bot.pass(MINUTE)
  await bot.tend(absence!.id)
  expect(bot.told()).toHaveLength(1)
  const stored = (await bot.services.absences.read(absence!.id))!
  expect(absenceNeedsAttention(stored, bot.services.clock.now())).toBe(false)
  const untold = { ...stored, notices: {} }
  expect(dueAbsenceNotice(untold, stored.until - 1)).toMatchObject({ channel: 'U0ELI' })
  expect(dueAbsenceNotice(untold, stored.until)).toBeNull()
  const ended = { at: stored.setAt, signed: stored.signed }
  expect(dueAbsenceNotice({ ...untold, ended }, stored.setAt)).toBeNull()
})

test('a direct message that Slack refuses is counted and logged once, and is not tried again', async () => {
  const bot = await waiting()
  const { log, slack } = bot.services
  const told: string[] = []
  bot.services.slack = {
    ...slack,
    post: async () => ({ kind: 'refused', because: 'messages_tab_disabled', isFinal: false }),
  }
  bot.services.log = {
    ...log,
    count: (metric) => void told.push(metric),
    warn: (words, about) => void told.push(`${words}: ${String(about?.['because'])}`),
  }
  const { absence } = await bot.type('U0DANA', 'away for 30m <@U0ELI>')
  expect(told.filter((one) => /Direct|refused/.test(one))).toEqual([
    'Slack refused a notice: messages_tab_disabled',
    'DirectMessageRefused',
  ])
  expect(told).not.toContain('EffectFailed')
  bot.pass(MINUTE)
  await bot.tend(absence!.id)
  expect(told.filter((one) => one === 'DirectMessageRefused')).toHaveLength(1)
})
