import { configurationFrom } from '../../../functions/config/configuration.ts'
import { CONFIGURATION } from '../../../functions/config/schema.ts'
import { settled } from '../../../functions/domain/approval.ts'
import type { Approval } from '../../../functions/domain/approval.ts'
import { readApproval } from '../../../functions/flows/approval/change-approval.ts'
import type { ApprovalDecided } from '../../../functions/flows/effects/announce-verdict.ts'
import { announceVerdict } from '../../../functions/flows/effects/announce-verdict.ts'
import { sendNotices } from '../../../functions/flows/show/send-notices.ts'
import { showApproval } from '../../../functions/flows/show/show-approval.ts'
import type { Announcements } from '../../../functions/ports/announcements.ts'
import type { Services } from '../../../functions/ports/services.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { DAY, MINUTE, START, approval, resolvedPolicy } from '../../support/records.ts'

const { id } = approval()
/** In the afternoon. */
const CLICKED = START + 5 * 60 * MINUTE
const NOTHING = { kind: 'done', next: [] }

/** A bot with this approval, whose table takes its time. */
const bot = async (of: Approval, environment: string | null = null) => {
  const made = botInMemory({ environment })
  const { approvals } = made.services
  await approvals.create(of)
  const put: Parameters<Announcements['put']>[0][] = []
  const services: Services = {
    ...made.services,
    announcements: { put: async (event) => void put.push(event) },
    approvals: {
      ...approvals,
      change: async (...given) => {
        await new Promise((resolve) => setImmediate(resolve))
        return approvals.change(...given)
      },
    },
  }
  const announce = () => announceVerdict(services, id)
  return { ...made, services, put, announce, read: async () => (await readApproval(services, id))! }
}

const ended = (more: Partial<Approval> = {}) => settled(approval(more), { how: 'expired' }, START)

describe('the end of an approval', () => {
  test('is announced once, counted, recorded, and its entry filed', async () => {
    const { announce, put, read, counted } = await bot(ended())
    expect(await announce()).toEqual({ kind: 'done', next: [{ do: 'file-entries', approval: id }] })
    expect(put).toMatchObject([
      {
        detailType: 'Greenlight Approval Decided',
        resources: ['arn:aws:codepipeline:eu-west-1:111122223333:shop-web'],
        at: START,
      },
    ])
    const { announced, journal } = await read()
    expect(announced).toBe(true)
    expect(journal.unfiled.at(-1)?.happened).toEqual({ what: 'announced', event: 'Greenlight Approval Decided' })
    expect(await announce()).toEqual(NOTHING)
    expect(put).toHaveLength(1)
    expect(counted).toEqual(['VerdictAnnounced'])
  })

  test.each<[string, string | null, readonly string[]]>([
    ['Shop', 'Shop', ['Staging', 'Production']],
    ['Staging, Production', null, ['Staging', 'Production']],
    ['Production', null, []],
  ])(
    'names the environment %s: as the route says, else the stages it deploys to, else its own',
    async (name, configured, into) => {
      const { announce, put } = await bot(ended({ change: { ...approval().change, into: [...into] } }), configured)
      await announce()
      expect(put).toMatchObject([{ detail: { environment: name } }])
    },
  )

  test('names one environment in the event, the message and the notices: of the route at the time of the click', async () => {
    const { services, slack, pass, put, announce } = await bot(
      approval({ resolvedPolicy: resolvedPolicy(undefined, { at: CLICKED }) }),
    )
    const route = { match: {}, approvers: [{ name: 'engineers', people: ['U0DANA'] }] }
    const inTheMorning = { ...route, environment: 'Shop by day', match: { time: { from: '09:00', to: '10:00' } } }
    const { routeFor, approvalsChannelFor } = configurationFrom(
      CONFIGURATION.parse({
        defaults: { approvals: 'C0RELEASES' },
        routes: [inTheMorning, { ...route, environment: 'Shop' }],
      }),
    )
    services.configuration = { ...services.configuration, routeFor, approvalsChannelFor }
    pass(CLICKED - START)
    await services.approvals.change(id, (of) =>
      of.kind === 'approval'
        ? [settled(of, { how: 'slack', verdict: 'Approved' }, services.clock.now()), null]
        : [of, null],
    )
    // The next morning.
    pass(START + DAY - CLICKED)
    await showApproval(services, id)
    await sendNotices(services, id)
    await announce()
    const environments = slack.messages.map(({ card }) => 'route' in card && card.route?.environment)
    expect([...environments, (put[0]?.detail as ApprovalDecided).environment]).toEqual(['Shop', 'Shop', 'Shop'])
  })

  test('is not announced before there is one', async () => {
    const { announce, put } = await bot(approval())
    expect(await announce()).toEqual(NOTHING)
    expect(put).toEqual([])
  })
})
