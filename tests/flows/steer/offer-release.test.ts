import { configurationFrom } from '../../../functions/config/configuration.ts'
import { readConfiguration } from '../../../functions/config/read-configuration.ts'
import type { Execution } from '../../../functions/domain/execution.ts'
import { holdStage } from '../../../functions/flows/steer/hold-stage.ts'
import { offerRelease } from '../../../functions/flows/steer/offer-release.ts'
import { commandAnswer } from '../../../functions/slack/command-answer.ts'
import { asText } from '../../support/as-text.ts'
import { answerProblems } from '../../support/block-kit-limits.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { KEY, START, actor, execution, pipelineChange, stageChange } from '../../support/records.ts'

const CONFIGURATION = `
defaults: { approvals: C0RELEASES }
routes:
  - match: { pipeline: '*', stage: Production }
    approvers: [{ name: engineers, people: [U0ANA] }]
    may: { release: { people: [U0DANA, U0ELI] } }
`
const OVER = execution([stageChange('Production', 'succeeded', START), pipelineChange('succeeded', START)])
const RUNNING = execution([stageChange('Production', 'running', START), pipelineChange('running', START)])

const world = async (executions: readonly Execution[], file = CONFIGURATION) => {
  const { services: memory } = botInMemory()
  const read = readConfiguration(file)
  if (read.kind === 'invalid') throw new Error(JSON.stringify(read.problems))
  const services = { ...memory, configuration: configurationFrom(read.configuration) }
  for (const one of executions) await services.executions.create({ ...one, stageOrder: ['Source', 'Production'] })
  const typed = async (pipeline: string, userId = 'U0DANA') => {
    const answer = await offerRelease(services, { who: actor(userId), zone: 'UTC' }, pipeline)
    const message = commandAnswer(answer, `release ${pipeline}`)
    expect(answerProblems(message)).toEqual([])
    return { answer, ...message }
  }
  return { services, typed }
}

test('who may release gets the button of the newest execution that is over, and reads what runs', async () => {
  const newer = { ...RUNNING, key: { ...KEY, executionId: 'e2' }, firstEventAt: START + 1 }
  const { typed } = await world([OVER, newer])
  const { answer, text, blocks } = await typed('shop-web')
  expect(answer).toMatchObject({ aim: { act: 'release', execution: KEY, stage: null }, running: [{ key: newer.key }] })
  expect(text).toMatch(/^Release the newest change of shop-web\?[^]*1 execution runs already:/)
  expect(asText({ blocks: blocks })).toContain('[Release change…]')
})

test.each([
  [
    'by a person whom no route names',
    'shop-web',
    'U0BEN',
    {},
    /^No new execution of shop-web was started\. You may not start this pipeline\. These people may: .+, .+\. The setting “may: { release/,
  ],
  [
    'where no one may',
    'shop-web',
    'U0DANA',
    { file: CONFIGURATION.replace(/ {4}may.*\n/, '') },
    /No one may start this pipeline in Slack/,
  ],
  ['without a name', '', 'U0DANA', {}, /^Name one pipeline, as in: release shop-web\. Nothing was changed\./],
  [
    'of a pipeline that is not known, with the nearest',
    'shop-wbe',
    'U0DANA',
    {},
    /pipeline shop-wbe is known in the last 30 days\. Did you mean shop-web\?/,
  ],
  [
    'of a pipeline without an execution that has ended',
    'shop-web',
    'U0DANA',
    { known: [RUNNING] },
    /^No execution of shop-web is known that has ended/,
  ],
  [
    'of a name that two accounts have',
    'shop-web',
    'U0DANA',
    { known: [OVER, { ...OVER, key: { ...KEY, region: 'us-east-1' } }] },
    /^Several accounts or Regions have a pipeline shop-web/,
  ],
] as [string, string, string, { file?: string; known?: Execution[] }, RegExp][])(
  'nothing is offered %s',
  async (_, pipeline, userId, { file, known = [OVER] }, words) => {
    const { typed } = await world(known, file)
    const { text, blocks } = await typed(pipeline, userId)
    expect(text).toMatch(words)
    expect(JSON.stringify(blocks)).not.toContain('button')
  },
)

test('to hold a stage of a pipeline that is not known, the nearest is named too', async () => {
  const { services } = await world([OVER])
  const typed = { id: 'c1', text: '', who: actor('U0DANA'), at: START, responseUrl: null }
  const hold = { do: 'resume', pipeline: 'shopweb', stage: 'Production', reason: '' } as const
  expect(await holdStage(services, typed, { who: typed.who, zone: 'UTC' }, hold)).toMatchObject({
    because: expect.stringMatching(/Did you mean shop-web\?$/),
  })
})

test.each([
  [11, 'release-offered'],
  [12, 'not-done'],
])('behind %i executions that run, the one that is over: %s', async (running, kind) => {
  const { typed } = await world([
    OVER,
    ...Array.from({ length: running }, (_, index) => ({
      ...RUNNING,
      key: { ...KEY, executionId: `e${index}` },
      firstEventAt: START + 1 + index,
    })),
  ])
  expect((await typed('shop-web')).answer.kind).toBe(kind)
})
