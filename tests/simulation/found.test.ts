import type { Approval } from '../../functions/domain/approval.ts'
import type { ShowingLease } from '../../functions/domain/showing.ts'
import { actOnApproval } from '../../functions/flows/approval/act-on-approval.ts'
import { checkApproval } from '../../functions/flows/approval/check-approval.ts'
import { checkExecution } from '../../functions/flows/execution/check-execution.ts'
import { linkApproval } from '../../functions/flows/approval/link-approval.ts'
import { performNow } from '../../functions/flows/effects/perform-effect.ts'
import type { Performed } from '../../functions/flows/effects/performed.ts'
import { requestApproval } from '../../functions/flows/approval/request-approval.ts'
import { settleApproval } from '../../functions/flows/effects/settle-approval.ts'
import { showApproval } from '../../functions/flows/show/show-approval.ts'
import { showExecution } from '../../functions/flows/show/show-execution.ts'
import type { ActionRun } from '../../functions/ports/pipelines.ts'
import type { Services } from '../../functions/ports/services.ts'
import { DANA, approve, build, deploy, settled, shop, sourceStage } from '../support/virtual-codepipeline.ts'
import { stillWorld } from './still-world.ts'

const MINUTE = 60_000

let world: ReturnType<typeof stillWorld>
let services: Services
let executionId: string
let id: string
/** The lease to show the approval, which was acquired when it was stored. */
let lease: ShowingLease

/** A deployment waits for an approval that was requested; its message is not shown yet. */
beforeEach(async () => {
  world = stillWorld()
  services = world.services
  await world.codePipeline.create(shop())
  executionId = await world.codePipeline.start()
  id = world.notification().id
  lease = leaseIn(await requestApproval(services, world.notification()))
})

const leaseIn = ({ next }: Performed): ShowingLease => {
  const taken = next.flatMap((effect) => ('lease' in effect && effect.lease) || [])[0]
  if (!taken) throw new Error('No lease was taken')
  return taken
}
/** The execution's status card finds the approval, and has a lease to show it. */
const link = async (): Promise<ShowingLease> => {
  const approval = await services.approvals.read(id)
  const { shows } = await linkApproval(services, approval as Approval)
  return leaseIn({ kind: 'done', next: shows })
}

const decideInConsole = (status: 'Approved' | 'Rejected') => {
  const { pipeline: pipelineName, stage: stageName, action: actionName } = world.notification().where
  const { token } = world.notification()
  const result = { status, summary: 'Seen by hand' }
  world.codePipeline.engine.putApprovalResult({ pipelineName, stageName, actionName, token, result }, DANA)
}
const vote = (to: Services = services) =>
  actOnApproval(to, {
    approvalId: id,
    who: { userId: 'U0ANA', teamId: null, name: 'Ana', email: null, from: null },
    act: { do: 'vote', verdict: 'Approved', comment: '' },
  })
const outcome = async () => (await services.approvals.read(id)) as unknown
const execution = () => services.executions.read(world.keyOf(executionId))
const withoutApproval = () =>
  shop({
    stages: [sourceStage, { name: 'Build', actions: [build('Compile')] }, { name: 'Live', actions: [deploy('Go')] }],
  })

describe('a message', () => {
  test('that was posted before a crash is not posted again if Slack is too busy to update it', async () => {
    const { slack } = services
    const crash = async (): Promise<never> => {
      throw new Error('crashed after the post')
    }
    const posting: Services = {
      ...services,
      slack: { ...slack, post: async (...given) => slack.post(...given).then(crash) },
    }
    await expect(showApproval(posting, id, lease)).rejects.toThrow('crashed')
    const busy: Services = { ...services, slack: { ...slack, update: async () => ({ kind: 'busy', afterSeconds: 1 }) } }
    for (const next of [busy, busy, services]) {
      world.codePipeline.clock.pass(MINUTE)
      await showApproval(next, id)
    }
    expect(world.slack.live(`approval/${id}`)).toHaveLength(1)
  })

  test('is not posted by a writer that was held up until another had posted it', async () => {
    const { approvals } = services
    let isHeldUp = false
    const heldUp: Services = {
      ...services,
      approvals: {
        ...approvals,
        read: async (...given) => {
          const result = await approvals.read(...given)
          if (!isHeldUp) {
            isHeldUp = true
            world.codePipeline.clock.pass(MINUTE)
            await showApproval(services, id)
          }
          return result
        },
      },
    }
    expect(await showApproval(heldUp, id, lease)).toMatchObject({ kind: 'again' })
    expect(world.slack.live(`approval/${id}`)).toHaveLength(1)
  })

  test('of an execution is found however long it runs and whenever it was retried', async () => {
    const { slack } = services
    const key = world.keyOf(executionId)
    const posting: Services = {
      ...services,
      slack: {
        ...slack,
        post: async (...given) => slack.post(...given).then(() => ({ kind: 'unclear', because: '' })),
      },
    }
    await showExecution(posting, key, await link())
    world.codePipeline.clock.pass(30 * MINUTE)
    await checkExecution(services, key)
    await showExecution(services, key)
    expect(world.slack.live(`execution/${executionId}`)).toHaveLength(1)
  })

  test('of an approval is linked from the card, even if it was posted after the card', async () => {
    await showExecution(services, world.keyOf(executionId), await link())
    // A card is not updated again within seconds.
    world.codePipeline.clock.pass(10_000)
    const { next } = await showApproval(services, id, lease)
    expect(next).toMatchObject([{ do: 'show-execution', execution: world.keyOf(executionId) }])
    await performNow(services, next, 1000)
    const [approval] = world.slack.live(`approval/${id}`)
    expect(world.slack.live(`execution/${executionId}`)[0]?.card).toMatchObject({
      approvalPlaces: new Map([['Production/Approve', approval?.place]]),
    })
  })

  test('that is shown again keeps its link if a late step links the approval once more', async () => {
    await showApproval(services, id, lease)
    await requestApproval(services, world.notification())
    expect((await execution())?.approvals.get('Production/Approve')?.place).not.toBeNull()
  })
})

describe('an approval', () => {
  test('that was decided before the pipeline was edited is not shown as canceled by the edit', async () => {
    decideInConsole('Rejected')
    world.codePipeline.engine.updatePipeline(withoutApproval())
    await checkApproval(services, id)
    expect(await outcome()).toMatchObject({ state: { outcome: { how: 'console', verdict: 'Rejected', by: 'dana' } } })
  })

  test('that a person rejected in the seconds after the minute in the notification is not shown as expired', async () => {
    world.codePipeline.clock.pass(7 * 24 * 60 * MINUTE - 10_000)
    expect(world.codePipeline.clock.now()).toBeGreaterThan(world.notification().expiresAt)
    decideInConsole('Rejected')
    await checkApproval(services, id)
    expect(await outcome()).toMatchObject({ state: { outcome: { how: 'console', verdict: 'Rejected', by: 'dana' } } })
  })

  test('is not shown as canceled while CodePipeline’s answers contradict each other', async () => {
    const behind = await services.pipelines.actionRuns(world.keyOf(executionId))
    decideInConsole('Rejected')
    world.codePipeline.engine.updatePipeline(withoutApproval())
    const pipelines = { ...services.pipelines, actionRuns: async () => behind }
    expect(await checkApproval({ ...services, pipelines }, id)).toMatchObject({ kind: 'again' })
    expect(await outcome()).toMatchObject({ state: { name: 'waiting' } })
  })

  test('of a pipeline that was created again under its name is canceled, with or without votes', async () => {
    world.codePipeline.engine.deletePipeline({ name: 'shop-web' })
    await world.codePipeline.create(shop())
    await vote()
    expect((await settleApproval(services, id)).next).toEqual([{ do: 'check-approval', approval: id }])
    await checkApproval(services, id)
    expect(await outcome()).toMatchObject({ state: { name: 'settled', outcome: { how: 'pipeline-edited' } } })
  })

  test('that ended with a status which is new to the bot is closed, and names the status', async () => {
    decideInConsole('Approved')
    const runs = await services.pipelines.actionRuns(world.keyOf(executionId))
    const paused = (runs ?? []).map((run) => ({ ...run, status: 'Unknown', statusText: 'Paused' }) as const)
    const pipelines = { ...services.pipelines, actionRuns: async () => paused }
    await checkApproval({ ...services, pipelines }, id)
    expect(await outcome()).toMatchObject({ state: { outcome: { how: 'unknown', status: 'Paused' } } })
  })

  test('is closed with the person who decided it, also if AWS gives its run another ID than the token', async () => {
    const { actionRuns, runs } = services.pipelines
    const named = (run: ActionRun): ActionRun => ({ ...run, externalId: 'another ID' })
    services.pipelines = {
      ...services.pipelines,
      actionRuns: async (key) => (await actionRuns(key))!.map(named),
      runs: async (...asked) => ({ runs: (await runs(...asked))!.runs.map(named), isWhole: true }),
    }
    world.codePipeline.clock.pass(MINUTE)
    await checkApproval(services, id)
    expect(await outcome()).toMatchObject({ state: { name: 'waiting' } })
    decideInConsole('Approved')
    await checkApproval(services, id)
    expect(await outcome()).toMatchObject({ state: { outcome: { how: 'console', verdict: 'Approved', by: 'dana' } } })
  })

  test('that expired before the vote in an edited pipeline is closed with what happened first', async () => {
    decideInConsole('Approved')
    await settled()
    world.codePipeline.engine.updatePipeline(withoutApproval())
    await vote()
    await settleApproval(services, id)
    expect(await outcome()).toMatchObject({ state: { outcome: { how: 'console', verdict: 'Approved' } } })
  })

  test('decided in Slack while the bot read the pipeline is not shown as decided in the AWS console', async () => {
    const { pipelines } = services
    const meanwhile: Services['pipelines'] = {
      ...pipelines,
      stages: async (pipeline) => {
        await vote()
        await settleApproval(services, id)
        return pipelines.stages(pipeline)
      },
    }
    await checkApproval({ ...services, pipelines: meanwhile }, id)
    expect(await outcome()).toMatchObject({ state: { outcome: { how: 'slack', verdict: 'Approved' } } })
  })
})

describe('an execution whose events were lost', () => {
  beforeEach(link)
  const progress = async () =>
    Object.fromEntries([...((await execution())?.stages ?? [])].map(([stage, { progress }]) => [stage, progress]))

  test('gets its stages from the pipeline, and is checked once more after its end', async () => {
    await checkExecution(services, world.keyOf(executionId))
    expect(await progress()).toEqual({ Source: 'succeeded', Build: 'succeeded', Production: 'running' })
    expect((await execution())?.confirmed).toBe(false)
    world.codePipeline.clock.pass(MINUTE)
    decideInConsole('Approved')
    await settled()
    await checkExecution(services, world.keyOf(executionId))
    expect(await progress()).toEqual({ Source: 'succeeded', Build: 'succeeded', Production: 'succeeded' })
    expect(await execution()).toMatchObject({ overall: { progress: 'succeeded' }, confirmed: true })
  })

  test('is checked again if its approvals could not be updated', async () => {
    world.codePipeline.clock.pass(MINUTE)
    decideInConsole('Approved')
    await settled()
    const change = async (): Promise<never> => {
      throw new Error('crashed halfway')
    }
    const crashing: Services = { ...services, approvals: { ...services.approvals, change } }
    await expect(checkExecution(crashing, world.keyOf(executionId))).rejects.toThrow('crashed')
    expect(await execution()).toMatchObject({ overall: { progress: 'succeeded' }, confirmed: false })
  })

  test('began at its start, not at the last check', async () => {
    const { startedAt } = (await services.pipelines.executions(world.keyOf(executionId)))![0]!
    world.codePipeline.clock.pass(30 * MINUTE)
    await checkExecution(services, world.keyOf(executionId))
    expect((await execution())?.overall.startedAt).toBe(Math.floor(startedAt / 1000) * 1000)
  })

  test('is running again if its stage was retried', async () => {
    world.codePipeline.clock.pass(MINUTE)
    decideInConsole('Rejected')
    world.codePipeline.clock.pass(MINUTE)
    world.codePipeline.engine.retryStageExecution({
      pipelineName: 'shop-web',
      stageName: 'Production',
      pipelineExecutionId: executionId,
      retryMode: 'ALL_ACTIONS',
    })
    await checkExecution(services, world.keyOf(executionId))
    expect(await progress()).toMatchObject({ Production: 'running' })
  })

  test('fails with the approval that waited while another one of its stage was rejected and retried', async () => {
    world = stillWorld()
    const { codePipeline, keyOf } = world
    services = world.services
    await codePipeline.create(
      shop({ stages: [sourceStage, { name: 'Production', actions: [approve('Approve'), approve('Audit')] }] }),
    )
    executionId = await codePipeline.start()
    id = world.notification().id
    await requestApproval(services, world.notification())
    await link()
    const decide = async (actionName: string, status: 'Approved' | 'Rejected') => {
      codePipeline.clock.pass(MINUTE)
      const { token } = codePipeline.notices
        .map(({ message }) => message.approval)
        .findLast((one) => one.actionName === actionName)!
      const where = { pipelineName: 'shop-web', stageName: 'Production', actionName, token }
      codePipeline.engine.putApprovalResult({ ...where, result: { status, summary: '' } }, DANA)
      await settled()
    }
    await decide('Audit', 'Rejected')
    codePipeline.engine.retryStageExecution({
      pipelineName: 'shop-web',
      stageName: 'Production',
      pipelineExecutionId: executionId,
      retryMode: 'FAILED_ACTIONS',
    })
    await settled()
    await decide('Audit', 'Approved')
    await checkExecution(services, keyOf(executionId))
    expect(await progress()).toEqual({ Source: 'succeeded', Production: 'running' })
    await decide('Approve', 'Rejected')
    await checkExecution(services, keyOf(executionId))
    expect(await progress()).toEqual({ Source: 'succeeded', Production: 'failed' })
  })

  test('ends if its pipeline is created again under its name', async () => {
    world.codePipeline.engine.deletePipeline({ name: 'shop-web' })
    await world.codePipeline.create(shop())
    await checkExecution(services, world.keyOf(executionId))
    expect(await execution()).toMatchObject({ overall: { progress: 'canceled' }, confirmed: true })
  })

  test('ends if its pipeline is deleted', async () => {
    world.codePipeline.engine.deletePipeline({ name: 'shop-web' })
    await checkExecution(services, world.keyOf(executionId))
    expect(await execution()).toMatchObject({ overall: { progress: 'canceled' }, confirmed: true })
  })
})
