import type { Execution } from '../../../functions/domain/execution.ts'
import { explained } from '../../../functions/domain/explanation.ts'
import { applyOutside, newOutside, ofPipeline } from '../../../functions/domain/outside-execution.ts'
import { projectOf } from '../../../functions/domain/outside-history.ts'
import { isBehind } from '../../../functions/domain/showing.ts'
import { checkOutside } from '../../../functions/flows/outside/check-outside.ts'
import type { OutsideWorkRead } from '../../../functions/ports/outside-works.ts'
import { botInMemory, slowly } from '../../support/bot-in-memory.ts'
import { DAY, MINUTE, SECOND, START } from '../../support/records.ts'

const KEY = { accountId: '111122223333', region: 'eu-west-1', pipeline: 'shop-web', executionId: 'shop-web:1' }
const BUILD = { service: 'CodeBuild', group: null, version: 'main' } as const
const FRESH = newOutside(KEY, BUILD, START)
const RUNS = applyOutside(FRESH, { progress: 'running', at: START }, START)
const FAILED = applyOutside(RUNS, { progress: 'failed', at: START }, START)
const SUCCEEDED = applyOutside(RUNS, { progress: 'succeeded', at: START }, START)

const reading = (progress: 'running' | 'failed' | 'succeeded', isOfPipeline = false): OutsideWorkRead => ({
  kind: 'read',
  states: [{ progress, at: START }],
  starter: null,
  version: 'main',
  isOfPipeline,
})

/** `answer`: what the service says of the build; `known`: what the table has of it. */
const world = async (answer: OutsideWorkRead | Error, known: Execution | null, { isWanted = true } = {}) => {
  const bot = botInMemory()
  let reads = 0
  const services = {
    ...bot.services,
    configuration: {
      ...bot.services.configuration,
      outsideRouteFor: () => (isWanted ? ({ status: 'C0STATUS' } as never) : null),
    },
    outsideWorks: {
      read: async () => {
        reads++
        if (answer instanceof Error) throw answer
        return answer
      },
    },
  }
  if (known) await services.executions.create(known)
  const { executions, histories } = services
  services.executions = { ...executions, change: slowly(executions.change), create: slowly(executions.create) }
  services.histories = { ...histories, change: slowly(histories.change) }
  const stored = () => executions.read(KEY)
  const check = () => checkOutside(services, { do: 'check-outside', execution: KEY, outside: BUILD })
  return { ...bot, services, check, stored, reads: () => reads }
}

test.each<[string, Execution | null, boolean, number]>([
  ['is not known, and a route wants to see it', null, true, 1],
  ['is not known, and no route wants to see it', null, false, 0],
  ['is known, though no route wants to see it', RUNS, false, 1],
  ['was given up while it ran', { ...RUNS, confirmed: true }, true, 1],
  ['is over, and was not read since', SUCCEEDED, true, 1],
  ['is over, and was read since', { ...SUCCEEDED, confirmed: true }, true, 0],
  ['is one of a pipeline', ofPipeline(KEY, BUILD, START), true, 0],
])('a build that %s is asked about as often as needed', async (_, known, isWanted, times) => {
  const { check, reads } = await world(reading('running'), known, { isWanted })
  await check()
  expect(reads()).toBe(times)
})

test('of a build that no route wants to see any more no message waits to be shown', async () => {
  const { check, stored } = await world(reading('running'), RUNS, { isWanted: false })
  expect(await check()).toEqual({ kind: 'done', next: [] })
  expect(isBehind((await stored())!.showing)).toBe(false)
})

test('one that a pipeline created is marked so, and not shown', async () => {
  const { check, stored } = await world(reading('running', true), null)
  expect(await check()).toEqual({ kind: 'done', next: [] })
  expect(await stored()).toMatchObject({ outside: { isOfPipeline: true }, confirmed: true })
})

test('one that the service never had is not kept', async () => {
  const { check, stored } = await world({ kind: 'gone' }, null)
  expect(await check()).toEqual({ kind: 'done', next: [] })
  expect(await stored()).toBeNull()
})

test('one that was deleted is over, at a whole second', async () => {
  const { check, stored, pass } = await world({ kind: 'gone' }, RUNS)
  pass(MINUTE + 1)
  await check()
  const { overall } = (await stored())!
  expect(overall).toMatchObject({ progress: 'canceled' })
  expect(overall.at % SECOND).toBe(0)
})

const KNOWN_CAUSE = [...FAILED.actions.keys()].reduce(
  (so, id) => explained(so, id, { what: 'tests failed', lines: [], log: null, unread: [] }, START),
  FAILED,
)

test.each<['running' | 'failed' | 'succeeded', Execution | null, boolean, string[]]>([
  ['running', null, false, ['show-execution']],
  ['failed', null, false, ['show-execution', 'tell-execution', 'explain-failure']],
  ['failed', KNOWN_CAUSE, true, ['show-execution', 'tell-execution']],
  ['succeeded', null, true, ['show-execution', 'tell-execution']],
])('of one that is %s, whether that was read for the last time, and what follows (%#)', async (...given) => {
  const [progress, known, isConfirmed, follows] = given
  const { check, stored, services, pass } = await world(reading(progress), known)
  pass(MINUTE)
  expect((await check()).next.map((effect) => effect.do)).toEqual(follows)
  expect(await stored()).toMatchObject({
    overall: { progress },
    confirmed: isConfirmed,
    lastEventAt: START + MINUTE,
  })
  const history = await services.histories.read(projectOf(FRESH))
  expect(history && [history.succeededAt, history.failingSince]).toEqual(
    { running: null, failed: [0, START], succeeded: [START, null] }[progress],
  )
})

describe.each([
  ['answers with an error', new Error('throttled')],
  ['does not let it be read', { kind: 'denied', lacks: 'codebuild:BatchGetBuilds' } as const],
])('while the service %s', (_, answer) => {
  const isError = answer instanceof Error

  test('a build that is not known is asked about again, or left', async () => {
    const { check, logged } = await world(answer, null)
    if (isError) return expect(check()).rejects.toThrow('throttled')
    expect(await check()).toEqual({ kind: 'done', next: [] })
    expect(logged).toMatchObject([{ level: 'warn', about: { ...KEY, lacks: 'codebuild:BatchGetBuilds' } }])
  })

  test.each([
    [2 * DAY, false],
    [2 * DAY + 1, true],
  ])('one that began %i ms ago is given up: %s', async (after, isGivenUp) => {
    const { check, stored, pass, logged } = await world(answer, RUNS)
    pass(after)
    if (isError && !isGivenUp) await expect(check()).rejects.toThrow('throttled')
    else expect(await check()).toEqual({ kind: 'done', next: [] })
    expect(await stored()).toMatchObject({ confirmed: isGivenUp })
    expect(logged.map(({ level }) => level)).toEqual(isError ? (isGivenUp ? ['error'] : []) : ['warn'])
  })

  test('one that had news since is followed on', async () => {
    const began = { ...RUNS, firstEventAt: START - 3 * DAY }
    const { check, stored } = await world(answer, began)
    await check().catch(() => {})
    expect(await stored()).toMatchObject({ confirmed: false })
  })
})
