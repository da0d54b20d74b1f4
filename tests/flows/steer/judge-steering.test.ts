import type { Progress, StateChange } from '../../../functions/domain/execution.ts'
import { applyEvent } from '../../../functions/domain/execution.ts'
import { STEERING, STEERING_ACTS } from '../../../functions/domain/steering.ts'
import {
  mendsOffered,
  releaseStands,
  steeringOffered,
  steeringOfferedTo,
  whyNotSteered,
} from '../../../functions/flows/steer/judge-steering.ts'
import { KEY, SECOND, START, actionChange, execution, pipelineChange, stageChange } from '../../support/records.ts'
import { CONFIGURATION, standingAct } from './standing-act.ts'

const RETRY = { act: 'retry', execution: KEY, stage: 'Production' } as const
const stages = ['Source', 'Production']
const of = (...changes: StateChange[]) => ({ ...execution(changes), stageOrder: stages })
const failedAction = (action: string, category: string): StateChange =>
  ({ ...actionChange('Production', action, 'failed', START), category }) as StateChange
const IN_STAGE = [stageChange('Production', 'failed', START), pipelineChange('failed', START)]

const WORDS = {
  retry: 'retry this stage',
  rollback: 'roll this stage back',
  stop: 'stop this execution',
  hold: 'hold this stage',
  resume: 'let this stage go on',
  release: 'start this pipeline',
}
const whoMay = (may: string) => `The setting “may: { ${may}: … }” of its route in greenlight.yml says who may.`

describe.each(STEERING_ACTS)('%s', (act) => {
  const { may } = STEERING[act]

  test('is for the people whom the permission names', async () => {
    const { services, aim } = await standingAct(act)
    expect(await whyNotSteered(services, aim, 'U0DANA')).toBeNull()
    expect(await whyNotSteered(services, aim, 'U0ELI')).toBe(
      `You may not ${WORDS[act]}. These people may: DANA. ${whoMay(may)}`,
    )
    expect(await steeringOfferedTo(services, { aims: [aim], stages, userId: 'U0DANA' })).toEqual([aim])
    expect(await steeringOfferedTo(services, { aims: [aim], stages, userId: 'U0ELI' })).toEqual([])
  })

  test('is for no one without the permission, or without a route', async () => {
    const { services, aim } = await standingAct(act, { configuration: CONFIGURATION.replace(/ {4}may: .*\n/, '') })
    expect(await whyNotSteered(services, aim, 'U0DANA')).toBe(`No one may ${WORDS[act]} in Slack. ${whoMay(may)}`)
    const { services: unrouted } = await standingAct(act, { configuration: 'routes: []' })
    expect(await whyNotSteered(unrouted, aim, 'U0DANA')).toBe(`No one may ${WORDS[act]} in Slack. ${whoMay(may)}`)
    expect(await steeringOfferedTo(unrouted, { aims: [aim], stages, userId: 'U0DANA' })).toEqual([])
  })

  test.each([
    [['S0GONE'], 'Slack has no user group S0GONE'],
    [['S0GONE', 'S0LOST'], 'Slack has no user group S0GONE; Slack has no user group S0LOST'],
  ])('is not judged while the groups %j cannot be read', async (groups, unread) => {
    const configuration = CONFIGURATION.replaceAll('{ people: [U0DANA] }', `{ groups: [${groups.join(', ')}] }`)
    const { services, aim } = await standingAct(act, { configuration })
    expect(await whyNotSteered(services, aim, 'U0DANA')).toBe(
      `Greenlight cannot tell whether you may ${WORDS[act]}: ${unread}.`,
    )
  })

  test('is not done where there is nothing to do', async () => {
    const { services, aim } = await standingAct(act)
    const other = { ...KEY, executionId: 'other' }
    const standsNot = act === 'release' ? of(pipelineChange('running', START)) : of(pipelineChange('succeeded', START))
    await services.executions.create({ ...standsNot, key: other })
    const why = (stage = aim.stage) => whyNotSteered(services, { ...aim, execution: other, stage }, 'U0DANA')
    const sentences = {
      retry: 'The stage Production of this execution does not stand failed any more.',
      rollback: 'No deployment of this execution stands failed in the stage Production any more.',
      stop: 'This execution is over.',
      hold: 'Source is the pipeline’s first stage, which cannot be held.',
      resume: 'Source is the pipeline’s first stage, which cannot be held.',
      release: 'This execution runs again, or a newer one has taken its place.',
    }
    expect(await why(act === 'hold' || act === 'resume' ? 'Source' : aim.stage)).toBe(sentences[act])
  })
})

test('on two routes, those may whom both name', async () => {
  const second = `  - match: { pipeline: '*', stage: Production, action: Canary }
    approvers: [{ name: engineers, people: [U0ANA] }]
    may: { retry: { people: [U0ELI, U0CHEN] } }
`
  const both = CONFIGURATION.replace('routes:\n', `routes:\n${second}`).replace(
    'retry: { people: [U0DANA] }',
    'retry: { people: [U0DANA, U0CHEN] }',
  )
  const { services } = await standingAct('retry', { configuration: both })
  expect(await whyNotSteered(services, RETRY, 'U0DANA')).toBe(
    `You may not retry this stage. These people may: CHEN. ${whoMay('retry')}`,
  )
  for (const [userId, offered] of [
    ['U0DANA', []],
    ['U0CHEN', [RETRY]],
  ] as const)
    expect(await steeringOfferedTo(services, { aims: [RETRY], stages, userId })).toEqual(offered)
})

test('a change freeze holds it up, and one whose calendar cannot be read as well', async () => {
  const frozen = (freeze: string) => CONFIGURATION + `    freeze: [{ name: stocktaking, ${freeze} }]\n`
  const { services } = await standingAct('retry', { configuration: frozen('from: Mon 00:00, to: Sun 23:59') })
  expect(await whyNotSteered(services, RETRY, 'U0DANA')).toBe(
    'The change freeze “stocktaking” is in force. Do this after it.',
  )
  const calendar = "calendar: 'arn:aws:ssm:eu-west-1:111122223333:document/freezes'"
  const { services: unread } = await standingAct('retry', { configuration: frozen(calendar) })
  unread.calendars = { stateAt: async () => ({ kind: 'unread', because: 'AWS did not answer' }) }
  expect(await whyNotSteered(unread, RETRY, 'U0DANA')).toMatch(
    /^Greenlight cannot tell whether the change freeze “stocktaking” is in force: .*AWS did not answer\.$/,
  )
})

test('an action that ran when the stage failed has ended, and one that began later has not', async () => {
  const { services } = await standingAct('retry')
  const runs = (at: number) =>
    services.executions.change(KEY, (one) => [
      applyEvent(one, actionChange('Production', 'Migrate', 'running', at), START),
      null,
    ])
  await runs(START)
  expect(await whyNotSteered(services, RETRY, 'U0DANA')).toBeNull()
  await runs(START + SECOND)
  expect(await whyNotSteered(services, RETRY, 'U0DANA')).toBe(
    'Other actions of the stage Production still run. Ask again once they have ended.',
  )
})

test.each<[string, StateChange[], string[]]>([
  ['a deployment failed', [failedAction('Deploy', 'Deploy')], ['retry', 'rollback']],
  ['no action failed, but a condition', [], ['retry', 'rollback']],
  ['an approval was rejected', [failedAction('Approve', 'Approval')], ['retry']],
  [
    'an approval was rejected after another action',
    [actionChange('Production', 'Test', 'succeeded', START), failedAction('Approve', 'Approval')],
    ['retry'],
  ],
  [
    'an approval was rejected and a deployment failed',
    [failedAction('Approve', 'Approval'), failedAction('Deploy', 'Deploy')],
    ['retry', 'rollback'],
  ],
])('where %s, %j, the stage can be mended so', async (_, actions, acts) => {
  const { services } = await standingAct('retry')
  const failed = of(...IN_STAGE.slice(0, 1), ...actions, ...IN_STAGE.slice(1))
  const mends = (all: { act: string }[]) => all.map(({ act }) => act).filter((act) => act !== 'release')
  expect(mends(steeringOffered(services, failed))).toEqual(acts)
  expect(mendsOffered(services, failed).map(({ act }) => act)).toEqual(acts)
})

test('with the first event that tells of a failure, what mends it is offered, and nothing else', async () => {
  const { services } = await standingAct('retry')
  const early = of(stageChange('Production', 'running', START), failedAction('Deploy', 'Deploy'))
  expect(mendsOffered(services, early).map(({ act }) => act)).toEqual(['retry', 'rollback'])
})

test.each<[Progress, boolean]>([
  ['running', false],
  ['superseded', false],
  ['canceled', true],
  ['failed', true],
  ['succeeded', true],
])('a pipeline whose execution is %s: whether it can be started from there is %s', (progress, can) => {
  const ended = of(pipelineChange(progress, START))
  expect(releaseStands(ended)).toBe(can)
})
