import type { Execution } from '../../../functions/domain/execution.ts'
import { applyOutside, newOutside, ofPipeline } from '../../../functions/domain/outside-execution.ts'
import { projectOf } from '../../../functions/domain/outside-history.ts'
import type { OutsideEvent } from '../../../functions/flows/outside/follow-outside.ts'
import { followOutside } from '../../../functions/flows/outside/follow-outside.ts'
import { tellExecution } from '../../../functions/flows/show/tell-execution.ts'
import type { ExecutionNoticeCard } from '../../../functions/ports/cards.ts'
import { botInMemory, slowly } from '../../support/bot-in-memory.ts'
import { PLAIN_ROUTE } from '../../support/plain-route.ts'
import { MINUTE, SECOND, START } from '../../support/records.ts'

const KEY = { accountId: '111122223333', region: 'eu-west-1', pipeline: 'shop-web', executionId: 'shop-web:1' }
const BUILD = { service: 'CodeBuild', group: null, version: 'main' } as const
const PUSH = { kind: 'push', name: null, arn: null } as const
const PLACE = { channel: 'C0STATUS', ts: '1.1', link: null }

const state = (progress: 'running' | 'failed' | 'succeeded', at = START) => ({ progress, at })
const RUNS = applyOutside(newOutside(KEY, BUILD, START), state('running'), START)
const FAILED = applyOutside(RUNS, state('failed'), START)

const world = async (known: Execution | null = null, { isWanted = true } = {}) => {
  const bot = botInMemory()
  const route = { ...PLAIN_ROUTE, deployments: 'all' as const }
  const services = {
    ...bot.services,
    configuration: {
      ...bot.services.configuration,
      outsideRouteFor: () => (isWanted ? { route, status: 'C0STATUS' } : null),
    },
  }
  if (known) await services.executions.create(known)
  services.queue = { send: slowly(services.queue.send) }
  services.histories = { ...services.histories, change: slowly(services.histories.change) }
  const follow = (told: OutsideEvent['told'], key = KEY) => followOutside(services, { key, outside: BUILD, told })
  const hears = (progress: Parameters<typeof state>[0], at = START, key = KEY) =>
    follow({ state: state(progress, at), starter: PUSH }, key)
  return { ...bot, services, follow, hears, stored: () => services.executions.read(KEY) }
}

test('a build that no route wants to see is not kept', async () => {
  const { follow, hears, stored, queued } = await world(null, { isWanted: false })
  expect(await hears('failed')).toEqual([])
  expect(await follow(null)).toEqual([])
  expect([await stored(), queued]).toEqual([null, []])
})

test.each<[string, Execution | null, number | null]>([
  ['is not known yet is read once its pipeline may have claimed it', null, 30],
  ['is known is read at once', RUNS, 0],
  ['is one of a pipeline is left to it', ofPipeline(KEY, BUILD, START), null],
])('a build of which an event does not tell who started it, and that %s', async (_, known, delaySeconds) => {
  const { follow, queued } = await world(known)
  expect(await follow(null)).toEqual([])
  const effect = { do: 'check-outside', execution: KEY, outside: BUILD }
  expect(queued).toEqual(delaySeconds === null ? [] : [{ due: { effect, attempt: 1 }, delaySeconds }])
})

test.each<[string, Execution, Parameters<typeof state>[0], boolean]>([
  ['failed', RUNS, 'failed', true],
  ['succeeded', RUNS, 'succeeded', false],
  ['had failed before', FAILED, 'failed', false],
])('whether the card of a build that %s is shown before its turn: %#', async (_, known, progress, isShown) => {
  const showing = { ...known.showing, place: PLACE, turnAt: START + SECOND }
  const { hears } = await world({ ...known, showing })
  expect((await hears(progress)).some((effect) => effect.do === 'show-execution')).toBe(isShown)
})

test('why a build failed is asked at once', async () => {
  const { hears, queued } = await world(RUNS)
  await hears('failed')
  const effect = { do: 'explain-failure', execution: KEY, action: KEY.executionId }
  expect(queued).toEqual([{ due: { effect, attempt: 1 }, delaySeconds: 0 }])
})

test('the first build that succeeds after failures says since when they failed, and the next one does not', async () => {
  const { hears, services, slack, pass } = await world()
  const builds = (['failed', 'failed', 'succeeded', 'succeeded'] as const).map((progress, index) => ({
    progress,
    key: { ...KEY, executionId: `shop-web:${index}` },
  }))
  const told: unknown[] = []
  for (const { progress, key } of builds) {
    const effects = await hears(progress, services.clock.now(), key)
    // A failure is told once its cause is known, or a minute later.
    expect(effects.some((effect) => effect.do === 'tell-execution')).toBe(progress === 'succeeded')
    const of = (await services.executions.read(key))!
    expect((await services.histories.read(projectOf(of)))?.succeededAt).toBe(progress === 'failed' ? 0 : of.overall.at)
    await services.executions.change(key, (one) => [{ ...one, showing: { ...one.showing, place: PLACE } }, null])
    pass(MINUTE)
    await tellExecution(services, key)
    told.push((slack.messages.at(-1)?.card as ExecutionNoticeCard).failingSince)
  }
  expect(told).toEqual([null, null, START, null])
})
