import { showExecution } from '../../../functions/flows/show/show-execution.ts'
import type { Services } from '../../../functions/ports/services.ts'
import { executionMessage } from '../../../functions/slack/execution-message.ts'
import { asText } from '../../support/as-text.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { messageOf } from '../../support/memory/slack.ts'
import { pipelinesThatAnswer, stageState } from '../../support/pipeline-answers.ts'
import { KEY, START, execution, pipelineChange, stageChange } from '../../support/records.ts'

const RUNNING = [
  pipelineChange('running', START),
  ...(['Zeta', 'Alpha'] as const).flatMap((stage) => [
    stageChange(stage, 'running', START),
    stageChange(stage, 'succeeded', START),
  ]),
]

/** What the status card of an execution says whose stages came in the same second, and how often stages were read. */
const shown = async (stageOrder: string[], stages: () => Promise<ReturnType<typeof stageState>[]>) => {
  const { services, slack } = botInMemory()
  await services.executions.create(execution(RUNNING, { stageOrder }))
  let reads = 0
  const pipelines: Services['pipelines'] = {
    ...pipelinesThatAnswer(),
    stages: () => {
      reads += 1
      return stages()
    },
  }
  const configuration = { ...services.configuration, statusChannelFor: () => 'C0DEPLOYS' }
  await showExecution({ ...services, configuration, pipelines }, KEY)
  const lines = asText(messageOf(slack.messages[0]!.card)).split('\n')
  return { order: lines.flatMap((line) => /Zeta|Alpha/.exec(line)?.[0] ?? []), reads, services }
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

  test('is posted all the same if CodePipeline does not answer', async () => {
    const { order } = await shown([], () => Promise.reject(new Error('ThrottlingException')))
    expect(order).toHaveLength(2)
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
