import { readApproval } from '../../../functions/flows/approval/change-approval.ts'
import { performNow } from '../../../functions/flows/effects/perform-effect.ts'
import { settled as ended } from '../../../functions/domain/approval.ts'
import { closeApproval } from '../../../functions/flows/approval/close-approval.ts'
import { OutOfReach } from '../../../functions/ports/out-of-reach.ts'
import type { Services } from '../../../functions/ports/services.ts'
import { settled } from '../../support/virtual-codepipeline.ts'
import { later, slowly } from '../../support/bot-in-memory.ts'
import { APPROVED, PIPELINE, SECOND, decided, lost } from './decided-approval.ts'

/** The first was sent and lost; the next one arrives. */
const unanswered = async () => {
  const world = await decided()
  world.meeting(lost)
  await expect(world.settle()).rejects.toThrow('no answer')
  world.meeting((put) => put())
  return world
}

describe('a verdict is sent once', () => {
  test('if many functions want to send it at the same time', async () => {
    const { settle, sent, state } = await decided()
    await Promise.all([1, 2, 3, 4].map(() => settle()))
    expect(sent()).toBe(1)
    expect(await state()).toMatchObject(APPROVED)
  })

  test('while CodePipeline is slow to answer; other functions then see whether CodePipeline has it', async () => {
    const { settle, sent, state, meeting, pass } = await decided()
    const arrived = later<void>()
    const answered = later<void>()
    meeting(async (put) => {
      await arrived.answer
      const outcome = await put()
      await answered.answer
      return outcome
    })
    const slow = settle()
    await settled()
    expect(await settle()).toMatchObject({ kind: 'again', because: 'another function is sending the verdict' })
    arrived.give()
    await settled()
    pass(5 * SECOND)
    expect(await settle()).toMatchObject({ kind: 'done' })
    expect(await state()).toMatchObject(APPROVED)
    answered.give()
    await slow
    expect(sent()).toBe(1)
  })

  test('if the table did not store the answer', async () => {
    const { settle, sent, state, services } = await decided()
    let changes = 0
    const { approvals } = services
    // The first write acquires the lease; all others fail.
    const change: typeof approvals.change = (...given) => (changes++ === 0 ? approvals.change(...given) : lost())
    await expect(settle({ ...services, approvals: { ...approvals, change } })).rejects.toThrow('no answer')
    await settle()
    expect(sent()).toBe(1)
    expect(await state()).toMatchObject(APPROVED)
  })

  test('if the answer was lost', async () => {
    const { settle, sent, state, meeting } = await decided()
    meeting((put) => put().then(lost))
    await expect(settle()).rejects.toThrow('no answer')
    await settle()
    expect(sent()).toBe(1)
    expect(await state()).toMatchObject(APPROVED)
  })
})

describe('a verdict is sent again', () => {
  test('at once if it never arrived', async () => {
    const { settle, sent, state } = await unanswered()
    await settle()
    expect(sent()).toBe(2)
    expect(await state()).toMatchObject(APPROVED)
  })

  test('once the lease has expired, if its sender never came back', async () => {
    const { settle, sent, state, meeting, pass } = await decided()
    meeting(() => new Promise(() => {}))
    void settle()
    await settled()
    meeting((put) => put())
    pass(19 * SECOND)
    expect(await settle()).toMatchObject({ kind: 'again' })
    pass(SECOND)
    await settle()
    expect(sent()).toBe(2)
    expect(await state()).toMatchObject(APPROVED)
  })

  test('if AWS has refused it, as soon as the effect is tried again', async () => {
    const { settle, sent, state, meeting } = await decided()
    meeting(async () => ({ kind: 'refused', because: 'AccessDeniedException' }))
    expect(await settle()).toMatchObject({ kind: 'again', afterSeconds: 60 })
    meeting((put) => put())
    await settle()
    expect(sent()).toBe(2)
    expect(await state()).toMatchObject(APPROVED)
  })
})

test('a verdict that could not be sent is done with only when the table has that: the next sender looks first', async () => {
  const world = await decided()
  const { approvals } = world.services
  const services = {
    ...world.services,
    approvals: { ...approvals, change: slowly(approvals.change) },
  }
  world.meeting(lost)
  await expect(world.settle(services)).rejects.toThrow('no answer')
  const [id] = await world.services.attention.openApprovals(PIPELINE)
  expect((await readApproval(services, id!))?.sending).toMatchObject({ until: world.services.clock.now() })
  world.meeting(async () => ({ kind: 'refused', because: 'AccessDeniedException' }))
  await world.settle(services)
  expect((await readApproval(services, id!))?.problem).toContain('AccessDeniedException')
})

test('an unexpected error while the votes of people are verified is tried again, however long it lasts', async () => {
  const { settle, services, read, pass } = await decided()
  const { signatures } = services
  const before = await read()
  pass(600 * SECOND)
  await expect(settle({ ...services, signatures: { ...signatures, verify: lost } })).rejects.toThrow('no answer')
  expect(await read()).toEqual(before)
})

test('a verdict is kept while the bot may not read its pipeline, and people are told after ten minutes', async () => {
  const { settle, services, read, sent, pass } = await decided()
  const stages = () => Promise.reject(new OutOfReach('AWS refuses'))
  const refused = { ...services, pipelines: { ...services.pipelines, stages } }
  expect(await settle(refused)).toMatchObject({ kind: 'again', afterSeconds: 60, because: 'AWS refuses', next: [] })
  pass(600 * SECOND)
  expect(await settle(refused)).toMatchObject({ kind: 'again', next: [{ do: 'show-approval' }] })
  expect(await read()).toMatchObject({
    state: { name: 'deciding' },
    problem: expect.stringContaining('AWS refuses') as string,
  })
  expect(sent()).toBe(0)
})

test('a verdict that AWS refuses after its approval has ended leaves the end as it was read', async () => {
  const { settle, meeting, services, codePipeline } = await decided()
  const [id] = await services.attention.openApprovals(PIPELINE)
  const outcome = { how: 'pipeline-edited' } as const
  meeting(async () => {
    codePipeline.engine.deletePipeline({ name: 'shop-web' })
    await closeApproval(services, id!, (one, now) => ended(one, outcome, now))
    return { kind: 'too-late' }
  })
  const { pipelines } = services
  const stages = async () => []
  await settle({ ...services, pipelines: { ...pipelines, stages } })
  const { state, journal } = (await readApproval(services, id!))!
  expect(state).toMatchObject({ name: 'settled', outcome })
  expect(journal.unfiled.map(({ happened }) => happened.what)).not.toContain('answered')
})

test('a problem is not put on an approval that has ended meanwhile', async () => {
  for (const refused of ['by its votes', 'by AWS']) {
    const world = await decided()
    const { services, id } = world
    const end = () => closeApproval(services, id, (one, now) => ended(one, { how: 'pipeline-edited' }, now))
    const { signatures } = services
    const doubted: Services = {
      ...services,
      signatures: {
        ...signatures,
        verify: async () => {
          await end()
          return false
        },
      },
    }
    world.meeting(async () => {
      await end()
      return { kind: 'refused', because: 'AccessDeniedException' }
    })
    const told: unknown[] = []
    const log = { ...services.log, error: (...given: unknown[]) => void told.push(given[1]) }
    const { next } = await world.settle({ ...(refused === 'by AWS' ? services : doubted), log })
    expect(next.map((effect) => effect.do)).not.toContain('check-approval')
    if (refused === 'by its votes')
      expect(told).toMatchObject([{ approval: id, verdict: 'Approved', kind: 'tampered', because: expect.any(String) }])
    const { state, problem, journal } = await world.read()
    expect({ refused, state: state.name, problem }).toEqual({ refused, state: 'settled', problem: null })
    const said = journal.unfiled.map(({ happened }) => happened.what)
    expect(said).not.toContain('not-sent')
    expect(said).not.toContain('answered')
  }
})

test('a sender that was held up past the end of its lease does not send', async () => {
  const { settle, sent, services, pass } = await decided()
  const { approvals } = services
  const change: typeof approvals.change = async (...given) => {
    const result = await approvals.change(...given)
    pass(4 * SECOND)
    return result
  }
  expect(await settle({ ...services, approvals: { ...approvals, change } })).toMatchObject({ kind: 'again' })
  expect(sent()).toBe(0)
})

test('a sender that has to look first has its full time to send afterwards, however long the look took', async () => {
  const { settle, sent, state, services, pass } = await unanswered()
  const { pipelines } = services
  const actionRuns: typeof pipelines.actionRuns = async (...given) => {
    pass(10 * SECOND)
    return pipelines.actionRuns(...given)
  }
  expect(await settle({ ...services, pipelines: { ...pipelines, actionRuns } })).toMatchObject({ kind: 'done' })
  expect(sent()).toBe(2)
  expect(await state()).toMatchObject(APPROVED)
})

test('a sender that looks past the end of its lease leaves the verdict to the next holder', async () => {
  const { settle, sent, state, services, pass } = await unanswered()
  const { pipelines } = services
  const actionRuns: typeof pipelines.actionRuns = async (...given) => {
    const before = await pipelines.actionRuns(...given)
    pass(21 * SECOND)
    await settle()
    return before
  }
  await settle({ ...services, pipelines: { ...pipelines, actionRuns } })
  expect(sent()).toBe(2)
  expect(await state()).toMatchObject(APPROVED)
})

test('if its pipeline was deleted before the next try, the approval is compared with the pipeline', async () => {
  const { settle, sent, state, codePipeline, services } = await unanswered()
  codePipeline.engine.deletePipeline({ name: 'shop-web' })
  const performed = await settle()
  expect(performed).toMatchObject({ kind: 'done', next: [{ do: 'check-approval' }] })
  for (const effect of performed.next) await performNow(services, [effect], 10 * SECOND)
  expect(sent()).toBe(1)
  expect(await state()).toMatchObject({ name: 'settled', outcome: { how: 'pipeline-edited' } })
})

describe('a verdict that was not sent', () => {
  const record = async ({ services }: { services: Services }, id: string) => (await readApproval(services, id))!
  const idOf = async (world: Awaited<ReturnType<typeof decided>>) =>
    (await world.services.attention.openApprovals(PIPELINE))[0]!

  test('because another function sends it, is tried again two seconds later', async () => {
    const { settle, meeting } = await decided()
    meeting(() => new Promise(() => {}))
    void settle()
    await settled()
    expect(await settle()).toMatchObject({ kind: 'again', afterSeconds: 2 })
  })

  test('in time, is left to the next sender, a second later', async () => {
    const world = await decided()
    const { approvals } = world.services
    const id = await idOf(world)
    const change: typeof approvals.change = async (...given) => {
      await settled()
      const result = await approvals.change(...given)
      world.pass(4 * SECOND)
      return result
    }
    const performed = await world.settle({ ...world.services, approvals: { ...approvals, change } })
    expect(performed).toMatchObject({ kind: 'again', afterSeconds: 1 })
    expect((await record(world, id)).sending!.until).toBeLessThanOrEqual(world.services.clock.now())
  })

  test('because AWS refused it, is shown as a problem with AWS’s word for it, and recorded once', async () => {
    const world = await decided()
    const id = await idOf(world)
    world.meeting(async () => ({ kind: 'refused', because: 'AccessDeniedException' }))
    const performed = await world.settle()
    expect(performed).toMatchObject({ afterSeconds: 60, next: [{ do: 'show-approval', approval: id }] })
    await world.settle()
    const { problem, journal, sending } = await record(world, id)
    expect(problem).toBe('AWS did not accept the verdict: AccessDeniedException')
    expect(sending).toBeNull()
    const answers = journal.unfiled.filter(({ happened }) => happened.what === 'answered')
    expect(answers.map(({ happened }) => happened)).toEqual([
      { what: 'answered', verdict: 'Approved', answer: 'refused', because: 'AccessDeniedException' },
    ])
  })

  test('because AWS no longer has the approval, has the approval compared with its pipeline', async () => {
    const world = await decided()
    const id = await idOf(world)
    world.meeting(async () => ({ kind: 'gone' }))
    expect(await world.settle()).toEqual({ kind: 'done', next: [{ do: 'check-approval', approval: id }] })
  })

  test('because it came too late, is tried again five seconds later until CodePipeline shows how it ended', async () => {
    const world = await decided()
    const id = await idOf(world)
    world.meeting(async () => ({ kind: 'too-late' }))
    expect(await world.settle()).toMatchObject({ kind: 'again', afterSeconds: 5 })
    world.meeting(async (put) => {
      await put()
      return { kind: 'too-late' }
    })
    world.pass(20 * SECOND)
    expect(await world.settle()).toMatchObject({ kind: 'done' })
    const { state, journal } = await record(world, id)
    expect(state).toMatchObject(APPROVED)
    expect(journal.unfiled.map(({ happened }) => happened.what)).toContain('answered')
  })
})
