import { commandIn } from '../../../functions/domain/command.ts'
import type { Mutes } from '../../../functions/domain/mute.ts'
import { NO_MUTES, muteOf, mutedUntil, notMuted, withMute } from '../../../functions/domain/mute.ts'
import type { Route } from '../../../functions/domain/route.ts'
import { changeApproval, readApproval } from '../../../functions/flows/approval/change-approval.ts'
import { resolvePolicy } from '../../../functions/flows/approval/resolve-policy.ts'
import { performDue } from '../../../functions/flows/effects/perform-effect.ts'
import { queuedEffects } from '../../../functions/flows/effects/queued-effects.ts'
import { endMute, setMute, showMute } from '../../../functions/flows/mute/change-mutes.ts'
import { sendNotices } from '../../../functions/flows/show/send-notices.ts'
import { showApproval } from '../../../functions/flows/show/show-approval.ts'
import { restoredMutes } from '../../../functions/aws/stored-mutes.ts'
import type { ApprovalCard, NoticeCard } from '../../../functions/ports/cards.ts'
import { approvalMessage } from '../../../functions/slack/approval-message.ts'
import { commandAnswer } from '../../../functions/slack/command-answer.ts'
import { answerProblems } from '../../support/block-kit-limits.ts'
import { asText } from '../../support/as-text.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { DAY, MINUTE, START, actor, approval } from '../../support/records.ts'

const { id } = approval()
const PLACE = { channel: 'C0RELEASES', ts: '1.1', link: null }
const APPROVERS = [{ name: 'release managers', people: ['U0DANA', 'U0ELI'], groups: [], count: 1 }]

/** An approval whose message is posted, or not yet; what people type is done in turn. */
const world = async (route: Partial<Route> = {}, place: typeof PLACE | null = PLACE) => {
  const bot = botInMemory({ approvers: APPROVERS, ...route })
  const { services, slack } = bot
  const asked = approval()
  const resolvedPolicy = await resolvePolicy(services, asked, START)
  await services.approvals.create({ ...asked, resolvedPolicy, showing: { ...asked.showing, place } })
  const type = async (text: string, userId = 'U0DANA') => {
    const typed = { id: text, text, who: actor(userId), at: services.clock.now(), responseUrl: null }
    const typist = { who: typed.who, zone: 'UTC' }
    const command = commandIn(text)
    const answer =
      command.do === 'mute'
        ? await setMute(services, typed, typist, command)
        : command.do === 'unmute'
          ? await endMute(services, typed, typist)
          : await showMute(services, typist)
    const message = commandAnswer(answer, text)
    expect(answerProblems(message)).toEqual([])
    return message.text
  }
  const notices = () => slack.messages.map(({ card }) => card as NoticeCard)
  return { ...bot, type, notices, send: () => sendNotices(services, id) }
}

test('a direct message waits until the mute of its person is over, and others get theirs', async () => {
  const { type, send, notices, pass } = await world({ notify: 'direct' })
  expect(await type('mute shop-* until 11:30')).toMatch(/^Muted: shop-\* until .*11:30.*\/greenlight unmute$/)
  for (let index = 0; index < 3; index++) await send()
  expect(notices().map(({ notice }) => notice.channel)).toEqual(['U0ELI'])
  pass(121 * MINUTE)
  await send()
  expect(notices().map(({ notice }) => notice.channel)).toEqual(['U0ELI', 'U0DANA'])
})

test('a direct message waits as well if another function sent the one before it meanwhile', async () => {
  const people = [{ name: 'release managers', people: ['U0ELI', 'U0DANA'], groups: [], count: 1 }]
  const { type, send, notices, services } = await world({ notify: 'direct', approvers: people })
  await type('mute shop-* for 2h')
  const before = await readApproval(services, id)
  await send()
  expect(notices().map(({ notice }) => notice.channel)).toEqual(['U0ELI'])
  const { read } = services.approvals
  let reads = 0
  services.approvals = { ...services.approvals, read: async (one) => (reads++ === 0 ? before : read(one)) }
  await send()
  expect(notices().map(({ notice }) => notice.channel)).toEqual(['U0ELI'])
})

test('a mute of other pipelines, or one that was ended, keeps nothing back', async () => {
  const { type, send, notices } = await world({ notify: 'direct' })
  await type('mute payments-*, api for 2h')
  await type('mute shop-web for 2h', 'U0ELI')
  expect(await type('mute', 'U0ELI')).toMatch(/^You have muted shop-web until /)
  expect(await type('unmute', 'U0ELI')).toMatch(/^Unmuted/)
  for (let index = 0; index < 3; index++) await send()
  expect(notices()).toHaveLength(2)
})

test('a reminder and the end mention no one who has muted it; the last call does', async () => {
  const { type, send, notices, pass, services } = await world({ remind: [5 * MINUTE], lastCall: 10 * MINUTE })
  await type('mute shop-* for 30d')
  pass(6 * MINUTE)
  await send()
  expect(notices().at(-1)).toMatchObject({ notice: { kind: 'reminder' }, mention: ['U0ELI'] })
  pass((await readApproval(services, id))!.expiresAt - services.clock.now() - 5 * MINUTE)
  await send()
  expect(notices().at(-1)).toMatchObject({ notice: { kind: 'last-call' }, mention: ['U0DANA', 'U0ELI'] })
})

test('an escalation mentions the people who have muted it', async () => {
  const { type, send, notices, pass } = await world({
    escalate: { after: 5 * MINUTE, channel: null, people: ['U0DANA', 'U0FINN'], groups: [] },
  })
  await type('mute shop-* for 2h')
  await type('mute shop-* for 2h', 'U0FINN')
  pass(6 * MINUTE)
  await send()
  expect(notices().at(-1)).toMatchObject({ notice: { kind: 'escalation' }, mention: ['U0DANA', 'U0FINN'] })
})

test('a new request mentions those who have not muted it, and an update names everyone', async () => {
  const { type, services, slack } = await world({ notify: 'approvers' }, null)
  await changeApproval(services, id, (of) => [of, null])
  await type('mute shop-* for 2h')
  await showApproval(services, id)
  const card = slack.messages.at(-1)!.card as ApprovalCard
  expect(card).toMatchObject({ notifies: true, muted: ['U0DANA'] })
  const muted = asText(approvalMessage(card, { muted: card.muted! }))
  expect(muted).toContain('@U0ELI')
  expect(muted).not.toContain('@U0DANA')
  expect(asText(approvalMessage(card) as { blocks: object[] })).toMatch(/@U0DANA or @U0ELI/)
})

test('the Home tab has what is muted, with a button that ends it', async () => {
  const { type, services, slack } = await world()
  await type('mute shop-* for 2h')
  const effect = { do: 'show-homes', users: ['U0DANA', 'U0ELI'], opened: services.clock.now() } as const
  await performDue(services, { effect, attempt: 1 }, queuedEffects(services))
  const shown = (userId: string) => asText(slack.homes.get(userId)!.view)
  expect(shown('U0DANA')).toMatch(/# Muted\nYou get no direct messages of shop-\*, .* until .*\n\[Unmute\]/)
  expect(shown('U0ELI')).not.toContain('Muted')
})

test.each([
  ['mute until 18:00', /^Say which pipelines/],
  ['mute a/b for 2h', /^Say which pipelines/],
  ['mute a b c d e f for 2h', /^Name at most 5/],
  ['mute shop-*', /^Say until when/],
  ['mute shop-* until soon', /^“until soon” is no time/],
  ['mute shop-* until 2026-01-01 08:00', /^That time has passed/],
  ['mute shop-* for 32d', /^You can mute pipelines for at most 31 days/],
  ['unmute', /^You have muted nothing\. Nothing was changed/],
  ['mute', /^You have muted nothing\.$/],
])('%s: nothing is muted, and a sentence says why', async (text, words) => {
  const { type, services } = await world()
  expect(await type(text)).toMatch(words)
  expect(await services.mutes.read('mutes')).toBeNull()
})

test('a mute replaces the one before, ends by itself, and is the person’s own', () => {
  const until = START + DAY
  const first = withMute(NO_MUTES, 'U0DANA', { patterns: ['shop-*'], until }, START)!
  const second = withMute(first, 'U0DANA', { patterns: ['api'], until }, START)!
  expect(mutedUntil(second, 'U0DANA', 'shop-web', START)).toBeNull()
  expect(mutedUntil(second, 'U0DANA', 'api', START)).toBe(until)
  expect(notMuted(second, ['U0DANA', 'U0ELI', '__proto__'], 'api', START)).toEqual(['U0ELI', '__proto__'])
  expect(muteOf(second, 'U0DANA', until)).toBeNull()
  expect(withMute(second, 'U0ELI', { patterns: ['api'], until: until + 1 }, until)!.by).not.toHaveProperty('U0DANA')
})

test('so many people have muted something that one item could not hold more: the next one is told', () => {
  const by = Object.fromEntries(
    Array.from({ length: 600 }, (_, at) => [`U${at}`, { patterns: ['a'], until: START + 1 }]),
  )
  expect(withMute({ by }, 'U0DANA', { patterns: ['a'], until: START + 1 }, START)).toBeNull()
  expect(withMute({ by }, 'U1', null, START)!.by).not.toHaveProperty('U1')
})

test('what is stored and cannot be read mutes no one', () => {
  const mutes: Mutes = { by: { U0DANA: { patterns: ['shop-*'], until: 1 } } }
  expect(restoredMutes(mutes)).toEqual(mutes)
  expect(restoredMutes({ by: { U0DANA: { patterns: 'shop-*' } } })).toEqual(NO_MUTES)
})
