import type { Route } from '../../../functions/domain/route.ts'
import { approvalId } from '../../../functions/domain/approval-id.ts'
import { findApproval } from '../../../functions/flows/approval/find-approval.ts'
import { actionRun, pipelinesThatAnswer, stageState } from '../../support/pipeline-answers.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { KEY, START, TOKEN, WHERE, approval } from '../../support/records.ts'

const id = approvalId(WHERE.accountId, WHERE.region, TOKEN)

const WAITING = stageState('Production', {
  executionId: KEY.executionId,
  actions: [{ action: 'Approve', status: 'InProgress', token: TOKEN, since: START }],
})

/** What the bot does after an event of an approval action, with this answer of CodePipeline. */
const told = async (route: Partial<Route> | null = {}, answers = pipelinesThatAnswer({ stages: [WAITING] })) => {
  const bot = botInMemory(route)
  const services = { ...bot.services, pipelines: answers }
  const find = () => findApproval(services, { gate: 'manual-approval', where: WHERE, executionId: KEY.executionId })
  return { ...bot, find, found: await find() }
}

test('an approval whose action notifies no topic is requested', async () => {
  const { found } = await told()
  expect(found).toMatchObject({
    kind: 'done',
    next: [{ do: 'request-approval', notification: { id, told: 'events' } }],
  })
})

test('an approval that its topic has told of is not requested again', async () => {
  const { services, find } = await told()
  await services.approvals.create(approval({ id }))
  expect(await find()).toEqual({ kind: 'done', next: [] })
})

test('an approval that is known to be over is not requested', async () => {
  const { services, find } = await told()
  await services.approvals.create({ kind: 'tombstone', id, closedAt: START })
  expect(await find()).toEqual({ kind: 'done', next: [] })
})

test.each<[string, Partial<Route> | null]>([
  ['no route matches', null],
  ['its route asks by topic only', { ask: ['topic'] }],
])('if %s, CodePipeline is not even read', async (_, route) => {
  const { found } = await told(route, botInMemory().services.pipelines)
  expect(found).toEqual({ kind: 'done', next: [] })
})

test('if CodePipeline does not show the token yet, the bot tries again a second later: people wait for it', async () => {
  const { found } = await told({}, pipelinesThatAnswer({ stages: [], runs: [] }))
  expect(found).toMatchObject({ kind: 'again', afterSeconds: 1 })
})

test('if the action has ended meanwhile, nothing is requested', async () => {
  const runs = [actionRun({ status: 'Abandoned' })]
  const { found } = await told({}, pipelinesThatAnswer({ stages: [], runs }))
  expect(found).toEqual({ kind: 'done', next: [] })
})
