import { configurationFrom } from '../../../functions/config/configuration.ts'
import { CONFIGURATION } from '../../../functions/config/schema.ts'
import type { Approval } from '../../../functions/domain/approval.ts'
import type { Happening } from '../../../functions/domain/journal.ts'
import { changeApproval } from '../../../functions/flows/approval/change-approval.ts'
import type { Services } from '../../../functions/ports/services.ts'
import { slowly } from '../../support/bot-in-memory.ts'
import { START, vote } from '../../support/records.ts'
import { APPROVED, PIPELINE, SECOND, decided, lost } from './decided-approval.ts'

type World = Awaited<ReturnType<typeof decided>>

/** The entries of the approval of one kind. */
const entries = async ({ read }: World, what: Happening['what']) =>
  (await read()).journal.unfiled.map(({ happened }) => happened).filter((happened) => happened.what === what)

const alter = ({ services, id }: World, how: (approval: Approval) => Partial<Approval>) =>
  changeApproval(services, id, (approval) => [{ ...approval, ...how(approval) }, null])

/** The functions of a sender during whose signature of the verdict this happens. */
const whileItSigns = ({ services }: World, meanwhile: () => Promise<unknown>): Services => ({
  ...services,
  signatures: {
    ...services.signatures,
    sign: async (statement) => {
      await meanwhile()
      return services.signatures.sign(statement)
    },
  },
})

describe('a sender that cannot tell yet whether the verdict may be sent tries again', () => {
  test('while CodePipeline shows that the approval is over, and not how it ended', async () => {
    const { settle, services, codePipeline, meeting, sent, state } = await decided()
    meeting((put) => put().then(lost))
    await expect(settle()).rejects.toThrow('no answer')
    codePipeline.clock.pass(SECOND)
    const { pipelines } = services
    let asked = 0
    const actionRuns: typeof pipelines.actionRuns = async (key) => {
      const runs = (await pipelines.actionRuns(key))!
      return ++asked === 1 ? runs : runs.map((run) => ({ ...run, status: 'InProgress' }))
    }
    expect(await settle({ ...services, pipelines: { ...pipelines, actionRuns } })).toMatchObject({
      kind: 'again',
      afterSeconds: 5,
      because: 'CodePipeline does not show yet how the approval ended',
    })
    expect(await settle()).toMatchObject({ kind: 'done' })
    expect(sent()).toBe(1)
    expect(await state()).toMatchObject(APPROVED)
  })

  test('after eight seconds, so that its function has the rest of its time for the signature and the verdict', async () => {
    const { settle, services, sent } = await decided()
    const limits: number[] = []
    const sleep = async (ms: number) => void limits.push(ms)
    expect(await settle({ ...services, clock: { ...services.clock, sleep } })).toMatchObject({
      kind: 'again',
      afterSeconds: 2,
      next: [],
    })
    expect(limits).toEqual([8_000])
    expect(sent()).toBe(0)
  })

  test('and says so after ten minutes, if CodePipeline does not show the approval', async () => {
    const { settle, services, id, pass, read, sent } = await decided()
    const counted: string[] = []
    const log = { ...services.log, count: (what: string) => void counted.push(what) }
    const hidden = {
      actionRuns: async () => [],
      runs: async () => ({ runs: [], isWhole: false }),
      stages: async () => [],
    }
    pass(600 * SECOND)
    expect(await settle({ ...services, log, pipelines: { ...services.pipelines, ...hidden } })).toMatchObject({
      kind: 'again',
      next: [
        { do: 'check-approval', approval: id },
        { do: 'show-approval', approval: id },
      ],
    })
    expect((await read()).problem).toBe(
      'The verdict is not sent to AWS yet: CodePipeline does not show this approval yet. Greenlight tries again. ' +
        'The AWS console still works',
    )
    expect(counted).toEqual(['EffectFailed'])
    expect(sent()).toBe(0)
  })

  test('while CodePipeline does not show the approval; the pipeline may have been created again under its name', async () => {
    const { settle, services, id, sent } = await decided()
    const hidden = { actionRuns: async () => null, runs: async () => null, stages: async () => [] }
    expect(await settle({ ...services, pipelines: { ...services.pipelines, ...hidden } })).toMatchObject({
      kind: 'again',
      afterSeconds: 2,
      next: [{ do: 'check-approval', approval: id }],
    })
    expect(sent()).toBe(0)
  })
})

test('a verdict is sent in PARALLEL mode, where the state has no token, with more newer runs than are read back', async () => {
  const { settle, services, sent, state } = await decided()
  const { pipelines } = services
  const stages: typeof pipelines.stages = async (pipeline) =>
    (await pipelines.stages(pipeline))!.map(({ actions, ...stage }) => ({
      ...stage,
      actions: actions.map((action) => ({ ...action, token: null })),
    }))
  const runs = async () => ({ runs: [], isWhole: false })
  expect(await settle({ ...services, pipelines: { ...pipelines, stages, runs } })).toMatchObject({ kind: 'done' })
  expect(sent()).toBe(1)
  expect(await state()).toMatchObject(APPROVED)
})

describe('what was verified is what is sent', () => {
  test.each<[string, (approval: Approval) => Partial<Approval>]>([
    ['the votes', ({ votes }) => ({ votes: [...votes, vote('U0BEN')] })],
    ['the execution', () => ({ executionId: 'another' })],
    ['the token', () => ({ token: 'another' })],
    ['the rule that approves it', () => ({ approvedBy: { after: 2 * 60_000, alarms: [] } })],
    ['the action', ({ where }) => ({ where: { ...where, action: 'Another' } })],
    [
      'the override of a freeze',
      () => ({
        override: {
          userId: 'U0ELI',
          name: 'Eli',
          reason: 'down',
          at: START,
          windows: [],
          frozen: { name: 'f', zone: 'UTC', until: null },
        },
      }),
    ],
  ])('if %s changed in the table while the sender verified it, it verifies again, a second later', async (_, how) => {
    const world = await decided()
    const changing = whileItSigns(world, () => alter(world, how))
    expect(await world.settle(changing)).toMatchObject({ kind: 'again', afterSeconds: 1, next: [] })
    expect(world.sent()).toBe(0)
    expect((await world.read()).sending).toBeNull()
  })

  /** The route that the votes had met matches it no more. */
  const withoutRoute = ({ services }: World): Services => {
    const routes = [{ match: { pipeline: 'another' }, approvers: [{ name: 'engineers', people: ['U0ANA'], count: 1 }] }]
    return { ...services, configuration: configurationFrom(CONFIGURATION.parse({ routes })) }
  }

  test('if another function has let the approval wait again meanwhile, nothing is sent', async () => {
    const world = await decided()
    const { votes } = await world.read()
    expect(await world.settle(whileItSigns(world, () => world.settle(withoutRoute(world))))).toMatchObject({
      kind: 'done',
    })
    expect(world.sent()).toBe(0)
    expect(await world.read()).toMatchObject({ state: { name: 'waiting' }, votes, sending: null })
    expect(await entries(world, 'verified')).toEqual([])
  })

  test('if people have decided it again meanwhile, it verifies that decision', async () => {
    const world = await decided()
    const decideAgain = async () => {
      await world.settle(withoutRoute(world))
      await alter(world, () => ({ state: { name: 'deciding', verdict: 'Approved', since: START + SECOND } }))
    }
    expect(await world.settle(whileItSigns(world, decideAgain))).toMatchObject({ kind: 'again', afterSeconds: 1 })
    expect(world.sent()).toBe(0)
    await world.settle()
    expect(world.sent()).toBe(1)
  })

  test('a doubt about an earlier decision says nothing of the one that people have made since', async () => {
    const world = await decided()
    const { signatures } = world.services
    const verify: typeof signatures.verify = async (...given) => {
      await alter(world, () => ({ state: { name: 'deciding', verdict: 'Approved', since: START + SECOND } }))
      return signatures.verify(...given)
    }
    await world.settle({ ...withoutRoute(world), signatures: { ...signatures, verify } })
    const { state, problem } = await world.read()
    expect({ state, problem }).toEqual({ state: expect.objectContaining({ name: 'deciding' }), problem: null })
    expect(await entries(world, 'not-sent')).toEqual([])
  })

  test.each([
    [10.5, 1],
    [10.6, 0],
  ])('for ten and a half seconds: %d seconds later, %d verdicts are sent', async (seconds, sent) => {
    const world = await decided()
    const performed = await world.settle(whileItSigns(world, async () => world.pass(seconds * SECOND)))
    expect(performed).toMatchObject(sent ? { kind: 'done' } : { kind: 'again', afterSeconds: 1 })
    expect(world.sent()).toBe(sent)
    expect((await world.read()).sending === null).toBe(!sent)
    await world.settle()
    expect(world.sent()).toBe(1)
  })

  test('for twelve seconds also if the sender has to look first', async () => {
    const world = await decided()
    world.meeting(lost)
    await expect(world.settle()).rejects.toThrow('no answer')
    world.meeting((put) => put())
    const { pipelines } = world.services
    const actionRuns: typeof pipelines.actionRuns = async (...given) => {
      world.pass(13 * SECOND)
      return pipelines.actionRuns(...given)
    }
    const slow = { ...world.services, pipelines: { ...pipelines, actionRuns } }
    expect(await world.settle(slow)).toMatchObject({ kind: 'again', afterSeconds: 1 })
    expect(world.sent()).toBe(1)
    await world.settle()
    expect(world.sent()).toBe(2)
    expect(await world.state()).toMatchObject(APPROVED)
  })

  test('the message and the lease may change meanwhile', async () => {
    const world = await decided()
    const changing = whileItSigns(world, () => alter(world, ({ showing }) => ({ showing: { ...showing, truth: 99 } })))
    expect(await world.settle(changing)).toMatchObject({ kind: 'done' })
    expect(world.sent()).toBe(1)
  })
})

describe('a verdict whose answer was lost', () => {
  test('is not sent again while the pipeline’s state still shows the approval as waiting', async () => {
    const { settle, services, meeting, sent, state } = await decided()
    meeting((put) => put().then(lost))
    const { pipelines } = services
    const before = await pipelines.stages(PIPELINE)
    await expect(settle()).rejects.toThrow('no answer')
    const outdated = { ...services, pipelines: { ...pipelines, stages: async () => before } }
    expect(await settle(outdated)).toMatchObject({ kind: 'done' })
    expect(sent()).toBe(1)
    expect(await state()).toMatchObject(APPROVED)
  })
})

describe('the sender signs the verdict once', () => {
  const refusing = async () => {
    const world = await decided()
    world.meeting(async () => ({ kind: 'refused', because: 'AccessDeniedException' }))
    return world
  }

  test('however often it is sent: the audit record has one verification of it', async () => {
    const world = await refusing()
    let signed = 0
    const counting = whileItSigns(world, async () => void signed++)
    await world.settle(counting)
    await world.settle(counting)
    expect(world.sent()).toBe(2)
    expect(signed).toBe(1)
    expect(await entries(world, 'verified')).toHaveLength(1)
  })

  test('if two functions verify it at the same time, too', async () => {
    const world = await refusing()
    await world.settle(whileItSigns(world, () => world.settle()))
    expect(world.sent()).toBe(2)
    expect(await entries(world, 'verified')).toHaveLength(1)
  })
})

test('the audit record has the ID of the request that AWS accepted, under which CloudTrail has it', async () => {
  const world = await decided()
  world.meeting(async (put) => {
    await put()
    return { kind: 'recorded', requestId: 'r-1' }
  })
  await world.settle()
  expect(await entries(world, 'answered')).toEqual([
    { what: 'answered', verdict: 'Approved', answer: 'recorded', because: null, requestId: 'r-1' },
  ])
})

describe('a verdict that its votes do not prove', () => {
  const logging = (world: World) => {
    const logged: { message: string; about: object }[] = []
    const log = { ...world.services.log, error: (message: string, about = {}) => void logged.push({ message, about }) }
    return { logged, services: { ...world.services, log } }
  }

  test.each<[string, (approval: Approval) => Partial<Approval>, string, string, 'problem' | 'notSent']>([
    [
      'because one was altered',
      ({ votes }) => ({ votes: votes.map((one) => ({ ...one, comment: 'checked' })) }),
      'tampered',
      'The record of this approval was tampered with: the vote of U0ANA is not the one that was signed. ' +
        'Nothing was sent to AWS. Decide it in the AWS console',
      'problem',
    ],
    [
      'because one is missing, and it may have been sent before',
      () => ({ votes: [], sending: { owner: 'another function', until: 0 } }),
      'not-met',
      'The verdict was not sent to AWS: its signed votes do not meet the policy as it is now. ' +
        'Decide it in the AWS console',
      'problem',
    ],
  ])('%s, is logged, recorded and shown', async (_, how, kind, text, shown) => {
    const world = await decided()
    await alter(world, how)
    const { logged, services } = logging(world)
    const { approvals } = services
    const slow = { ...services, approvals: { ...approvals, change: slowly(approvals.change) } }
    expect(await world.settle(slow)).toEqual({
      kind: 'done',
      next: [
        { do: 'show-approval', approval: world.id },
        { do: 'file-entries', approval: world.id },
      ],
    })
    expect((await world.read())[shown]).toBe(text)
    expect(logged).toMatchObject([{ about: { approval: world.id, verdict: 'Approved', kind } }])
    expect(await entries(world, 'not-sent')).toHaveLength(1)
  })
})
