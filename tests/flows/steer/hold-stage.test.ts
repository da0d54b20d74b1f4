import { holdStage } from '../../../functions/flows/steer/hold-stage.ts'
import { KEY, START, actor } from '../../support/records.ts'
import { standingAct } from './standing-act.ts'

const typing = async () => {
  const { services } = await standingAct('hold')
  const who = actor('U0DANA')
  return (
    act: 'hold' | 'resume',
    { pipeline = 'shop-web', stage = 'Production', reason = 'incident', responseUrl = null as string | null } = {},
  ) =>
    holdStage(
      services,
      { id: 'c1', text: '', who, at: START, responseUrl },
      { who, zone: 'UTC' },
      { do: act, pipeline, stage, reason },
    )
}

const NAME_HOLD = 'Name a pipeline, its stage and a reason, as in: hold shop-web Production because incident 4711.'
const NAME_RESUME = 'Name a pipeline and its stage, as in: resume shop-web Production.'

test.each([
  ['hold', { pipeline: '' }, NAME_HOLD],
  ['hold', { stage: '' }, NAME_HOLD],
  ['resume', { pipeline: '' }, NAME_RESUME],
  ['resume', { stage: '' }, NAME_RESUME],
  ['hold', { reason: '' }, 'Say why: because …. People read it in CodePipeline.'],
  ['hold', { reason: 'x'.repeat(251) }, 'A reason has at most 250 characters.'],
  ['resume', { reason: 'x'.repeat(251) }, 'A reason has at most 250 characters.'],
  ['hold', { stage: 'Canary' }, 'The pipeline shop-web has no stage Canary: it has Source, Production.'],
  ['hold', { pipeline: 'shop-api' }, 'No execution of the pipeline shop-api is known in the last 30 days.'],
] as const)('%s with %j: a sentence says what is missing', async (act, typed, because) => {
  const type = await typing()
  expect(await type(act, typed)).toEqual({ kind: 'not-done', because })
})

test('an execution that the table no longer holds is not known either', async () => {
  const { services } = await standingAct('hold')
  services.executions = { ...services.executions, read: async () => null }
  const typed = { id: 'c1', text: '', who: actor('U0DANA'), at: START, responseUrl: null }
  const hold = { do: 'hold', pipeline: 'shop-web', stage: 'Production', reason: 'x' } as const
  expect(await holdStage(services, typed, { who: typed.who, zone: 'UTC' }, hold)).toEqual({
    kind: 'not-done',
    because: 'No execution of the pipeline shop-web is known in the last 30 days.',
  })
})

test('what is typed becomes a request for the stage of that name, in whatever case, with its reason', async () => {
  const type = await typing()
  const reason = 'x'.repeat(250)
  expect(await type('hold', { stage: 'PRODUCTION', reason, responseUrl: 'https://hooks.slack.com/1' })).toMatchObject({
    kind: 'sent',
    effect: {
      do: 'steer-pipeline',
      answerTo: 'https://hooks.slack.com/1',
      request: { act: 'hold', execution: KEY, stage: 'Production', choice: null, reason, id: 'c1', at: START },
    },
  })
})

test('a stage goes on without a reason, and a button of the Home tab has no answer of its own', async () => {
  const type = await typing()
  const answer = await type('resume', { reason: '' })
  expect(answer).toMatchObject({ kind: 'sent', effect: { request: { act: 'resume', reason: null } } })
  expect(answer).not.toHaveProperty('effect.answerTo')
})
