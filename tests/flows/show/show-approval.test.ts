import type { Approval } from '../../../functions/domain/approval.ts'
import { settled } from '../../../functions/domain/approval.ts'
import type { Route } from '../../../functions/domain/route.ts'
import { resolvePolicy } from '../../../functions/flows/approval/resolve-policy.ts'
import { showApproval } from '../../../functions/flows/show/show-approval.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { PLAIN_ROUTE } from '../../support/plain-route.ts'
import { DAY, START, approval } from '../../support/records.ts'

const QUIET = [{ name: 'quiet hours', zone: 'UTC', span: { every: 'day', from: 9 * 60, to: 12 * 60 } }] as const

/** Whether a new request notifies those who can approve. */
const notifies = async (route: Partial<Route>): Promise<boolean> => {
  const { services, slack } = botInMemory(route)
  const asked = approval()
  await services.approvals.create({ ...asked, resolvedPolicy: await resolvePolicy(services, asked, START) })
  await showApproval(services, asked.id)
  const [message] = slack.messages
  return message?.card.kind === 'approval' && message.card.notifies === true
}

test('a new request notifies those who can approve where the route says so, outside quiet hours', async () => {
  expect(await notifies({})).toBe(false)
  expect(await notifies({ notify: 'approvers' })).toBe(true)
  expect(await notifies({ notify: 'approvers', quiet: QUIET })).toBe(false)
})

/** The card of a new request, and what follows from its post. */
const shown = async (route: Partial<Route>, more: Partial<Approval> = {}, mutedBy: string | null = null) => {
  const { services, slack } = botInMemory(route, { status: 'C0DEPLOYS' })
  const asked = approval(more)
  await services.approvals.create({ ...asked, resolvedPolicy: await resolvePolicy(services, asked, START), ...more })
  if (mutedBy) await services.mutes.create({ by: { [mutedBy]: { patterns: ['shop-*'], until: START + DAY } } })
  let reads = 0
  const { read } = services.mutes
  services.mutes = { ...services.mutes, read: (of) => (reads++, read(of)) }
  const { next } = await showApproval(services, asked.id)
  return { card: slack.messages[0]!.card, next: next.map((effect) => effect.do), reads }
}

test('a new request leaves out the approvers who have muted its pipeline, where it notifies them', async () => {
  const muted = await shown({ notify: 'approvers' }, {}, 'U0DANA')
  expect(muted.card).toMatchObject({ muted: ['U0DANA'] })
  expect((await shown({ notify: 'approvers' }, {}, 'U0FAY')).card).not.toHaveProperty('muted')
  expect((await shown({ notify: 'approvers' })).card).not.toHaveProperty('muted')
  const silent = await shown({}, {}, 'U0DANA')
  expect(silent.card).not.toHaveProperty('muted')
  expect([muted.reads, silent.reads]).toEqual([1, 0])
})

test('the only approver is left out too', async () => {
  const approvers = [{ name: 'owner', people: ['U0DANA'], groups: [], count: 1 }]
  expect((await shown({ notify: 'approvers', approvers }, {}, 'U0DANA')).card).toMatchObject({ muted: ['U0DANA'] })
})

test('without a policy no mute is read', async () => {
  expect((await shown({ notify: 'approvers' }, { resolvedPolicy: null }, 'U0DANA')).reads).toBe(0)
})

const HELD = { held: { stage: 'Production', reason: 'incident', since: null, userId: null, name: null } }

test('a request in front of a held stage has the button that resumes it, where people may, until it goes on', async () => {
  const route = { may: { ...PLAIN_ROUTE.may, hold: { people: ['U0DANA'], groups: [] } } }
  expect((await shown(route, HELD)).card).toMatchObject({ steering: [{ act: 'resume', stage: 'Production' }] })
  expect((await shown(route)).card).not.toHaveProperty('steering')
  expect((await shown({}, HELD)).card).not.toHaveProperty('steering')
  const approved = settled(approval(HELD), { how: 'slack', verdict: 'Approved' }, START)
  expect((await shown(route, approved)).card).not.toHaveProperty('steering')
  const ownStage = { ...approved, change: { ...approved.change, into: ['Live'] } }
  expect((await shown(route, ownStage)).card).toMatchObject({ steering: [{ act: 'resume', stage: 'Production' }] })
  const over = settled(approval(HELD), { how: 'expired' }, START)
  expect((await shown(route, over)).card).not.toHaveProperty('steering')
})

test('once the request is posted, its execution’s card links to it, and who gets a direct message gets it', async () => {
  expect((await shown({ notify: 'direct' })).next).toEqual(['show-execution', 'send-notices'])
  expect((await shown({})).next).toEqual(['show-execution'])
})
