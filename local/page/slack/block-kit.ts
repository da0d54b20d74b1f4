import * as z from 'zod/mini'
import { richText } from './rich-text.ts'

/**
 * Slack's Block Kit as far as the page draws it (docs.slack.dev, "Blocks"). A bot's message is read here once; a block
 * or element that the page does not know becomes `unknown` with its type's name, and the others are drawn all the same.
 */
const text = z.object({
  type: z.enum(['plain_text', 'mrkdwn']),
  text: z.string(),
  verbatim: z.optional(z.boolean()),
})

const confirmation = z.object({
  title: text,
  text,
  confirm: text,
  deny: text,
  style: z.optional(z.enum(['primary', 'danger'])),
})

const button = z.object({
  type: z.literal('button'),
  text,
  action_id: z._default(z.string(), ''),
  url: z.optional(z.string()),
  style: z.optional(z.enum(['primary', 'danger'])),
  confirm: z.optional(confirmation),
  accessibility_label: z.optional(z.string()),
})

const option = z.object({ text, value: z.string(), description: z.optional(text) })

const field = { action_id: z._default(z.string(), '') }
const textInput = z.object({
  type: z.literal('plain_text_input'),
  ...field,
  multiline: z._default(z.boolean(), false),
  placeholder: z.optional(text),
  initial_value: z.optional(z.string()),
  min_length: z.optional(z.number()),
  max_length: z.optional(z.number()),
})
const choice = z.object({
  type: z.enum(['static_select', 'radio_buttons']),
  ...field,
  placeholder: z.optional(text),
  options: z.array(option),
  initial_option: z.optional(option),
})
const choices = z.object({
  type: z.literal('checkboxes'),
  ...field,
  options: z.array(option),
  initial_options: z.optional(z.array(option)),
})

/** A date and a time, in seconds since 1970. */
const dateTime = z.object({
  type: z.literal('datetimepicker'),
  ...field,
  initial_date_time: z.optional(z.number()),
})

/** Names the unknown type. */
const unknown = z.pipe(
  z.unknown(),
  z.transform((value: unknown) => ({ type: 'unknown' as const, name: typeName(value) })),
)
const image = z.object({ type: z.literal('image'), alt_text: z._default(z.string(), 'Image') })

const inputElement = z.union([textInput, choice, choices, dateTime, unknown])
const blockId = { block_id: z._default(z.string(), '') }

const cell = z.union([
  z.object({ type: z.enum(['raw_text', 'raw_number']), text: z.string() }),
  z.object({ type: z.literal('rich_text'), elements: richText }),
  unknown,
])

const block = z.union([
  z.object({ type: z.literal('header'), ...blockId, text }),
  z.object({
    type: z.literal('section'),
    ...blockId,
    text: z.optional(text),
    fields: z.optional(z.array(text)),
    accessory: z.optional(z.union([button, image, unknown])),
  }),
  z.object({ type: z.literal('context'), ...blockId, elements: z.array(z.union([text, image, unknown])) }),
  z.object({ type: z.literal('divider'), ...blockId }),
  z.object({ type: z.literal('actions'), ...blockId, elements: z.array(z.union([button, unknown])) }),
  z.object({
    type: z.literal('input'),
    ...blockId,
    label: text,
    hint: z.optional(text),
    optional: z._default(z.boolean(), false),
    element: inputElement,
  }),
  z.object({ type: z.literal('rich_text'), ...blockId, elements: richText }),
  z.object({
    type: z.literal('data_table'),
    ...blockId,
    caption: z.string(),
    row_header_column_index: z._default(z.number(), 0),
    rows: z.array(z.array(cell)),
  }),
  z.object({ type: z.literal('image'), ...blockId, alt_text: z._default(z.string(), 'Image') }),
  unknown,
])

const view = z.object({
  title: text,
  submit: z.optional(z.nullable(text)),
  close: z.optional(z.nullable(text)),
  blocks: z._default(z.array(z.unknown()), []),
})

export type Text = z.infer<typeof text>
export type Confirmation = z.infer<typeof confirmation>
export type Button = z.infer<typeof button>
export type Option = z.infer<typeof option>
export type Block = z.infer<typeof block>
export type InputBlock = Extract<Block, { type: 'input' }>
export type InputElement = InputBlock['element']
export type View = Omit<z.infer<typeof view>, 'blocks'> & { blocks: Block[] }

/**
 * Reads a message's or view's blocks. Never throws; a missing block or action id becomes the number of its position.
 */
export const readBlocks = (blocks: unknown[]): Block[] =>
  blocks.map((raw, index) => {
    const read = block.parse(raw)
    if (read.type === 'unknown') return read
    const named = { ...read, block_id: read.block_id || `block-${index}` }
    if (named.type !== 'input' || named.element.type === 'unknown') return named
    return { ...named, element: { ...named.element, action_id: named.element.action_id || `action-${index}` } }
  })

/** Reads a modal's view object; null without a title. */
export const readView = (raw: unknown): View | null => {
  const read = view.safeParse(raw)
  return read.success ? { ...read.data, blocks: readBlocks(read.data.blocks) } : null
}

const typeName = (value: unknown): string =>
  typeof value === 'object' && value !== null && 'type' in value ? String(value.type) : 'block'
