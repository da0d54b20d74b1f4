import type { Notice } from '../../../functions/domain/notice.ts'
import type { Limited } from '../../../functions/domain/slack-turns.ts'
import { FURTHEST_TURN_MS } from '../../../functions/domain/slack-turns.ts'
import { countAnswer, takeTurn } from '../../../functions/flows/show/slack-turn.ts'
import type { Card } from '../../../functions/ports/cards.ts'
import type { Services } from '../../../functions/ports/services.ts'
import { botInMemory, slowly } from '../../support/bot-in-memory.ts'
import { CONSOLE, cardOf } from '../../support/cards.ts'
import { SECOND, START, approval, execution, pipelineChange } from '../../support/records.ts'

const POST: Limited = { method: 'chat.postMessage', channel: 'C0RELEASES' }
const UPDATE: Limited = { method: 'chat.update' }
const PLACE = { channel: 'C0RELEASES', ts: '1.1', link: null }

const statusOf = (progress: 'running' | 'failed'): Card => ({
  kind: 'execution',
  execution: execution([pipelineChange(progress, START)]),
  accountName: 'shop-prod',
  consoleUrl: CONSOLE,
  approvalPlaces: new Map(),
})

const noticed = (kind: Notice['kind'], key: string): Card => ({
  kind: 'notice',
  notice: { kind, key, dueAt: START, channel: null },
  approval: approval(),
  route: null,
  consoleUrl: CONSOLE,
  mention: [],
})

const ended = (key: string): Card => ({
  kind: 'execution-notice',
  notice: { kind: 'deployment', key, dueAt: START, channel: null },
  execution: execution(),
  consoleUrl: CONSOLE,
  mention: [],
  failingSince: null,
})

const QUESTION = { 'whose turn comes in a second': true, 'in thirty seconds': true }
const FAILURE = { 'whose turn comes in a second': true, 'in thirty seconds': false }
const PROGRESS = { 'whose turn comes in a second': false, 'in thirty seconds': false }

/** Whether a turn is kept for the card if Slack takes no message for so long. */
const isKept = async (card: Card, seconds: number): Promise<boolean> => {
  const { services } = botInMemory()
  await services.turns.hold(POST, START + seconds * SECOND)
  return (await takeTurn(services, POST, card))!.isKept
}

describe('a turn is kept', () => {
  test.each<[string, Card, object]>([
    ['an approval, which asks a question', cardOf(approval()), QUESTION],
    ['the link to an approval that was posted again', { kind: 'continued', at: PLACE }, QUESTION],
    ['a reminder', noticed('reminder', 'reminder-1'), QUESTION],
    ['the status of an execution that has failed', statusOf('failed'), FAILURE],
    ['the status of an execution that runs', statusOf('running'), PROGRESS],
    ['the failure of an approved deployment', noticed('deployment', 'failed-1'), FAILURE],
    ['an approved deployment that is live', noticed('deployment', 'live-1'), PROGRESS],
    ['the failure of an execution', ended('failed-1'), FAILURE],
    ['an execution that succeeded', ended('live-1'), PROGRESS],
  ])('questions before failures, and failures before progress: for %s', async (_, card, expected) => {
    expect({
      'whose turn comes in a second': await isKept(card, 1),
      'in thirty seconds': await isKept(card, 30),
    }).toEqual(expected)
  })
})

test.each([
  ['00000000', 60],
  ['80000000', 75],
])(
  'what finds the line full asks again after one to one and a half minutes, each at its own time',
  async (id, after) => {
    const { services } = botInMemory()
    for (let at: number | null = START; at !== null;) at = await services.turns.take(POST, 'line', FURTHEST_TURN_MS)
    await services.turns.hold(POST, START + 5 * SECOND)
    const clock = { ...services.clock, newId: () => `${id}-0000-4000-8000-000000000000` }
    const wait = await takeTurn({ ...services, clock }, POST, statusOf('running'))
    expect(wait).toEqual({ kind: 'busy', afterSeconds: after, isKept: false })
  },
)

test('the time that Slack asks to wait is stored before the function ends: after that Lambda freezes it', async () => {
  const { services } = botInMemory()
  const turns: Services['turns'] = { ...services.turns, hold: slowly(services.turns.hold) }
  await countAnswer({ ...services, turns }, POST, cardOf(approval()), { kind: 'busy', afterSeconds: 7 })
  expect(await services.turns.heldUntil(POST)).toBe(START + 7 * SECOND)
})

test.each<[string, Card, string, boolean]>([
  ['a new approval, which names people a moment after its post', cardOf(approval()), 'posted', true],
  ['an approval that was updated', cardOf(approval()), 'updated', false],
  ['a new status message', statusOf('running'), 'posted', false],
])('an update is counted ahead for no other message than a new approval: %s', async (_, card, kind, isCounted) => {
  const { services } = botInMemory()
  await countAnswer(services, POST, card, { kind })
  let atOnce = 0
  while ((await services.turns.take(UPDATE, 'calls', 0)) === START) atOnce += 1
  expect(atOnce).toBe(isCounted ? 9 : 10)
})

test('a table that does not answer keeps no message from Slack, and the operator is told', async () => {
  const { services, logged } = botInMemory()
  const fail = () => Promise.reject(new Error('ThrottlingException'))
  const failing: Services = { ...services, turns: { take: fail, hold: fail, heldUntil: fail } }
  expect(await takeTurn(failing, POST, cardOf(approval()))).toBeNull()
  await countAnswer(failing, POST, cardOf(approval()), { kind: 'posted' })
  expect(logged).toMatchObject([
    { level: 'warn', about: { limited: POST, error: new Error('ThrottlingException') } },
    { level: 'warn', about: { limited: POST, error: new Error('ThrottlingException') } },
  ])
})

test('a turn that was kept counts once the pause that Slack asked for has ended', async () => {
  const wait = async (pause: number) => {
    const { services } = botInMemory()
    await services.turns.hold(POST, START + pause)
    return takeTurn(services, POST, statusOf('running'), true)
  }
  expect(await wait(0)).toBeNull()
  expect(await wait(1)).toMatchObject({ kind: 'busy', isKept: false })
})
