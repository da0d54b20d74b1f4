import type { Approval } from '../../../functions/domain/approval.ts'
import { configurationFrom } from '../../../functions/config/configuration.ts'
import { CONFIGURATION } from '../../../functions/config/schema.ts'
import type { Act } from '../../../functions/domain/act.ts'
import { actOnApproval } from '../../../functions/flows/approval/act-on-approval.ts'
import { changeApproval, readApproval } from '../../../functions/flows/approval/change-approval.ts'
import { checkApproval } from '../../../functions/flows/approval/check-approval.ts'
import { requestApproval } from '../../../functions/flows/approval/request-approval.ts'
import { settleApproval } from '../../../functions/flows/effects/settle-approval.ts'
import type { Services } from '../../../functions/ports/services.ts'
import { stillWorld } from '../../simulation/still-world.ts'
import { shop } from '../../support/virtual-codepipeline.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const person = (userId: string) => ({ userId, teamId: null, name: userId.slice(2), email: null, from: null })
const ROUTE = {
  match: {},
  approvers: [{ name: 'engineers', people: ['U0ANA', 'U0BEN', 'U0DANA'], count: 1 }],
  later: { within: '1d' },
}

/** An approval that Ana has approved for an hour later, in a world where a thief may write to the table. */
const later = async (route: object = {}) => {
  const { codePipeline, services: given, notification } = stillWorld()
  const sent: number[] = []
  const { clock } = codePipeline
  const file = CONFIGURATION.parse({ defaults: { approvals: 'C0RELEASES' }, routes: [{ ...ROUTE, ...route }] })
  const services: Services = {
    ...given,
    configuration: configurationFrom(file),
    pipelines: {
      ...given.pipelines,
      putApprovalResult: (...asked) => {
        sent.push(clock.now())
        return given.pipelines.putApprovalResult(...asked)
      },
    },
  }
  await codePipeline.create(shop())
  await codePipeline.start()
  await requestApproval(services, notification())
  const { id } = notification()
  const act = (userId: string, act: Act) => actOnApproval(services, { approvalId: id, who: person(userId), act })
  const notBefore = clock.now() + HOUR
  await act('U0ANA', { do: 'vote', verdict: 'Approved', comment: '', notBefore })
  const read = async () => (await readApproval(services, id))!
  const alter = (how: (approval: Approval) => Partial<Approval>) =>
    changeApproval(services, id, (approval) => [{ ...approval, ...how(approval) }, null])
  /** What the sweep does. */
  const look = async () => {
    await checkApproval(services, id)
    return settleApproval(services, id)
  }
  return { codePipeline, services, act, notBefore, read, alter, look, sent, id }
}

test('the verdict is sent when the time has come, and not before', async () => {
  const { codePipeline, notBefore, look, sent, read } = await later()
  await look()
  codePipeline.clock.pass(HOUR - 1)
  await look()
  expect(sent).toEqual([])
  codePipeline.clock.pass(1)
  await look()
  expect(sent).toEqual([notBefore])
  expect((await read()).state).toMatchObject({ name: 'settled', outcome: { how: 'slack', verdict: 'Approved' } })
})

test('“Deploy now” sends it at once', async () => {
  const { act, look, sent } = await later()
  await act('U0ANA', { do: 'deploy-now' })
  await look()
  expect(sent).toHaveLength(1)
})

const DECIDING = { state: { name: 'deciding', verdict: 'Approved', since: 0 } } as const

test.each<[string, (of: Approval) => Partial<Approval>, RegExp]>([
  ['decides it', () => DECIDING, /^The record of this approval was tampered with: U0ANA approved it for a later time/],
  [
    'removes the time',
    ({ votes }) => ({ ...DECIDING, votes: votes.map(({ notBefore: _, ...vote }) => vote) }),
    /the vote of U0ANA is not the one that was signed/,
  ],
  [
    'makes the time earlier',
    ({ votes }) => ({ ...DECIDING, votes: votes.map((vote) => ({ ...vote, notBefore: 1 })) }),
    /the vote of U0ANA is not the one that was signed/,
  ],
])('a thief who %s sends nothing before the time', async (_, how, problem) => {
  const { alter, look, sent, read } = await later()
  await alter(how)
  await look()
  expect(sent).toEqual([])
  expect((await read()).problem).toMatch(problem)
})

test('a thief who removes the vote that has the time sends nothing before it: it is kept elsewhere', async () => {
  const { alter, act, look, sent, codePipeline, read } = await later()
  await act('U0BEN', { do: 'vote', verdict: 'Approved', comment: '' })
  expect((await read()).state.name).toBe('waiting')
  await alter(({ votes }) => ({ ...DECIDING, votes: votes.filter(({ userId }) => userId === 'U0BEN') }))
  expect(await look()).toMatchObject({ kind: 'again', because: 'U0ANA approved it for a later time' })
  expect(sent).toEqual([])
  codePipeline.clock.pass(HOUR)
  await look()
  expect(sent).toHaveLength(1)
})

test('a time that was taken back holds nothing', async () => {
  const { act, look, sent } = await later()
  await act('U0ANA', { do: 'withdraw' })
  await act('U0BEN', { do: 'vote', verdict: 'Approved', comment: '' })
  await look()
  expect(sent).toHaveLength(1)
})

test('it waits for the end of a change freeze that has begun, and is sent then', async () => {
  const { codePipeline, services, look, sent, read, notBefore } = await later()
  const freeze = { name: 'incident', zone: 'UTC', span: { every: 'day', from: 0, to: 1_440 } } as const
  const routeFor = services.configuration.routeFor
  services.configuration = {
    ...services.configuration,
    routeFor: (...asked) => {
      const route = routeFor(...asked)
      return route && codePipeline.clock.now() < notBefore + HOUR ? { ...route, freezes: [freeze] } : route
    },
  }
  codePipeline.clock.pass(HOUR)
  await look()
  expect(sent).toEqual([])
  expect((await read()).resolvedPolicy?.frozen?.name).toBe('incident')
  codePipeline.clock.pass(HOUR)
  await look()
  expect(sent).toEqual([notBefore + HOUR])
})
