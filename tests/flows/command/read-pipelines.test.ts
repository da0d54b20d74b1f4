import type { Execution, StateChange } from '../../../functions/domain/execution.ts'
import { withApproval } from '../../../functions/domain/execution.ts'
import type { Hold } from '../../../functions/domain/held-stage.ts'
import {
  pipelineDifference,
  pipelineHistory,
  pipelineStatuses,
} from '../../../functions/flows/command/read-pipelines.ts'
import type { CommandAnswer } from '../../../functions/ports/cards.ts'
import type { Pipelines } from '../../../functions/ports/pipelines.ts'
import { commandAnswer } from '../../../functions/slack/command-answer.ts'
import { ROUTE, botInMemory } from '../../support/bot-in-memory.ts'
import { pipelinesThatAnswer, stageState } from '../../support/pipeline-answers.ts'
import {
  CARDS,
  DAY,
  KEY,
  MINUTE,
  RELEASED,
  REPOSITORY,
  ROUNDING,
  START,
  actionChange,
  approval,
  execution,
  pipelineChange,
  stageChange,
  vote,
} from '../../support/records.ts'

const STAGING = 'Staging'
const facts = { stageOrder: ['Source', STAGING, 'Production'] }

const deployed = (stage: string, at: number): StateChange[] => [
  actionChange(stage, 'Deploy', 'succeeded', at, { category: 'Deploy', provider: 'CodeDeploy' }),
  stageChange(stage, 'running', at - 8 * MINUTE),
  stageChange(stage, 'succeeded', at),
]

const begun = (executionId: string, minutes: number, one: Execution): Execution => ({
  ...one,
  key: { ...one.key, executionId },
  firstEventAt: START + minutes * MINUTE,
})

/** Everywhere, then failed in staging, then in staging only, then running. */
const OLD = begun(
  'old',
  -60,
  execution(
    [
      ...deployed(STAGING, START - 50 * MINUTE),
      ...deployed('Production', START - 20 * MINUTE),
      pipelineChange('succeeded', START - 20 * MINUTE),
    ],
    { ...facts, revisions: [{ ...RELEASED, repository: REPOSITORY }] },
  ),
)
const STAGED = begun(
  'staged',
  -18,
  execution(deployed(STAGING, START - 10 * MINUTE), { ...facts, revisions: [{ ...ROUNDING, repository: REPOSITORY }] }),
)
const FAILED = begun(
  'failed',
  -5,
  execution(
    [
      actionChange(STAGING, 'Deploy', 'failed', START - 4 * MINUTE, { category: 'Deploy' }),
      stageChange(STAGING, 'failed', START - 4 * MINUTE),
      pipelineChange('failed', START - 4 * MINUTE),
    ],
    { ...facts, revisions: [CARDS] },
  ),
)

const bot = async (...executions: Execution[]) => {
  const memory = botInMemory()
  for (const one of executions) await memory.services.executions.create(one)
  return { ...memory, services: { ...memory.services, pipelines: pipelinesThatAnswer() } }
}

const textOf = async (answer: Promise<CommandAnswer>) => commandAnswer(await answer, '').text

test('status says what runs, what failed and what is live in each stage that deploys', async () => {
  const { services } = await bot(OLD, STAGED, FAILED)
  expect(await textOf(pipelineStatuses(services, 'shop-*'))).toBe(
    [
      'shop-web',
      '• 4f9c2e1 runs since Mon, Nov 23 at 09:12 UTC',
      '• b01d7aa failed in Staging, Mon, Nov 23 at 09:26 UTC',
      '• Live in Staging: 4f9c2e1 since Mon, Nov 23 at 09:20 UTC',
      '• Live in Production: 77e0c3d since Mon, Nov 23 at 09:10 UTC',
    ].join('\n'),
  )
})

test('status tells no title of a change, and names the freeze in force', async () => {
  const { services } = await bot(STAGED)
  const all = async () => [{ kind: 'unreadable' as const, because: 'the freezes could not be looked up' }]
  const configuration = { ...services.configuration, routesOfStage: () => [ROUTE] }
  const text = await textOf(
    pipelineStatuses({ ...services, configuration, freezes: { ...services.freezes, all } }, 'shop-web'),
  )
  expect(text).not.toContain(ROUNDING.title)
  expect(text).toMatch(/• Change freeze “.*could not be looked up/)
})

test('of two pipelines with one name, the accounts are named; of many, the rest is counted', async () => {
  const elsewhere = { ...OLD, key: { ...KEY, accountId: '222233334444' } }
  const { services } = await bot(OLD, elsewhere)
  const text = await textOf(pipelineStatuses(services, 'shop-web'))
  expect(text).toContain('shop-web in account 222233334444, eu-west-1')
  expect(text).toContain('shop-web in account 111122223333, eu-west-1')
  const many = Array.from({ length: 9 }, (_, index) => ({ ...OLD, key: { ...OLD.key, pipeline: `shop-${index}` } }))
  const crowded = await bot(...many)
  expect(await textOf(pipelineStatuses(crowded.services, '*'))).toContain('3 more pipelines match')
})

test('an execution that is older than a month is not looked for, and the answer says so', async () => {
  const { services } = await bot({ ...OLD, firstEventAt: START - 31 * DAY })
  expect(await textOf(pipelineStatuses(services, 'shop-web'))).toBe(
    'No execution of shop-web is known since Sat, Oct 24 at 09:30 UTC.',
  )
})

test('history lists the releases with who approved them and how long that and the deployment took', async () => {
  const asked = approval({
    id: 'a1',
    requestedAt: START - 40 * MINUTE,
    votes: [vote('U0DANA', 'Approved', { name: 'Dana' })],
    state: { name: 'settled', outcome: { how: 'slack', verdict: 'Approved' }, at: START - 28 * MINUTE },
  })
  const link = { id: 'a1', requestedAt: asked.requestedAt, place: null }
  const { services } = await bot(withApproval(OLD, 'Production/Approve', link, START), STAGED)
  await services.approvals.create(asked)
  expect(await textOf(pipelineHistory(services, { about: 'shop-web', stage: 'PRODUCTION' }))).toBe(
    [
      'The last deployments of shop-web:',
      '• 77e0c3d to Production, live since Mon, Nov 23 at 09:10 UTC · approved by Dana · 12 min from the request to the end of the approval · deployed in 8 min',
    ]
      .join('\n')
      .replaceAll(/(\d) min/g, '$1\u00a0min'),
  )
  expect(await textOf(pipelineHistory(services, { about: 'shop-web', stage: null }))).toContain('• 4f9c2e1 to Staging')
  expect(await textOf(pipelineHistory(services, { about: 'shop-web', stage: 'QA' }))).toContain(
    'No deployment of shop-web QA is known since',
  )
})

test('diff says what an earlier stage has and a later one has not, with the comparison of the two', async () => {
  const { services } = await bot(OLD, STAGED)
  const answer = await pipelineDifference(services, 'shop-web')
  const message = commandAnswer(answer, '')
  expect(message.text).toBe(
    'What is not deployed everywhere, shop-web:\n• Staging has 4f9c2e1, Production has 77e0c3d · Compare',
  )
  expect(JSON.stringify(message.blocks)).toContain(`/compare/${RELEASED.id}...${ROUNDING.id}`)
  const same = await bot(OLD)
  expect(await textOf(pipelineDifference(same.services, 'shop-web'))).toContain('Production has what Staging has')
})

const NOT_TOLD = {
  kind: 'not-told',
  because: 'Name a pipeline, such as shop-web; * stands for any characters.',
}

test.each(['', 'a name with spaces', '<!channel>'])('“%s” is no name of a pipeline', async (about) => {
  const { services } = await bot(OLD)
  for (const ask of [pipelineStatuses, pipelineDifference]) expect(await ask(services, about)).toEqual(NOT_TOLD)
  expect(await pipelineHistory(services, { about, stage: null })).toEqual(NOT_TOLD)
})

test('status says what is held: by whom from Slack, or in AWS, or that CodePipeline did not say', async () => {
  const { services, logged } = await bot(STAGED)
  const told = (stages: Pipelines['stages']) =>
    textOf(pipelineStatuses({ ...services, pipelines: { ...services.pipelines, stages } }, 'shop-web'))
  const held = (hold: Partial<Hold>) =>
    told(async () => [
      stageState('Production', { held: { reason: 'incident 4711', since: null, userId: null, name: null, ...hold } }),
    ])
  expect(await held({ userId: 'U0DANA' })).toContain('• Production is held by <@U0DANA>: “incident 4711”')
  expect(await held({ name: 'finn', since: START })).toMatch(/• Production is held in AWS by finn since .*: “incident/)
  expect(await held({ reason: '' })).toMatch(/• Production is held in AWS$/m)
  expect(await told(() => Promise.reject(new Error('slow down')))).toContain('AWS did not say which stages are held.')
  expect(logged).toMatchObject([{ level: 'warn', about: { pipeline: 'shop-web' } }])
})

const sincePast = (count: number) =>
  Array.from({ length: count }, (_, index) => begun(`e${index}`, -index, index === 0 ? STAGED : OLD))

test('twelve executions of a pipeline are read, and twelve releases shown', async () => {
  const { services } = await bot(...sincePast(13))
  const read: string[] = []
  const { executions } = services
  services.executions = { ...executions, read: async (key) => (read.push(key.executionId), executions.read(key)) }
  const answer = await pipelineHistory(services, { about: 'shop-web', stage: null })
  expect(read).toEqual(Array.from({ length: 12 }, (_, index) => `e${index}`))
  // Each of them but the newest has passed two stages.
  expect(answer).toMatchObject({ releases: { length: 12 } })
})

test.each([
  [6, 0],
  [7, 1],
])('of %i pipelines, six are shown and %i counted', async (count, unseen) => {
  const many = Array.from({ length: count }, (_, index) => ({ ...OLD, key: { ...OLD.key, pipeline: `shop-${index}` } }))
  const { services } = await bot(...many)
  expect(await pipelineStatuses(services, '*')).toMatchObject({ pipelines: { length: 6 }, unseen })
})
