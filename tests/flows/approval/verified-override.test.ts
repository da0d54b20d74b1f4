import type { Approval } from '../../../functions/domain/approval.ts'
import type { Act } from '../../../functions/domain/act.ts'
import type { Verdict } from '../../../functions/domain/policy.ts'
import { configurationFrom } from '../../../functions/config/configuration.ts'
import { CONFIGURATION } from '../../../functions/config/schema.ts'
import { actOnApproval } from '../../../functions/flows/approval/act-on-approval.ts'
import { changeApproval, readApproval } from '../../../functions/flows/approval/change-approval.ts'
import { requestApproval } from '../../../functions/flows/approval/request-approval.ts'
import { settleApproval } from '../../../functions/flows/effects/settle-approval.ts'
import type { Services } from '../../../functions/ports/services.ts'
import { MINUTE, actor } from '../../support/records.ts'
import { shop } from '../../support/virtual-codepipeline.ts'
import { stillWorld } from '../../simulation/still-world.ts'

const APPROVE: Act = { do: 'vote', verdict: 'Approved', comment: '' }
const OVERRIDE: Act = { do: 'break-glass', reason: 'the shop is down' }

/** A release that Eli deploys in spite of a freeze, and Ana approves. */
const inFreeze = async () => {
  const { codePipeline, services: given, notification } = stillWorld()
  const sent: Verdict[] = []
  const route = {
    match: {},
    approvers: [{ name: 'engineers', people: ['U0ANA'], count: 1 }],
    freeze: [{ name: 'stocktaking', from: '00:00', to: '23:59' }],
    breakGlass: { people: ['U0ELI', 'U0FAY'] },
  }
  const services: Services = {
    ...given,
    configuration: configurationFrom(CONFIGURATION.parse({ defaults: { approvals: 'C0RELEASES' }, routes: [route] })),
    pipelines: {
      ...given.pipelines,
      putApprovalResult: (where, token, verdict, told) => {
        sent.push(verdict)
        return given.pipelines.putApprovalResult(where, token, verdict, told)
      },
    },
  }
  await codePipeline.create(shop())
  await codePipeline.start()
  await requestApproval(services, notification())
  const { id } = notification()
  const act = async (userId: string, by: Act) =>
    expect(await actOnApproval(services, { approvalId: id, who: actor(userId), act: by })).toMatchObject({
      kind: 'done',
    })
  const read = async () => (await readApproval(services, id))!
  /** What a thief with the table writes. */
  const alter = (how: (approval: Approval) => Partial<Approval>) =>
    changeApproval(services, id, (approval) => [{ ...approval, ...how(approval) }, null])
  return { codePipeline, act, read, alter, sent, settle: () => settleApproval(services, id) }
}

type Override = NonNullable<Approval['override']>

test('a verdict in a freeze is sent if the override of the freeze is the one that was signed', async () => {
  const { act, settle, sent } = await inFreeze()
  await act('U0ELI', OVERRIDE)
  await act('U0ANA', APPROVE)
  await settle()
  expect(sent).toEqual(['Approved'])
})

test.each<[string, (override: Override) => Partial<Override>]>([
  ['another person, who may override it too', () => ({ userId: 'U0FAY' })],
  ['another reason', () => ({ reason: 'a small fix' })],
  ['another time', ({ at }) => ({ at: at - MINUTE })],
  ['more windows', ({ windows }) => ({ windows: [...windows, { ...windows[0]!, name: 'Christmas' }] })],
])('a verdict is not sent if the override has %s than the person signed', async (_, how) => {
  const { act, settle, sent, alter, read } = await inFreeze()
  await act('U0ELI', OVERRIDE)
  await act('U0ANA', APPROVE)
  await alter(({ override }) => ({ override: { ...override!, ...how(override!) } }))
  await settle()
  expect(sent).toEqual([])
  expect((await read()).problem).toContain(
    'tampered with: the override of the freeze is not the one that was signed. Nothing was sent',
  )
})

test('a verdict in a freeze is not sent if the override has no signature', async () => {
  const { act, settle, sent, alter } = await inFreeze()
  await act('U0ELI', OVERRIDE)
  await act('U0ANA', APPROVE)
  await alter(({ override }) => {
    const { signed, ...unsigned } = override!
    expect(signed).toBeDefined()
    return { override: unsigned }
  })
  await settle()
  expect(sent).toEqual([])
})
