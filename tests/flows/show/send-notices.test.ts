import type { Approval } from '../../../functions/domain/approval.ts'
import { settled } from '../../../functions/domain/approval.ts'
import { attentionAt } from '../../../functions/domain/attention.ts'
import { changeApproval, readApproval } from '../../../functions/flows/approval/change-approval.ts'
import type { Place, Showing } from '../../../functions/domain/showing.ts'
import { PACE_MS, isBehind } from '../../../functions/domain/showing.ts'
import { showApproval } from '../../../functions/flows/show/show-approval.ts'
import type { Route } from '../../../functions/domain/route.ts'
import type { Card, NoticeCard } from '../../../functions/ports/cards.ts'
import type { Services } from '../../../functions/ports/services.ts'
import type { PostOutcome } from '../../../functions/ports/slack.ts'
import { actOnApproval } from '../../../functions/flows/approval/act-on-approval.ts'
import { resolvePolicy } from '../../../functions/flows/approval/resolve-policy.ts'
import { sendNotices } from '../../../functions/flows/show/send-notices.ts'
import { DAY, MINUTE, SECOND, START, actor, approval } from '../../support/records.ts'
import { botInMemory, later, slowly } from '../../support/bot-in-memory.ts'

const { id } = approval()
const APPROVERS = [{ name: 'release managers', people: ['U0DANA', 'U0ELI'], groups: [], count: 1 }]
const POST = { method: 'chat.postMessage', channel: 'C0RELEASES' } as const
const PLACE = { channel: 'C0RELEASES', ts: '1.1', link: null }

/** An approval whose message is posted, ten minutes after the request; a reminder fell due after five. */
const bot = async (route: Partial<Route> = {}, more: Partial<Approval> = {}) => {
  const made = botInMemory({ approvers: APPROVERS, remind: [5 * MINUTE], ...route })
  const { approvals } = made.services
  // A table takes its time: what is not waited for has not happened.
  made.services.approvals = {
    ...approvals,
    change: async (...given) => {
      await new Promise((resolve) => setImmediate(resolve))
      return approvals.change(...given)
    },
  }
  const asked = approval(more)
  const resolvedPolicy = await resolvePolicy(made.services, asked, START)
  await made.services.approvals.create({ ...asked, resolvedPolicy, showing: { ...asked.showing, place: PLACE } })
  made.pass(10 * MINUTE)
  return {
    ...made,
    read: async () => (await readApproval(made.services, id))!,
    end: () =>
      changeApproval(made.services, id, (of) => [settled(of, { how: 'expired' }, made.services.clock.now()), null]),
    posting: (outcome: () => PostOutcome | Promise<PostOutcome>): Services => ({
      ...made.services,
      slack: { ...made.services.slack, post: async () => outcome() },
    }),
    said: () =>
      made.slack.messages.map(({ card, place, under }) => {
        const { notice, mention } = card as NoticeCard
        return { key: notice.key, mention, channel: place.channel, under: under?.ts ?? null }
      }),
  }
}

const REMINDED = { key: 'reminder-1', mention: ['U0DANA', 'U0ELI'], channel: 'C0RELEASES', under: '1.1' }

test('in a sequence, the click that completes a group tells the next one, once, and the record has it', async () => {
  const approvers = [
    { name: 'QA', people: ['U0CHEN'], groups: [], count: 1 },
    { name: 'owners', people: ['U0DANA'], groups: [], count: 1 },
  ]
  const { services, said, read } = await bot({ approvers, order: 'sequence', remind: [] })
  expect(await sendNotices(services, id)).toEqual({ kind: 'done', next: [] })
  const acted = await actOnApproval(services, {
    approvalId: id,
    who: actor('U0CHEN'),
    act: { do: 'vote', verdict: 'Approved', comment: '' },
  })
  expect(acted).toMatchObject({ kind: 'done', attempted: { kind: 'counted' } })
  expect('effects' in acted && acted.effects).toContainEqual({ do: 'send-notices', approval: id })
  for (let look = 0; look < 2; look++) await sendNotices(services, id)
  expect(said()).toEqual([{ key: 'turn-2', mention: ['U0DANA'], channel: 'C0RELEASES', under: '1.1' }])
  const told = (await read()).journal.unfiled.map(({ happened }) => happened).filter(({ what }) => what === 'told')
  expect(told).toEqual([{ what: 'told', notice: 'turn', key: 'turn-2', mentioned: ['U0DANA'], channel: 'C0RELEASES' }])
})

test('a look that finds a reminder overdue in a freeze stores that it waits for the end of the freeze', async () => {
  const morning = { name: 'f', zone: 'UTC', span: { every: 'day', from: 576, to: 720 } } as const
  const { services, said, read } = await bot({ freezes: [morning] })
  expect(await sendNotices(services, id)).toEqual({ kind: 'done', next: [] })
  expect(said()).toEqual([])
  expect((await read()).notices).toEqual({ 'reminder-1': { name: 'held', until: START + 150 * MINUTE } })
})

describe('a notice', () => {
  test('whose function was held up past the time of its lease is left to the next one, after the lease has ended', async () => {
    const { services, pass, said } = await bot()
    const { approvals } = services
    const change: typeof approvals.change = async (...given) => {
      const result = await approvals.change(...given)
      pass(21 * SECOND)
      return result
    }
    expect(await sendNotices({ ...services, approvals: { ...approvals, change } }, id)).toMatchObject({
      kind: 'again',
      afterSeconds: 35,
    })
    expect(said()).toEqual([])
    pass(35 * SECOND)
    await sendNotices(services, id)
    expect(said()).toEqual([REMINDED])
  })

  test.each([true, false])('that Slack refuses, for good: %s, is followed by the next that is due', async (isFinal) => {
    const { services, posting, said } = await bot({ lastCall: 7 * DAY - 6 * MINUTE })
    const refusing = posting(() => ({ kind: 'refused', because: 'not_in_channel', isFinal }))
    const performed = await sendNotices(refusing, id)
    expect(performed).toEqual({ kind: 'done', next: [{ do: 'send-notices', approval: id }] })
    await sendNotices(services, id)
    expect(said().map(({ key }) => key)).toEqual(['last-call'])
  })

  test('is sent in the thread, to the approvers who are missing, and is recorded', async () => {
    const { services, said, read, counted, slack } = await bot()
    const { next } = await sendNotices(services, id)
    expect(said()).toEqual([REMINDED])
    const { notices, showing } = await read()
    const { place } = slack.messages[0]!
    const at = START + 10 * MINUTE
    expect(notices['reminder-1']).toEqual({ name: 'said', at, place, shown: showing.truth })
    expect(next).toEqual([
      { do: 'send-notices', approval: id },
      { do: 'file-entries', approval: id },
    ])
    expect((await read()).journal.unfiled.at(-1)?.happened).toEqual({
      what: 'told',
      notice: 'reminder',
      key: 'reminder-1',
      mentioned: ['U0DANA', 'U0ELI'],
      channel: 'C0RELEASES',
    })
    expect(counted).toEqual(['NoticeSaid'])
  })

  test('is sent once, if many functions want to send it', async () => {
    const { services, said } = await bot()
    await Promise.all([1, 2, 3, 4].map(() => sendNotices(services, id)))
    await sendNotices(services, id)
    expect(said()).toEqual([REMINDED])
  })

  test('is not sent again after a crash that left it in Slack', async () => {
    const { services, posting, said, read, pass } = await bot()
    const crash = posting(async () => {
      await services.slack.post(PLACE.channel, card(await read()), PLACE)
      throw new Error('crashed after the post')
    })
    await expect(sendNotices(crash, id)).rejects.toThrow('crashed')
    await sendNotices(services, id)
    pass(31 * SECOND)
    await sendNotices(services, id)
    expect(said().map(({ key }) => key)).toEqual(['reminder-1'])
    const { notices, journal } = await read()
    expect(notices['reminder-1']).toMatchObject({ name: 'said' })
    expect(journal.unfiled.at(-1)?.happened).toMatchObject({ what: 'told', mentioned: ['U0DANA', 'U0ELI'] })
  })

  test('of which Slack gave no answer is sent again only if it is not there', async () => {
    const { services, posting, said, pass } = await bot()
    expect(
      await sendNotices(
        posting(() => ({ kind: 'unclear', because: 'timeout' })),
        id,
      ),
    ).toMatchObject({ kind: 'again', afterSeconds: 35 })
    pass(31 * SECOND)
    await sendNotices(services, id)
    expect(said()).toEqual([REMINDED])
  })

  test('is sent later if Slack asks to wait', async () => {
    const { services, posting, said, read, pass } = await bot()
    const busy = posting(() => ({ kind: 'busy', afterSeconds: 7 }))
    expect(await sendNotices(busy, id)).toMatchObject({ kind: 'again', afterSeconds: 7 })
    expect((await read()).notices).toEqual({})
    pass(7 * SECOND)
    await sendNotices(services, id)
    expect(said()).toEqual([REMINDED])
  })

  test('waits for its turn, which is not taken for a pause that Slack asked for', async () => {
    const { services, said } = await bot()
    while ((await services.turns.take(POST, 'calls', 0)) !== null);
    expect(await sendNotices(services, id)).toMatchObject({ kind: 'again', afterSeconds: 1 })
    expect(said()).toEqual([])
    expect(await services.turns.heldUntil(POST)).toBe(0)
  })

  test('that Slack asks to wait with: all functions know it before this one ends', async () => {
    const { services, posting } = await bot()
    const { turns } = services
    const busy = posting(() => ({ kind: 'busy', afterSeconds: 7 }))
    await sendNotices({ ...busy, turns: { ...turns, hold: slowly(turns.hold) } }, id)
    expect(await turns.heldUntil(POST)).toBe(START + 10 * MINUTE + 7 * SECOND)
  })

  test('that is in Slack already needs no turn', async () => {
    const { services, posting, said, read, pass } = await bot()
    const crash = posting(async () => {
      await services.slack.post(PLACE.channel, card(await read()), PLACE)
      throw new Error('crashed after the post')
    })
    await expect(sendNotices(crash, id)).rejects.toThrow('crashed')
    pass(31 * SECOND)
    await services.turns.hold(POST, START + 20 * MINUTE)
    expect(await sendNotices(services, id)).toMatchObject({ kind: 'done' })
    expect(said()).toHaveLength(1)
    expect((await read()).notices['reminder-1']).toMatchObject({ name: 'said' })
  })

  test('that Slack refuses is sent once the fault is mended, and counts as one failure', async () => {
    const { services, posting, said, read, pass, counted } = await bot()
    const refusing = posting(() => ({ kind: 'refused', because: 'not_in_channel', isFinal: false }))
    for (let minute = 0; minute < 5; minute++) {
      expect(attentionAt(await read())).not.toBeNull()
      await sendNotices(refusing, id)
      expect((await read()).notices['reminder-1']).toMatchObject({ name: 'refused' })
      pass(MINUTE)
    }
    expect(counted).toEqual(['EffectFailed'])
    pass(5 * MINUTE)
    await sendNotices(services, id)
    await sendNotices(services, id)
    expect(said()).toEqual([REMINDED])
  })

  test('under a message that Slack refuses is left to the sweep like that message, and is no failure of its own', async () => {
    const { services, said, read, pass, counted } = await bot()
    const shown = (showing: Partial<Showing>) =>
      changeApproval(services, id, (of) => [{ ...of, showing: { ...of.showing, ...showing } }, null])
    const { place } = (await read()).showing
    const refused = { since: START, until: START + 20 * MINUTE }
    await shown({ place: null, refused })
    expect(await sendNotices(services, id)).toEqual({ kind: 'done', next: [] })
    expect((await read()).notices['reminder-1']).toMatchObject({ name: 'refused' })
    await shown({ place })
    pass(2 * MINUTE)
    await sendNotices(services, id)
    expect(said()).toEqual([REMINDED])
    expect(counted).toEqual(['NoticeSaid'])
  })

  test.each<[string, (under: Place) => PostOutcome, string]>([
    ['is in the channel', (place) => ({ kind: 'posted', place: { ...place, ts: '9.9' }, isParentGone: true }), 'said'],
    [
      'is refused',
      () => ({ kind: 'refused', because: 'thread_not_found', isFinal: true, isParentGone: true }),
      'skipped',
    ],
  ])(
    'under a message that was deleted %s, and the message is posted again with its buttons',
    async (_, given, name) => {
      const { services, posting, read, slack, pass, logged } = await bot()
      const { change } = services.approvals
      const { next } = await sendNotices(
        posting(() => {
          let writes = 0
          services.approvals.change = (...now) => (writes++ === 0 ? slowly(change) : change)(...now)
          return given(PLACE)
        }),
        id,
      )
      expect(next[0]).toEqual({ do: 'show-approval', approval: id })
      expect(logged).toContainEqual(
        expect.objectContaining({ level: 'warn', about: { approval: id, notice: 'reminder-1' } }),
      )
      const { notices, showing } = await read()
      expect([notices['reminder-1']?.name, showing.place, isBehind(showing)]).toEqual([name, null, true])
      pass(PACE_MS)
      await showApproval(services, id)
      expect((await read()).showing.place).toEqual(slack.live(`approval/${id}`)[0]!.place)
    },
  )

  test('that Slack always refuses is skipped, and counts as one failure', async () => {
    const { services, posting, said, read, pass, counted, logged } = await bot()
    await sendNotices(
      posting(() => ({ kind: 'refused', because: 'thread_not_found', isFinal: true })),
      id,
    )
    pass(DAY)
    await sendNotices(services, id)
    expect(said()).toEqual([])
    expect(counted).toEqual(['EffectFailed'])
    expect(logged.filter(({ level }) => level === 'warn')).toMatchObject([
      { about: { approval: id, notice: 'reminder-1', because: 'thread_not_found', isFinal: true } },
    ])
    expect((await read()).notices['reminder-1']).toMatchObject({ name: 'skipped' })
  })

  test('names the freeze of the moment at which it is sent, whenever the policy was read', async () => {
    const freezes = [{ name: 'morning', zone: 'UTC', span: { every: 'day', from: 9 * 60 + 35, to: 12 * 60 } }] as const
    const { services, slack, read, pass } = await bot({ freezes, lastCall: 7 * 24 * 60 * MINUTE - 6 * MINUTE })
    await sendNotices(services, id)
    expect((await read()).resolvedPolicy?.frozen).toBeNull()
    pass(150 * MINUTE)
    await sendNotices(services, id)
    const frozen = slack.messages
      .map(({ card }) => card as NoticeCard)
      .map(({ notice, approval }) => [notice.key, approval.resolvedPolicy?.frozen?.name ?? null])
    expect(frozen).toEqual([
      ['last-call', 'morning'],
      ['reminder-1', null],
    ])
  })

  test.each([
    ['another function had sent it', 'done', 1, true],
    ['its lease had expired', 'again', 0, false],
  ] as const)('is not sent by a function that was held up until %s', async (_, kind, times, isSaidByAnother) => {
    const { services, said, pass } = await bot({ escalate: ESCALATE, remind: [] })
    const lookup = later<void>()
    const heldUp: Services = {
      ...services,
      directory: {
        ...services.directory,
        byEmail: async (email) => lookup.answer.then(() => services.directory.byEmail(email)),
      },
    }
    const saying = sendNotices(heldUp, id)
    // Until it has the lease.
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
    pass(MINUTE)
    if (isSaidByAnother) await sendNotices(services, id)
    lookup.give()
    expect(await saying).toMatchObject({ kind })
    expect(said().filter(({ key }) => key === 'escalation')).toHaveLength(times)
  })

  test('stops with the end; then the outcome is sent to the person who started it', async () => {
    const { services, said, end } = await bot()
    await end()
    await sendNotices(services, id)
    await sendNotices(services, id)
    expect(said()).toEqual([{ key: 'outcome', mention: ['U0ANA'], channel: 'C0RELEASES', under: '1.1' }])
  })

  test('waits for the message that it replies to', async () => {
    const { services, said, read } = await bot()
    await changeApproval(services, id, (of) => [{ ...of, showing: { ...of.showing, place: null } }, null])
    expect(await sendNotices(services, id)).toMatchObject({ kind: 'again', afterSeconds: 10 })
    expect(said()).toEqual([])
    expect((await read()).notices).toEqual({})
  })

  test('is skipped if there is no channel for that message', async () => {
    const { services, said, read } = await bot()
    await changeApproval(services, id, (of) => [{ ...of, showing: { ...of.showing, place: null } }, null])
    const configuration = { ...services.configuration, approvalsChannelFor: () => null }
    expect(await sendNotices({ ...services, configuration }, id)).toEqual({ kind: 'done', next: [] })
    expect(said()).toEqual([])
    expect((await read()).notices).toEqual({ 'reminder-1': { name: 'skipped', at: START + 10 * MINUTE } })
  })

  test('is recorded once, if another function recorded it meanwhile', async () => {
    const { services, posting, read } = await bot()
    const meanwhile = posting(async () => {
      await changeApproval(services, id, (of) => [
        { ...of, notices: { 'reminder-1': { name: 'said', at: START } } },
        null,
      ])
      return { kind: 'posted', place: PLACE }
    })
    await sendNotices(meanwhile, id)
    const { notices, journal } = await read()
    expect(notices).toEqual({ 'reminder-1': { name: 'said', at: START } })
    expect(journal.unfiled.map(({ happened }) => happened.what)).not.toContain('told')
  })

  test('mentions no one in quiet hours that began since it fell due', async () => {
    const quiet = [{ name: 'late', zone: 'UTC', span: { every: 'day', from: 9 * 60 + 36, to: 12 * 60 } }] as const
    const { services, said, read } = await bot({ quiet })
    await sendNotices(services, id)
    expect(said()).toEqual([{ ...REMINDED, mention: [] }])
    // So that it mentions no one either when it is written again.
    expect((await read()).notices['reminder-1']).toMatchObject({ isQuiet: true })
  })

  test('that was posted in quiet hours and is found after them mentions no one, in the record neither', async () => {
    const quiet = [{ name: 'late', zone: 'UTC', span: { every: 'day', from: 9 * 60 + 36, to: 9 * 60 + 45 } }] as const
    const { services, posting, said, read, pass } = await bot({ quiet })
    const lost = posting(async () => {
      await services.slack.post('C0RELEASES', sent[0]!, PLACE)
      return { kind: 'unclear', because: 'timeout' }
    })
    const sent: Card[] = []
    const { post } = lost.slack
    lost.slack.post = (channel, card, under) => (sent.push(card), post(channel, card, under))
    await sendNotices(lost, id)
    pass(10 * MINUTE)
    await sendNotices(services, id)
    expect(said()).toEqual([{ ...REMINDED, mention: [] }])
    const { notices, journal } = await read()
    expect(notices['reminder-1']).toMatchObject({ name: 'said', isQuiet: true })
    expect(journal.unfiled.at(-1)?.happened).toMatchObject({ what: 'told', mentioned: [] })
  })
})

const ESCALATE = { after: 6 * MINUTE, channel: 'C0LEADS', people: ['fay@example.com', 'ana@example.com'], groups: [] }

describe('an escalation', () => {
  test('mentions the stand-ins, in the thread and in its channel, and lets them approve', async () => {
    const { services, said, read } = await bot({ escalate: ESCALATE, remind: [] })
    const { next } = await sendNotices(services, id)
    expect(next).toContainEqual({ do: 'show-approval', approval: id })
    expect((await read()).resolvedPolicy?.policy.rules[0]?.people).toContain('U0FAY')
    await sendNotices(services, id)
    await sendNotices(services, id)
    expect(said()).toEqual([
      { key: 'escalation', mention: ['U0FAY'], channel: 'C0RELEASES', under: '1.1' },
      { key: 'escalation-channel', mention: ['U0FAY'], channel: 'C0LEADS', under: null },
    ])
    const { resolvedPolicy, escalatedAt } = await read()
    expect(escalatedAt).toBe(START + 10 * MINUTE)
    expect(resolvedPolicy?.policy.rules[0]?.people).toEqual(['U0DANA', 'U0ELI', 'U0FAY', 'U0ANA'])
  })

  test('is not sent if the approval ends meanwhile', async () => {
    const { services, said, end } = await bot({ escalate: ESCALATE, remind: [] })
    const ending: Services = {
      ...services,
      directory: {
        ...services.directory,
        byEmail: async (email) => {
          await end()
          return services.directory.byEmail(email)
        },
      },
    }
    await sendNotices(ending, id)
    expect(said()).toEqual([])
  })
})

const card = (of: Approval): NoticeCard => ({
  kind: 'notice',
  consoleUrl: 'https://console.example/shop-web',
  notice: { kind: 'reminder', key: 'reminder-1', dueAt: START, channel: null },
  approval: of,
  route: null,
  mention: [],
})
