import type { Block, InputBlock, InputElement } from './block-kit.ts'
import { ownEntry } from '../../../functions/own-entry.ts'

/** A person's input, by block id: a text, an option's value, or several. */
export type Filled = Record<string, string | string[]>

export const inputsOf = (blocks: Block[]): InputBlock[] => blocks.filter((block) => block.type === 'input')

/** What an input shows before the person changes it. */
export const initialValue = (element: InputElement): string | string[] => {
  switch (element.type) {
    case 'plain_text_input':
      return element.initial_value ?? ''
    case 'checkboxes':
      return element.initial_options?.map(({ value }) => value) ?? []
    case 'datetimepicker':
      return element.initial_date_time === undefined ? '' : localTime(element.initial_date_time * 1_000)
    case 'unknown':
      return ''
    default:
      return element.initial_option?.value ?? ''
  }
}

/** As a control of the type datetime-local has it: without a zone, in the browser's own. `at`: epoch milliseconds. */
const localTime = (at: number): string =>
  new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16)

/** Slack's `view.state.values` (docs.slack.dev, "View submission payloads"). */
export const stateValues = (blocks: Block[], filled: Filled): Record<string, Record<string, unknown>> => {
  const values = inputsOf(blocks).flatMap(({ block_id, element }) => {
    if (element.type === 'unknown') return []
    const value = stateValue(element, ownEntry(filled, block_id) ?? initialValue(element))
    return [[block_id, { [element.action_id]: value }] as const]
  })
  return Object.fromEntries(values)
}

const stateValue = (element: Exclude<InputElement, { type: 'unknown' }>, value: string | string[]): unknown => {
  const { type } = element
  if (type === 'plain_text_input') return { type, value: value === '' ? null : value }
  if (element.type === 'datetimepicker')
    return { type, selected_date_time: value === '' ? null : Date.parse(String(value)) / 1_000 }
  const chosen = element.options.filter((option) => [value].flat().includes(option.value))
  return type === 'checkboxes' ? { type, selected_options: chosen } : { type, selected_option: chosen[0] ?? null }
}

/** The most that Slack takes where an input names no limit of its own. */
const LONGEST_INPUT = 3_000

/** A text that is too long is refused with its length. No pasted text is cut. */
export const tooLong = (length: number, most: number): string =>
  `This has ${length} characters. Please shorten it to ${most}.`

/** What Slack's own client refuses before the app hears of it: block id → sentence. */
export const clientErrors = (blocks: Block[], filled: Filled): Record<string, string> => {
  const errors = inputsOf(blocks).flatMap(({ block_id, element, optional }): [string, string][] => {
    const { length } = ownEntry(filled, block_id) ?? initialValue(element)
    if (length === 0)
      return optional || element.type === 'unknown' ? [] : [[block_id, 'Please complete this required field.']]
    if (element.type !== 'plain_text_input') return []
    const { min_length: least = 0, max_length: most = LONGEST_INPUT } = element
    if (length < least) return [[block_id, `Please write at least ${least} characters.`]]
    return length > most ? [[block_id, tooLong(length, most)]] : []
  })
  return Object.fromEntries(errors)
}
