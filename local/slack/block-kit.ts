import { randomBytes } from 'node:crypto'

/**
 * What Slack refuses about blocks and the emulator takes ("Reference: Blocks", "Reference: Block elements" on
 * docs.slack.dev), and the ids that Slack gives to blocks and elements that come without.
 */

interface Limit {
  /** Which objects it holds for. */
  of: (type: string) => boolean
  field: string
  /** Characters of a text, or number of items of a list. */
  most: number
}

const only = (wanted: string) => (type: string) => type === wanted
const BLOCK_TYPES = [
  'section',
  'header',
  'context',
  'actions',
  'divider',
  'image',
  'input',
  'rich_text',
  'markdown',
  'table',
  'video',
  'file',
]

const LIMITS: Limit[] = [
  { of: only('section'), field: 'text', most: 3000 },
  { of: only('section'), field: 'fields', most: 10 },
  { of: only('header'), field: 'text', most: 150 },
  { of: only('context'), field: 'elements', most: 10 },
  { of: only('actions'), field: 'elements', most: 25 },
  { of: only('input'), field: 'label', most: 2000 },
  { of: only('input'), field: 'hint', most: 2000 },
  { of: only('button'), field: 'text', most: 75 },
  { of: only('button'), field: 'value', most: 2000 },
  { of: only('button'), field: 'url', most: 3000 },
  { of: only('button'), field: 'accessibility_label', most: 75 },
  { of: () => true, field: 'block_id', most: 255 },
  { of: () => true, field: 'action_id', most: 255 },
  { of: () => true, field: 'placeholder', most: 150 },
  { of: only('modal'), field: 'title', most: 24 },
  { of: only('modal'), field: 'submit', most: 24 },
  { of: only('modal'), field: 'close', most: 24 },
  { of: only('modal'), field: 'private_metadata', most: 3000 },
  { of: only('modal'), field: 'callback_id', most: 255 },
  { of: only('modal'), field: 'blocks', most: 100 },
]
const CONFIRM_LIMITS: Record<string, number> = { title: 100, text: 300, confirm: 30, deny: 30 }
const MOST_BLOCKS_IN_A_MESSAGE = 50
const LONGEST_FIELD = 2000

type Json = Record<string, unknown>

/** Every limit that a message's blocks break, in Slack's way of pointing at the place; empty when none. */
export const problemsOfBlocks = (blocks: unknown[]): string[] => {
  const count = blocks.length > MOST_BLOCKS_IN_A_MESSAGE ? [`no more than 50 items allowed [json-pointer:/blocks]`] : []
  return [...count, ...blocks.flatMap((block, index) => problemsOfBlock(block, `/blocks/${index}`))]
}

export const problemsOfView = (view: Json): string[] => {
  const blocks: unknown[] = Array.isArray(view.blocks) ? view.blocks : []
  return [
    ...problemsOf(view, '/view'),
    ...blocks.flatMap((block, index) => problemsOfBlock(block, `/view/blocks/${index}`)),
  ]
}

/** The same blocks, each block and each interactive element with an id. */
export const withIds = (blocks: unknown[]): unknown[] =>
  blocks.map((block) => {
    if (!isJson(block)) return block
    const elements =
      Array.isArray(block.elements) && block.type === 'actions' ? block.elements.map(withActionId) : undefined
    return {
      ...block,
      block_id: block.block_id ?? randomId(),
      ...(elements && { elements }),
      ...(isJson(block.accessory) && { accessory: withActionId(block.accessory) }),
      ...(isJson(block.element) && { element: withActionId(block.element) }),
    }
  })

const problemsOfBlock = (block: unknown, pointer: string): string[] => {
  if (!isJson(block) || !BLOCK_TYPES.includes(String(block.type)))
    return [`unsupported type [json-pointer:${pointer}/type]`]
  const fields: unknown[] = Array.isArray(block.fields) ? block.fields : []
  const elements: unknown[] = Array.isArray(block.elements) ? block.elements : []
  const inner = [block.accessory, block.element, ...elements].filter(isJson)
  return [
    ...problemsOf(block, pointer),
    ...fields.flatMap((field, index) => tooLong(field, LONGEST_FIELD, `${pointer}/fields/${index}`)),
    ...inner.flatMap((element, index) => [
      ...problemsOf(element, `${pointer}/elements/${index}`),
      ...problemsOfConfirm(element.confirm, `${pointer}/elements/${index}/confirm`),
    ]),
    ...missingText(block, pointer),
  ]
}

const problemsOf = (object: Json, pointer: string): string[] =>
  LIMITS.filter((limit) => limit.of(String(object.type))).flatMap((limit) =>
    tooLong(object[limit.field], limit.most, `${pointer}/${limit.field}`),
  )

const problemsOfConfirm = (confirm: unknown, pointer: string): string[] => {
  if (!isJson(confirm)) return []
  return Object.entries(CONFIRM_LIMITS).flatMap(([field, most]) => tooLong(confirm[field], most, `${pointer}/${field}`))
}

const missingText = (block: Json, pointer: string): string[] => {
  if (block.type !== 'section' && block.type !== 'header') return []
  if (block.type === 'section' && block.text === undefined && Array.isArray(block.fields)) return []
  return textOf(block.text) ? [] : [`must be more than 0 characters [json-pointer:${pointer}/text/text]`]
}

const tooLong = (value: unknown, most: number, pointer: string): string[] => {
  const length = Array.isArray(value) ? value.length : (textOf(value)?.length ?? 0)
  const what = Array.isArray(value) ? 'items' : 'characters'
  return length > most ? [`must be no more than ${most} ${what} [json-pointer:${pointer}]`] : []
}

/** The text of a plain string or of a text object. */
const textOf = (value: unknown): string | undefined => {
  const text = isJson(value) ? value.text : value
  return typeof text === 'string' ? text : undefined
}

const withActionId = (element: unknown): unknown =>
  isJson(element) ? { ...element, action_id: element.action_id ?? randomId() } : element

const randomId = (): string => randomBytes(4).toString('base64url').slice(0, 5)

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
