import { settled } from '../../../functions/domain/approval.ts'
import type { StateChange } from '../../../functions/domain/execution.ts'
import { isBehind } from '../../../functions/domain/showing.ts'
import { telling } from '../../../functions/flows/show/execution-effects.ts'
import { showExecution } from '../../../functions/flows/show/show-execution.ts'
import type { ExecutionCard } from '../../../functions/ports/cards.ts'
import type { Services } from '../../../functions/ports/services.ts'
import { executionMessage } from '../../../functions/slack/execution-message.ts'
import { asText } from '../../support/as-text.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { messageOf } from '../../support/memory/slack.ts'
import { pipelinesThatAnswer, stageState } from '../../support/pipeline-answers.ts'
import { NO_PERMISSIONS } from '../../support/plain-route.ts'
import {
  DAY,
  KEY,
  MINUTE,
  SECOND,
  START,
  deciding,
  execution,
  pipelineChange,
  stageChange,
} from '../../support/records.ts'

const RUNNING = [
  pipelineChange('running', START),
  ...(['Zeta', 'Alpha'] as const).flatMap((stage) => [
    stageChange(stage, 'running', START),
    stageChange(stage, 'succeeded', START),
  ]),
]

/** What the status card of an execution says whose stages came in the same second, and how often stages were read. */
const shown = async (
  stageOrder: string[],
  stages: () => Promise<ReturnType<typeof stageState>[]>,
  changes: StateChange[] = RUNNING,
) => {
  const { services, slack, logged, pass } = botInMemory()
  await services.executions.create(execution(changes, { stageOrder }))
  let reads = 0
  const pipelines: Services['pipelines'] = {
    ...pipelinesThatAnswer(),
    stages: () => {
      reads += 1
      return stages()
    },
  }
  const configuration = { ...services.configuration, statusChannelFor: () => 'C0DEPLOYS' }
  const show = (by: Partial<Services> = {}) => showExecution({ ...services, configuration, pipelines, ...by }, KEY)
  await show()
  const lines = asText(messageOf(slack.messages[0]!.card)).split('\n')
  return { order: lines.flatMap((line) => /Zeta|Alpha/.exec(line)?.[0] ?? []), reads, services, logged, pass, show }
}

const inOrder = async () => ['Zeta', 'Alpha'].map((stage) => stageState(stage))

describe('the status card', () => {
  test('has the pipeline’s order of its stages, though no function has read it before', async () => {
    const { order, reads, services } = await shown([], inOrder)
    expect([order, reads]).toEqual([['Zeta', 'Alpha'], 1])
    expect((await services.executions.read(KEY))?.stageOrder).toEqual(['Zeta', 'Alpha'])
  })

  test('needs no call if the order is known', async () => {
    expect((await shown(['Zeta', 'Alpha'], inOrder)).reads).toBe(0)
  })

  test('needs no call while it has one stage, which is in order', async () => {
    const running = [pipelineChange('running', START), stageChange('Zeta', 'running', START)]
    expect((await shown([], inOrder, running)).reads).toBe(0)
  })

  test.each([
    ['the order of its stages', []],
    ['what it waits for', ['Zeta', 'Alpha', 'Production']],
  ])('is posted all the same if CodePipeline does not tell %s, and the operator is told', async (_, stageOrder) => {
    const error = new Error('ThrottlingException')
    const { order, logged } = await shown(stageOrder, () => Promise.reject(error))
    expect(order).toHaveLength(2)
    const about = { execution: KEY.executionId, error }
    expect(logged).toContainEqual({ level: 'warn', message: expect.any(String) as unknown, about })
  })

  test('is written without a write of the execution, if it waits for what it waited for before', async () => {
    const waiting = async () => [
      ...(await inOrder()),
      stageState('Production', { executionId: 'e9', inbound: [KEY.executionId] }),
    ]
    const { services, show, pass } = await shown(['Zeta', 'Alpha', 'Production'], waiting)
    const { executions } = services
    await executions.change(KEY, (of) => [{ ...of, showing: { ...of.showing, truth: of.showing.truth + 1 } }, null])
    pass(2 * SECOND)
    let writes = 0
    const change: typeof executions.change = (...given) => {
      writes += 1
      return executions.change(...given)
    }
    await show({ executions: { ...executions, change } })
    // The lease, and that it was shown.
    expect(writes).toBe(2)
  })

  test('is written again if what it waits for was stored and the table’s answer was lost', async () => {
    const waiting = async () => [
      ...(await inOrder()),
      stageState('Production', { executionId: 'e9', inbound: [KEY.executionId] }),
    ]
    const { services, slack, pass } = botInMemory()
    const { executions } = services
    await executions.create(execution(RUNNING, { stageOrder: ['Zeta', 'Alpha', 'Production'] }))
    let writes = 0
    const lostOnce: typeof executions.change = async (...given) => {
      const answer = await executions.change(...given)
      writes += 1
      // The first acquires the lease, the second stores what it waits for.
      if (writes === 2) throw new Error('no answer')
      return answer
    }
    const configuration = { ...services.configuration, statusChannelFor: () => 'C0DEPLOYS' }
    const show = (by: typeof executions) =>
      showExecution(
        { ...services, configuration, executions: by, pipelines: { ...pipelinesThatAnswer(), stages: waiting } },
        KEY,
      )
    const heading = () => messageOf(slack.messages[0]!.card).text
    await show({ ...executions, change: lostOnce })
    expect(heading()).toMatch(/^shop-web is running\./)
    expect(isBehind((await executions.read(KEY))!.showing)).toBe(true)
    pass(2 * SECOND)
    await show(executions)
    expect(heading()).toMatch(/^shop-web waits behind execution e9\./)
    expect(isBehind((await executions.read(KEY))!.showing)).toBe(false)
  })

  test('has its approvals say what it waits for', async () => {
    const waiting = async () => [
      ...(await inOrder()),
      stageState('Production', { executionId: 'e9', inbound: [KEY.executionId] }),
    ]
    const { services } = botInMemory()
    const { approvals, executions } = services
    const approved = settled(deciding(), { how: 'slack', verdict: 'Approved' }, START)
    const { id } = approved
    const where = { ...approved.where, stage: 'Alpha' }
    await approvals.create({ ...approved, where, change: { ...approved.change, into: ['Production'] } })
    const link = { id, requestedAt: START, place: null }
    const stageOrder = ['Zeta', 'Alpha', 'Production']
    const linked = { ...execution(RUNNING, { stageOrder }), approvals: new Map([['Alpha/Approve', link]]) }
    await executions.create(linked)
    const configuration = { ...services.configuration, statusChannelFor: () => 'C0DEPLOYS' }
    const about = { ...services, configuration, pipelines: { ...pipelinesThatAnswer(), stages: waiting } }
    const { next } = await showExecution(about, KEY)
    expect(await approvals.read(id)).toMatchObject({ behind: { executionId: 'e9', revision: null } })
    expect(next).toContainEqual(expect.objectContaining({ do: 'show-approval', approval: id }))
  })

  test('says behind which execution it waits, and of one that goes on at once that it is running', async () => {
    const stageOrder = ['Zeta', 'Alpha', 'Production']
    const heading = async (inbound: string[]) => {
      const { services } = await shown(stageOrder, async () => [
        ...(await inOrder()),
        stageState('Production', { executionId: 'e9', inbound }),
      ])
      return executionMessage({
        kind: 'execution',
        execution: (await services.executions.read(KEY))!,
        accountName: 'shop-prod',
        consoleUrl: 'https://console.example/',
        approvalPlaces: new Map(),
      }).text
    }
    expect(await heading([KEY.executionId])).toMatch(/^shop-web waits behind execution e9\./)
    expect(await heading([])).toMatch(/^shop-web is running\./)
  })
})

test.each([
  ['within a day is posted late', 0, 1],
  ['more than a day ago is no news: it is not posted, and is not looked at any more', 1, 0],
])('a card of an execution that ended %s', async (_, more, posted) => {
  const { services, slack, pass } = botInMemory({}, { status: 'C0DEPLOYS' })
  const refused = { since: START, until: START + DAY }
  const ended = execution([pipelineChange('running', START), pipelineChange('failed', START)])
  await services.executions.create({ ...ended, confirmed: true, showing: { ...ended.showing, refused } })
  pass(DAY + more)
  await showExecution(services, KEY)
  expect(slack.messages).toHaveLength(posted)
  const { showing } = (await services.executions.read(KEY))!
  expect([isBehind(showing), showing.refused, showing.behindSince]).toEqual([false, undefined, null])
})

test('a card whose channel was archived is left as it is once its execution has ended a day ago', async () => {
  const { services, pass } = botInMemory({}, { status: 'C0DEPLOYS' })
  const place = { channel: 'C0DEPLOYS', ts: '1.1', link: null }
  const refused = { since: START, until: START + DAY }
  const ended = execution([pipelineChange('running', START), pipelineChange('failed', START)])
  await services.executions.create({ ...ended, confirmed: true, showing: { ...ended.showing, place, refused } })
  const update = async () => ({ kind: 'refused', because: 'is_archived', isFinal: false }) as const
  const archived: Services = { ...services, slack: { ...services.slack, update } }
  const isTried = async () => isBehind((await services.executions.read(KEY))!.showing)
  pass(DAY)
  await showExecution(archived, KEY)
  expect(await isTried()).toBe(true)
  pass(60 * MINUTE)
  await showExecution(archived, KEY)
  expect(await isTried()).toBe(false)
})

test('the end of an execution is told from the moment at which it is due', () => {
  const ended = execution([pipelineChange('succeeded', START)])
  expect(telling(ended, START - 1)).toEqual([])
  expect(telling(ended, START)).toEqual([{ do: 'tell-execution', execution: KEY }])
})

test.each([
  ['something', ['U0DANA'], [['stop', null]]],
  ['nothing', [], undefined],
])('a card of which people can do %s in Slack offers that', async (_, people, offered) => {
  const { slack, services } = botInMemory({ may: { ...NO_PERMISSIONS, stop: { people, groups: [] } } })
  await services.executions.create(execution([pipelineChange('running', START), stageChange('Zeta', 'running', START)]))
  const configuration = { ...services.configuration, statusChannelFor: () => 'C0DEPLOYS' }
  await showExecution({ ...services, configuration, pipelines: pipelinesThatAnswer() }, KEY)
  const { steering } = slack.messages[0]!.card as ExecutionCard
  expect(steering?.map(({ act, stage }) => [act, stage])).toEqual(offered)
})
