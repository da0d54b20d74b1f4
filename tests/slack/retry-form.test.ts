import {
  failedStageIn,
  modeFrom,
  parseRetryMetadata,
  retryAnswer,
  retryButtons,
  retryModal,
} from '../../functions/slack/retry-form.ts'
import { asText } from '../support/as-text.ts'
import { messageProblems, modalProblems } from '../support/block-kit-limits.ts'
import { KEY } from '../support/records.ts'

const LONGEST = {
  execution: { ...KEY, pipeline: 'p'.repeat(100), executionId: '0b1c2d3e-4f5a-6b7c-8d9e-0f1a2b3c4d5e' },
  stage: 's'.repeat(100),
}

const valueOf = (blocks: ReturnType<typeof retryButtons>): string => (blocks[0]!.elements[0] as { value: string }).value

test('the button carries the stage, which is read back, and keeps Slack’s limits', () => {
  const blocks = retryButtons(LONGEST)
  expect(failedStageIn(valueOf(blocks))).toEqual(LONGEST)
  expect(messageProblems({ text: 'It failed', blocks })).toEqual([])
})

test('the form says what will happen, keeps Slack’s limits, and is read back', () => {
  const value = valueOf(retryButtons(LONGEST))
  const modal = retryModal(LONGEST, value, 'C0DEPLOYS')
  expect(modalProblems(modal)).toEqual([])
  expect(asText(modal)).toContain('An approval that is among them is requested again.')
  expect(parseRetryMetadata(modal.private_metadata!)).toEqual({ failed: LONGEST, from: 'C0DEPLOYS' })
})

test.each(['', 'a/b/c', '111122223333/eu-west-1/shop web/e1/Production', '111122223333/eu-west-1/shop/e1/'])(
  'a value that Greenlight did not write is no stage: %s',
  (value) => {
    expect(failedStageIn(value)).toBeNull()
    expect(() => parseRetryMetadata(JSON.stringify({ value, from: null }))).toThrow('not in the documented shape')
  },
)

test('a choice that the form does not offer is refused', () => {
  const chosen = (value: string) => ({ mode: { which: { selected_option: { value } } } })
  expect(modeFrom(chosen('ALL_ACTIONS'))).toBe('ALL_ACTIONS')
  expect([modeFrom(chosen('toString')), modeFrom({}), modeFrom({ mode: { which: {} } })]).toEqual([null, null, null])
})

test('the answer says how it ended', () => {
  const of = { pipeline: 'shop-web', stage: 'Production' }
  expect(retryAnswer({ ...of, answer: 'retried', because: null }).title).toBe('Retried')
  const { title, parts } = retryAnswer({ ...of, answer: 'refused', because: 'The stage is at work already.' })
  expect(title).toBe('Not retried')
  expect(JSON.stringify(parts)).toContain('The stage is at work already.')
})
