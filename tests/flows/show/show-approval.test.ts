import type { Route } from '../../../functions/domain/route.ts'
import { resolvePolicy } from '../../../functions/flows/approval/resolve-policy.ts'
import { showApproval } from '../../../functions/flows/show/show-approval.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { START, approval } from '../../support/records.ts'

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
