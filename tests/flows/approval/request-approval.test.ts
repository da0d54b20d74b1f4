import { readApproval } from '../../../functions/flows/approval/change-approval.ts'
import { requestApproval } from '../../../functions/flows/approval/request-approval.ts'
import { shop } from '../../support/virtual-codepipeline.ts'
import type { Description, Gate, PendingApproval } from '../../../functions/ports/gate.ts'
import type { GateRow, Services } from '../../../functions/ports/services.ts'
import { ROUTE, botInMemory } from '../../support/bot-in-memory.ts'
import { KEY, START, newApproval, notification } from '../../support/records.ts'
import { stillWorld } from '../../simulation/still-world.ts'

const DAY = 86_400_000
const SECOND = 1_000

/** A deployment waits for an approval that has not been requested in Slack yet. */
const waiting = async (executionMode: 'SUPERSEDED' | 'PARALLEL') => {
  const world = stillWorld()
  const warned: [string, unknown][] = []
  await world.codePipeline.create({ ...shop(), executionMode })
  await world.codePipeline.start()
  const startedAt = Math.floor(world.codePipeline.clock.now() / SECOND) * SECOND
  world.codePipeline.clock.pass(DAY)
  const log = { ...world.services.log, warn: (message: string, about: unknown) => void warned.push([message, about]) }
  const told = async (expiresAt: number) => {
    await requestApproval({ ...world.services, log }, { ...world.notification(), expiresAt })
    return (await readApproval(world.services, world.notification().id))!.expiresAt
  }
  return { told, warned, startedAt, expires: world.notification().expiresAt }
}

describe.each(['SUPERSEDED', 'PARALLEL'] as const)('the time at which an approval expires, in %s mode,', (mode) => {
  test('is the time in its notification', async () => {
    const { told, warned, expires } = await waiting(mode)
    expect(await told(expires)).toBe(expires)
    expect(warned).toEqual([])
  })

  test.each([
    ['years later, it is the latest time that CodePipeline allows', Date.UTC(2099, 0, 1), 60 * DAY],
    ['an earlier time than its start, it has already expired', Date.UTC(1999, 0, 1), 0],
  ])('and its notification says %s', async (_, says, afterStart) => {
    const { told, warned, startedAt } = await waiting(mode)
    expect(await told(says)).toBe(startedAt + afterStart)
    expect(warned).toEqual([['The notification’s expiry is not plausible', expect.objectContaining({ told: says })]])
  })
})

const { change, starter, newer } = newApproval()
const REQUEST = { customData: 'Check the basket page first.', reviewUrl: null }
const DESCRIPTION: Description = {
  request: REQUEST,
  change,
  starter,
  newer,
  tests: null,
  changeSets: null,
  otherApprovals: ['Sign off'],
  mayAskMore: true,
}

describe('a notification', () => {
  const { id } = notification()
  const row = (pending: PendingApproval, request: Description['request'] = REQUEST): GateRow => {
    const notAsked = async (): Promise<never> => {
      throw new Error('not asked here')
    }
    return {
      service: 'CodePipeline',
      over: () => ({
        findStarted: notAsked,
        findPending: async () => pending,
        describe: async () => ({ ...DESCRIPTION, request }),
        behind: notAsked,
        wasRefused: notAsked,
        describeNewer: notAsked,
        compare: notAsked,
        findEnding: notAsked,
        sendVerdict: notAsked,
        consoleUrl: () => 'https://console.example',
      }),
    }
  }
  const PENDING: PendingApproval = {
    kind: 'pending',
    executionId: KEY.executionId,
    expiresAt: START,
    since: START,
    newerExecutionId: null,
  }
  /** A bot that receives the notification, while CodePipeline gives this answer. */
  const bot = (
    pending: PendingApproval,
    route: Parameters<typeof botInMemory>[0] = {},
    more: Partial<Services> = {},
  ) => {
    const made = botInMemory(route)
    const services: Services = { ...made.services, gates: { 'manual-approval': row(pending) }, ...more }
    return { ...made, receive: () => requestApproval(services, notification()) }
  }

  test('has the approval shown and its entries filed; a second delivery leaves the lease to the first', async () => {
    const { receive, counted, logged, services } = bot(PENDING)
    const lease = expect.objectContaining({ owner: expect.any(String) })
    const file = { do: 'file-entries', approval: id }
    expect((await receive()).next).toEqual([{ do: 'show-approval', approval: id, lease }, file])
    expect((await receive()).next).toEqual([{ do: 'show-approval', approval: id }, file])
    expect(counted).toEqual(['ApprovalRequested'])
    const about = { approval: id, pipeline: 'shop-web', executionId: KEY.executionId }
    expect(logged).toMatchObject([{ level: 'info', about }])
    expect(await readApproval(services, id)).toMatchObject({ otherApprovals: ['Sign off'], mayAskMore: true })
  })

  test('has its test results read, which its message shows', async () => {
    const { services } = botInMemory()
    const asked: unknown[] = []
    const tests = { kind: 'none' } as const
    const { service, over } = row(PENDING)
    const describe: Gate['describe'] = async (_, __, evidence) => {
      asked.push(evidence)
      return { ...DESCRIPTION, tests }
    }
    const gates = { 'manual-approval': { service, over: (by: Services) => ({ ...over(by), describe }) } }
    await requestApproval({ ...services, gates }, notification())
    expect(asked).toEqual([{ withEvidence: true }])
    expect(await readApproval(services, id)).toMatchObject({ tests })
  })

  test('has the held stage shown in front of which the execution would wait', async () => {
    const { services } = botInMemory()
    const held = { stage: 'Production', reason: 'stocktaking', since: START, userId: null, name: null }
    const { service, over } = row(PENDING)
    const describe: Gate['describe'] = async () => ({ ...DESCRIPTION, held })
    const gates = { 'manual-approval': { service, over: (by: Services) => ({ ...over(by), describe }) } }
    await requestApproval({ ...services, gates }, notification())
    expect((await readApproval(services, id))!.held).toEqual(held)
  })

  test.each([
    ['without a channel has those told at once whom its route tells directly', 'direct', null, true],
    ['without a channel has no one told where its route tells no one', 'none', null, false],
    ['with a channel has no one told before its message is there', 'direct', 'C0RELEASES', false],
  ] as const)('%s', async (_, notify, channel, isTold) => {
    const { services } = botInMemory()
    const configuration = { ...services.configuration, approvalsChannelFor: () => channel }
    const routeFor = () => ({ ...ROUTE, notify })
    const { next } = await bot(PENDING, {}, { configuration: { ...configuration, routeFor } }).receive()
    const told = next.filter((effect) => effect.do === 'send-notices')
    expect(told).toEqual(isTold ? [{ do: 'send-notices', approval: id }] : [])
  })

  test('without a route is requested all the same, with a warning', async () => {
    const { receive, counted, logged } = bot(PENDING, null)
    await receive()
    expect(counted).toEqual(['ApprovalRequested'])
    expect(logged.filter(({ level }) => level === 'warn')).toMatchObject([{ about: { approval: id } }])
  })

  test('without a channel has the card of its execution shown at once', async () => {
    const { services } = botInMemory({}, { status: 'C0DEPLOYS' })
    const configuration = { ...services.configuration, approvalsChannelFor: () => null }
    const { next } = await bot(PENDING, {}, { configuration }).receive()
    expect(next.map((effect) => effect.do)).toEqual(['show-approval', 'file-entries', 'show-execution'])
  })

  test('shows what CodePipeline says that the pipeline’s author wrote', async () => {
    const { receive, services } = bot(PENDING)
    await receive()
    expect(await readApproval(services, id)).toMatchObject({ request: REQUEST })
  })

  test('waits for CodePipeline’s list of actions for a minute; then approval is requested without what was written', async () => {
    const unlisted = { 'manual-approval': row(PENDING, null) }
    const { receive, pass, services } = bot(PENDING, {}, { gates: unlisted })
    pass(59_999)
    expect(await receive()).toMatchObject({ kind: 'again', afterSeconds: 1 })
    expect(await readApproval(services, id)).toBeNull()
    pass(1)
    expect(await receive()).toMatchObject({ kind: 'done' })
    expect(await readApproval(services, id)).toMatchObject({ request: { customData: null, reviewUrl: null } })
  })

  test('is requested at once if CodePipeline says neither what was written nor since when it waits', async () => {
    const { receive } = bot(PENDING, {}, { gates: { 'manual-approval': row({ ...PENDING, since: null }, null) } })
    expect(await receive()).toMatchObject({ kind: 'done', next: [{ do: 'show-approval' }, { do: 'file-entries' }] })
  })

  test.each([
    ['a topic, where the route asks by events only', 'topic', { ask: ['events'] }],
    ['an event, where the route asks by topic only', 'events', { ask: ['topic'] }],
    ['an event, where no route matches', 'events', null],
  ] as const)('from %s requests nothing', async (_, by, route) => {
    const { services, counted } = bot(PENDING, route)
    const gates = { 'manual-approval': row(PENDING) }
    expect(await requestApproval({ ...services, gates }, notification({ told: by }))).toEqual({
      kind: 'done',
      next: [],
    })
    expect(counted).toEqual([])
    expect(await readApproval(services, id)).toBeNull()
  })

  test('that CodePipeline does not show yet is tried again a second later', async () => {
    const { receive, counted } = bot({ kind: 'not-shown-yet', because: 'not yet' })
    expect(await receive()).toMatchObject({ kind: 'again', afterSeconds: 1, because: 'not yet' })
    expect(counted).toEqual([])
  })

  test('of an approval that is over is ignored, counted, and logged with the reason', async () => {
    const { receive, counted, logged, services } = bot({ kind: 'over', because: 'its status is Abandoned' })
    expect(await receive()).toEqual({ kind: 'done', next: [] })
    expect(counted).toEqual(['ApprovalNotificationStale'])
    expect(logged).toMatchObject([{ level: 'warn', about: { approval: id, because: 'its status is Abandoned' } }])
    expect(await readApproval(services, id)).toBeNull()
  })
})
