import { randomBytes } from 'node:crypto'
import { BLOCK_TYPES, RULES, isJson } from './block-kit-rules.ts'
import type { Json } from './block-kit-rules.ts'
import { ownEntry } from '../../functions/own-entry.ts'

const MOST_BLOCKS_IN_A_MESSAGE = 50
/** Not documented: Slack was seen to refuse blocks whose JSON is about this long. */
const MOST_CHARACTERS_IN_A_MESSAGE = 13_200

/** Whether Slack answers `msg_blocks_too_long`. */
export const areTooLong = (blocks: unknown[]): boolean => JSON.stringify(blocks).length > MOST_CHARACTERS_IN_A_MESSAGE

/** Every limit that a message's blocks break, with Slack's notation for the place; empty if none. */
export const problemsOfBlocks = (blocks: unknown[]): string[] => [
  ...(blocks.length > MOST_BLOCKS_IN_A_MESSAGE ? ['no more than 50 items allowed [json-pointer:/blocks]'] : []),
  ...problemsOfList(blocks, '/blocks'),
]

export const problemsOfView = (view: Json): string[] => [
  ...problemsOf('modal', view, '/view'),
  ...problemsOfList(Array.isArray(view.blocks) ? view.blocks : [], '/view/blocks'),
]

/** Of a Home tab ("Home tab views" on docs.slack.dev). */
export const problemsOfHome = (view: Json): string[] => [
  ...(view.type === 'home' ? [] : ['must be home [json-pointer:/view/type]']),
  ...['title', 'submit', 'close'].flatMap((field) =>
    (ownEntry(view, field) ?? null) === null ? [] : [`not allowed [json-pointer:/view/${field}]`],
  ),
  ...problemsOf('home', view, '/view'),
  ...problemsOfList(Array.isArray(view.blocks) ? view.blocks : [], '/view/blocks'),
]

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

const problemsOfList = (blocks: unknown[], pointer: string): string[] => {
  const ids = blocks.flatMap((block) => (isJson(block) && typeof block.block_id === 'string' ? block.block_id : []))
  return [
    ...(new Set(ids).size < ids.length ? [`block_id already exists [json-pointer:${pointer}]`] : []),
    ...blocks.flatMap((block, index) => problemsOfBlock(block, `${pointer}/${index}`)),
  ]
}

const problemsOfBlock = (block: unknown, pointer: string): string[] => {
  if (!isJson(block) || !BLOCK_TYPES.has(String(block.type))) return [`unsupported type [json-pointer:${pointer}/type]`]
  const hasNoText = block.type === 'section' && block.text === undefined && block.fields === undefined
  return [
    ...problemsOf(String(block.type), block, pointer),
    ...(hasNoText ? [`missing required field [json-pointer:${pointer}/text]`] : []),
    ...problemsOfInner(block, pointer),
  ]
}

/** The fields in which elements and texts are. */
const INNER = ['elements', 'fields', 'accessory', 'element', 'options']

const problemsOfInner = (object: Json, pointer: string): string[] =>
  INNER.flatMap((field) => {
    const value = ownEntry(object, field)
    const all: [unknown, string][] = Array.isArray(value)
      ? value.map((one, index) => [one, `${pointer}/${field}/${index}`])
      : [[value, `${pointer}/${field}`]]
    return all.flatMap(([one, at]) =>
      isJson(one) ? [...problemsOf(String(one.type), one, at), ...problemsOfInner(one, at)] : [],
    )
  })

const problemsOf = (type: string, object: Json, pointer: string): string[] => [
  ...Object.entries(ownEntry(RULES, type) ?? {}).flatMap(([field, demand]) =>
    demand(ownEntry(object, field)).map((problem) => `${problem} [json-pointer:${pointer}/${field}]`),
  ),
  ...(isJson(object.confirm) && type === 'button' ? problemsOf('confirm', object.confirm, `${pointer}/confirm`) : []),
]

const withActionId = (element: unknown): unknown =>
  isJson(element) ? { ...element, action_id: element.action_id ?? randomId() } : element

const randomId = (): string => randomBytes(4).toString('base64url').slice(0, 5)
