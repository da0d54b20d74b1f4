import { readView } from '../../../../local/page/slack/block-kit.ts'
import { clientErrors, stateValues } from '../../../../local/page/slack/modal-values.ts'
import { rejectModal } from '../snapshots.ts'

const { blocks } = readView(rejectModal('U0DANA').view) ?? { blocks: [] }

test('the inputs become Slack’s state.values', () => {
  const filled = { reason: 'Totals are wrong', next: 'revert', severity: 'high', tell: ['ana', 'team'] }
  expect(stateValues(blocks, filled)).toEqual({
    reason: { text: { type: 'plain_text_input', value: 'Totals are wrong' } },
    next: { choice: { type: 'radio_buttons', selected_option: expect.objectContaining({ value: 'revert' }) } },
    severity: { pick: { type: 'static_select', selected_option: expect.objectContaining({ value: 'high' }) } },
    tell: {
      who: {
        type: 'checkboxes',
        selected_options: [expect.objectContaining({ value: 'ana' }), expect.objectContaining({ value: 'team' })],
      },
    },
  })
})

test('an empty input is null, as in Slack', () => {
  expect(stateValues(blocks, {})).toEqual({
    reason: { text: { type: 'plain_text_input', value: null } },
    next: { choice: { type: 'radio_buttons', selected_option: null } },
    severity: { pick: { type: 'static_select', selected_option: null } },
    tell: { who: { type: 'checkboxes', selected_options: [] } },
  })
})

test('an empty required input is refused before it is sent', () => {
  expect(clientErrors(blocks, {})).toEqual({ reason: 'Please complete this required field.' })
  expect(clientErrors(blocks, { reason: 'x' })).toEqual({})
})

test('a text may be too short or too long, and an input may start with a text', () => {
  const view = (element: object) =>
    readView({
      title: { type: 'plain_text', text: 'T' },
      blocks: [
        { type: 'input', label: { type: 'plain_text', text: 'L' }, element: { type: 'plain_text_input', ...element } },
      ],
    })?.blocks ?? []
  expect(clientErrors(view({ min_length: 3 }), { 'block-0': 'ab' })).toEqual({
    'block-0': 'Please write at least 3 characters.',
  })
  expect(clientErrors(view({ max_length: 300 }), { 'block-0': 'x'.repeat(412) })).toEqual({
    'block-0': 'This has 412 characters. Please shorten it to 300.',
  })
  expect(clientErrors(view({}), { 'block-0': 'x'.repeat(3_001) })).toEqual({
    'block-0': 'This has 3001 characters. Please shorten it to 3000.',
  })
  expect(stateValues(view({ initial_value: 'as before' }), {})).toEqual({
    'block-0': { 'action-0': { type: 'plain_text_input', value: 'as before' } },
  })
})
