import type { SteeringAim } from '../../functions/domain/steering.ts'
import { STEERING_ACTS } from '../../functions/domain/steering.ts'
import {
  aimIn,
  keptRefusal,
  missingWords,
  parseSteeringMetadata,
  steeringAnswer,
  steeringFrom,
  steeringModal,
} from '../../functions/slack/steering-form.ts'
import { steeringButtons } from '../../functions/slack/steering-buttons.ts'
import { asText } from '../support/as-text.ts'
import { messageProblems, modalProblems } from '../support/block-kit-limits.ts'
import { KEY, ROUNDING, START, revision } from '../support/records.ts'

const LONGEST: SteeringAim = {
  act: 'retry',
  execution: { ...KEY, pipeline: 'p'.repeat(100), executionId: '0b1c2d3e-4f5a-6b7c-8d9e-0f1a2b3c4d5e' },
  stage: 's'.repeat(100),
}

const valueOf = (blocks: ReturnType<typeof steeringButtons>): string =>
  (blocks[0]!.elements[0] as { value: string }).value

test('the button carries its aim, which is read back, and keeps Slack’s limits', () => {
  const blocks = steeringButtons([LONGEST])
  expect(aimIn('retry', valueOf(blocks))).toEqual(LONGEST)
  expect(messageProblems({ text: 'It failed', blocks })).toEqual([])
})

test('the form says what will happen, keeps Slack’s limits, and is read back', () => {
  const modal = steeringModal(LONGEST, 'C0DEPLOYS')
  expect(modalProblems(modal)).toEqual([])
  expect(asText(modal)).toContain('An approval that is among them is requested again.')
  expect(parseSteeringMetadata(modal.private_metadata!)).toEqual({
    aim: LONGEST,
    from: 'C0DEPLOYS',
    target: null,
  })
})

test.each(['', 'a/b/c', '111122223333/eu-west-1/shop web/e1/Production', '111122223333/eu-west-1/shop//Production'])(
  'a value that Greenlight did not write is no aim: %s',
  (value) => {
    expect(aimIn('retry', value)).toBeNull()
    const metadata = JSON.stringify({ act: 'retry', value, from: null })
    expect(() => parseSteeringMetadata(metadata)).toThrow('not in the documented shape')
  },
)

test('an act that Greenlight does not have is no form of its own', () => {
  const { private_metadata: metadata } = steeringModal(LONGEST, null)
  expect(() => parseSteeringMetadata(metadata!.replace('"retry"', '"toString"'))).toThrow('not in the documented shape')
})

test('the form keeps the thread of its button', () => {
  const { private_metadata: metadata } = steeringModal(LONGEST, 'C0DEPLOYS', null, { thread: '1.000001' })
  expect(parseSteeringMetadata(metadata!)).toMatchObject({ from: 'C0DEPLOYS', thread: '1.000001' })
})

test('a choice that the form does not offer is refused', () => {
  const chosen = (value: string) => ({ choice: { which: { selected_option: { value } } } })
  expect(steeringFrom(LONGEST, chosen('ALL_ACTIONS'))).toMatchObject({ act: 'retry', choice: 'ALL_ACTIONS' })
  for (const values of [chosen('toString'), {}, { choice: { which: {} } }])
    expect(steeringFrom(LONGEST, values)).toBeNull()
})

test('a stop asks for a reason, and the form with a blank one says what is missing', () => {
  const stop: SteeringAim = { ...LONGEST, act: 'stop', stage: null }
  const modal = steeringModal(stop, null)
  expect(modalProblems(modal)).toEqual([])
  const sent = (words: string) => ({
    choice: { which: { selected_option: { value: 'wait' } } },
    reason: { words: { value: words } },
  })
  expect(missingWords(stop, sent(' '))).toEqual({ reason: expect.stringContaining('Enter a reason') })
  expect(missingWords(stop, sent('Wrong branch'))).toBeNull()
  expect(steeringFrom(stop, sent(' Wrong branch '))).toMatchObject({ choice: 'wait', reason: 'Wrong branch' })
  expect(steeringFrom(stop, sent('x'.repeat(161)))).toBeNull()
})

test('a refusal stands under the words that the form keeps, and in place of a form without words', () => {
  const because = 'You may not stop this execution.'
  expect(keptRefusal({ ...LONGEST, act: 'stop', stage: null }, because)).toEqual({ reason: because })
  expect(keptRefusal(LONGEST, because)).toBeNull()
})

test.each([
  [[ROUNDING], START, 'Back to Fix rounding in basket totals (4f9c2e1)', 'Good here since Mon, Nov 23 at 09:30 UTC.'],
  [[ROUNDING, revision('b01d7aa', 'Add gift cards')], START, 'Back to 2 changes: Fix rounding', 'Good here since'],
  [[], null, 'Back to a change that CodePipeline does not name', 'does not say since when'],
])(
  'a rollback’s form says what the stage goes back to, which comes back with it: %#',
  (revisions, since, change, at) => {
    const rollback: SteeringAim = { ...LONGEST, act: 'rollback' }
    const executionId = '9f8e7d6c-5b4a-4392-8170-6f5e4d3c2b1a'
    const modal = steeringModal(rollback, null, { executionId, since, revisions })
    expect(modalProblems(modal)).toEqual([])
    for (const words of [change, 'Execution 9f8e7d6c.', at]) expect(asText(modal)).toContain(words)
    const { aim, target } = parseSteeringMetadata(modal.private_metadata!)
    expect(steeringFrom(aim, {}, target)).toEqual({ ...rollback, choice: executionId, reason: null })
    // Without an execution that its person has read, there is nothing to do.
    expect(steeringFrom(aim, {}, null)).toBeNull()
  },
)

test('a message has one red button at most', () => {
  const blocks = steeringButtons(STEERING_ACTS.map((act) => ({ ...LONGEST, act })))
  expect(blocks[0]!.elements.filter((element) => 'style' in element && element.style === 'danger')).toHaveLength(1)
  expect(messageProblems({ text: 'It runs', blocks })).toEqual([])
})

test('the answer says how it ended', () => {
  const steering = { ...LONGEST, stage: 'Production' }
  expect(steeringAnswer({ steering, answer: 'taken', because: null }).title).toBe('Retried')
  const { title, parts } = steeringAnswer({ steering, answer: 'refused', because: 'The stage is at work already.' })
  expect(title).toBe('Not retried')
  expect(JSON.stringify(parts)).toContain('The stage is at work already.')
})
