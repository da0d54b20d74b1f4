import type { Execution } from '../../../functions/domain/execution.ts'
import { failingSince } from '../../../functions/flows/execution/failing-since.ts'
import { OutOfReach } from '../../../functions/ports/out-of-reach.ts'
import type { ExecutionStatus } from '../../../functions/ports/pipelines.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { executionSummary, pipelinesThatAnswer } from '../../support/pipeline-answers.ts'
import { KEY, MINUTE, START, actionChange, execution, pipelineChange } from '../../support/records.ts'

const OWN = KEY.executionId
const at = (minute: number) => START + minute * MINUTE
const failedAt = (category: string) => [
  actionChange('Production', 'Deploy', 'failed', START, { category }),
  pipelineChange('failed', START),
]

interface Listed {
  id?: string
  status: ExecutionStatus
  minute: number
  /** The kind of the action that failed; null if the table has no record of the execution. */
  failed?: string | null
}

/** The executions that were read from the table. */
let reads: string[] = []

/** Newest first. */
const since = async (listed: readonly Listed[], notices: Execution['notices'] = {}) => {
  const { services } = botInMemory()
  const store = (one: Execution) => services.executions.create(one)
  await store({ ...execution(), notices })
  const summaries = listed.map(({ id, status, minute }) =>
    executionSummary({ executionId: id ?? `e${minute}`, status, updatedAt: at(minute) }),
  )
  for (const { id, minute, failed = 'Deploy' } of listed)
    if (id !== OWN && failed !== null)
      await store({ ...execution(failedAt(failed)), key: { ...KEY, executionId: `e${minute}` } })
  reads = []
  const read: typeof services.executions.read = (key) => {
    reads.push(key.executionId)
    return services.executions.read(key)
  }
  const found = await failingSince(
    {
      ...services,
      // One a page.
      pipelines: pipelinesThatAnswer({ executions: summaries }),
      executions: { ...services.executions, read },
    },
    KEY,
  )
  return found === null ? null : (found - START) / MINUTE
}

const own: Listed = { id: OWN, status: 'Succeeded', minute: 60 }
const failed = (minute: number, by: string | null = 'Deploy'): Listed => ({ status: 'Failed', minute, failed: by })
const other = (status: ExecutionStatus, minute: number): Listed => ({ status, minute })

describe('deployments failed', () => {
  test.each<[string, Listed[], number | null]>([
    ['not, if the one before succeeded', [own, other('Succeeded', 50), failed(40)], null],
    ['since the one before', [own, failed(50), other('Succeeded', 40)], 50],
    [
      'since the first failure after the last success',
      [own, failed(50), failed(40), other('Succeeded', 30), failed(20)],
      40,
    ],
    ['since the first that is listed, if none succeeded', [own, failed(50), failed(40)], 40],
    [
      'at no time that an execution was stopped or superseded',
      [own, failed(50), other('Stopped', 45), other('Superseded', 40)],
      50,
    ],
    ['at no time that a person rejected one', [own, failed(50), failed(40, 'Approval')], 50],
    ['at no time of which nothing is known but that', [own, failed(50), failed(40, null)], 50],
    ['not in later executions, which CodePipeline lists before', [failed(70), own, other('Succeeded', 50)], null],
    ['not, as far as is known, while CodePipeline does not list this one', [failed(50), failed(40)], null],
  ])('%s', async (_, listed, minute) => {
    expect(await since(listed)).toBe(minute)
  })

  test('since this one failed, before its stage was retried', async () => {
    const said = { name: 'said', at: at(30) } as const
    const key = (name: string, minute: number) => `${name}-${at(minute) / 1000}`
    const notices = { [key('live', 10)]: said, [key('failed', 30)]: said, [key('failed', 25)]: said }
    expect(await since([own, other('Succeeded', 20)], notices)).toBe(25)
    expect(await since([own, failed(20)], notices)).toBe(20)
  })

  test('since the first of many failures, which one read of the table finds', async () => {
    const many = Array.from({ length: 30 }, (_, index) => failed(50 - index))
    expect(await since([own, ...many])).toBe(21)
    expect(reads).toEqual([OWN, 'e21'])
  })

  test('since the first that is no rejection, of the first twenty: each is a read of the table', async () => {
    const rejected = (count: number) => Array.from({ length: count }, (_, index) => failed(39 - index, 'Approval'))
    expect(await since([own, failed(50), failed(40), ...rejected(19)])).toBe(40)
    expect(await since([own, failed(50), failed(40), ...rejected(20)])).toBeNull()
    expect(reads).toHaveLength(21)
  })
})

test('no failure is known of a pipeline that the bot may not read', async () => {
  const { services } = botInMemory()
  await services.executions.create(execution())
  const executions = () => Promise.reject(new OutOfReach('AWS refuses'))
  expect(await failingSince({ ...services, pipelines: { ...services.pipelines, executions } }, KEY)).toBeNull()
})
