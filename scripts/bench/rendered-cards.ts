import type { Execution } from '../../functions/domain/execution.ts'
import { authorsOf } from '../../functions/domain/revision.ts'
import type { SteeringAct } from '../../functions/domain/steering.ts'
import type { HomeCard } from '../../functions/ports/home-tabs.ts'
import { approvalMessage } from '../../functions/slack/approval-message.ts'
import { digestMessage } from '../../functions/slack/digest-message.ts'
import { executionMessage } from '../../functions/slack/execution-message.ts'
import { homeView } from '../../functions/slack/home-view.ts'
import { CONSOLE, ROUTE, cardOf } from '../../tests/support/cards.ts'
import {
  CHANGE,
  DAY,
  KEY,
  MINUTE,
  START,
  WHERE,
  actionChange,
  approval,
  execution,
  pipelineChange,
  policy,
  resolvedPolicy,
  revision,
  rule,
  stageChange,
} from '../../tests/support/records.ts'

/** How much of everything there is. */
export const SMALL = 1
export const LARGE = 50

const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))
const idOf = (letter: string, index: number): string => `${letter}${String(index).padStart(31, '0')}`

const approvalOf = (size: number, index = 0) => {
  const included = many(size, (one) => revision(`c${one}`, `Round the totals of basket ${one}`))
  return approval({
    id: idOf('a', index),
    where: { ...WHERE, pipeline: `shop-${index}` },
    change: { ...CHANGE, since: { ...CHANGE.since!, included, count: size }, authors: authorsOf(included) },
    resolvedPolicy: resolvedPolicy(
      policy(
        many(Math.ceil(size / 10), (group) =>
          rule(
            `group ${group}`,
            many(size, (one) => `U0P${group}N${one}`),
            2,
          ),
        ),
      ),
    ),
  })
}

/** With so many stages, of which each has an approval and a deployment. */
const executionOf = (size: number): Execution => {
  const stages = many(size, (index) => `Stage${index}`)
  return execution(
    stages.flatMap((stage, index) => [
      stageChange(stage, 'running', START + index * MINUTE),
      actionChange(stage, 'Approve', 'succeeded', START + index * MINUTE),
      actionChange(stage, 'Deploy', 'succeeded', START + index * MINUTE, {
        category: 'Deploy',
        provider: 'CodeDeploy',
      }),
      stageChange(stage, 'succeeded', START + index * MINUTE),
    ]),
    { stageOrder: stages },
  )
}

const executionAt = (letter: string, index: number): Execution => ({
  ...execution([
    stageChange('Source', 'succeeded', START),
    pipelineChange(letter === 'f' ? 'failed' : 'running', START),
  ]),
  key: { ...KEY, pipeline: `shop-${index}`, executionId: idOf(letter, index) },
})

const homeOf = (size: number): HomeCard => {
  const running = many(size, (index) => executionAt('e', index))
  const failed = many(size, (index) => executionAt('f', index))
  const aim = (act: SteeringAct, { key }: Execution) => ({
    act,
    execution: key,
    stage: act === 'stop' ? null : 'Source',
  })
  const judged = (letter: string) =>
    many(size, (index) => ({ approval: { ...approvalOf(1, index), id: idOf(letter, index) }, route: ROUTE }))
  return {
    kind: 'told',
    at: START,
    followedUntil: START + 15 * MINUTE,
    pending: {
      kind: 'pending',
      forYou: judged('a').map((one) => ({ ...one, refusal: null })),
      several: null,
      forOthers: judged('b').map((one) => ({
        ...one,
        refusal: { because: 'already-deciding', verdict: 'Approved' } as const,
      })),
      unseen: 0,
    },
    standIns: { mine: [], theirs: [] },
    mute: null,
    steering: [
      ...running.map((one) => aim('stop', one)),
      ...failed.flatMap((one) => [aim('retry', one), aim('rollback', one)]),
    ],
    running,
    failed,
    held: [],
    releases: running.map((one) => ({ stage: 'Production', execution: one, at: START, startedAt: START - MINUTE })),
    freezes: [],
    configured: many(size, (index) => ({
      frozen: { name: `freeze ${index}`, zone: 'UTC', until: START },
      pipelines: many(size, (one) => `shop-${one}`),
    })),
  }
}

const MEASURES = {
  deployments: 20,
  failed: 1,
  failureRate: 1 / 21,
  leadTime: { median: 40 * MINUTE, longest: DAY, count: 20 },
  waiting: { median: 12 * MINUTE, longest: 60 * MINUTE, count: 20 },
  restore: null,
}

/** Each with what it is made of made before: only rendering is measured. */
const rendered = <Card>(cardAt: (size: number) => Card, render: (card: Card) => unknown) => {
  const cards = new Map([SMALL, LARGE].map((size) => [size, cardAt(size)]))
  return (size: number): unknown => render(cards.get(size)!)
}

export const CARDS: Record<string, (size: number) => unknown> = {
  'the request, with so many commits and people': rendered(
    (size) => cardOf(approvalOf(size)),
    (card) => approvalMessage(card),
  ),
  'the status message, with so many stages': rendered(
    (size) => ({
      kind: 'execution' as const,
      execution: executionOf(size),
      accountName: 'shop-prod',
      consoleUrl: CONSOLE,
      approvalPlaces: new Map(),
    }),
    (card) => executionMessage(card),
  ),
  'the Home tab, with so many of everything': rendered(homeOf, homeView),
  'the digest, with so many pipelines': rendered(
    (size) => ({
      kind: 'digest' as const,
      notice: { kind: 'digest', key: 'digest', dueAt: START, channel: null } as const,
      id: 'digest',
      every: 'weekly' as const,
      only: {},
      range: { from: START - 7 * DAY, to: START },
      all: MEASURES,
      before: MEASURES,
      rows: many(size, (index) => ({ name: `shop-${index}`, measures: { ...MEASURES, deployments: index } })),
      mention: [],
    }),
    digestMessage,
  ),
}
