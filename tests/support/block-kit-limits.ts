/**
 * What Slack refuses in a message or a modal ("Reference: blocks", "composition objects", "views", and what its API
 * answers invalid_blocks or msg_blocks_too_long to). Each problem names where it is.
 */
interface Node {
  type?: unknown
  [key: string]: unknown
}

/** Not documented; Slack was seen to refuse blocks of about this size, so the whole JSON stays below it. */
const MOST_CHARACTERS = 13_200
/** chat.update takes less `text` than chat.postMessage. */
const MOST_TEXT = 4_000

/** The same for a message that mentions people on purpose, also in its `text`. */
export const answerProblems = ({ text, blocks }: { text: string; blocks: readonly object[] }): string[] =>
  messageProblems({ text: text.replaceAll(/<@[UW][A-Z0-9]+>/g, '@'), blocks })

export const messageProblems = ({ text, blocks }: { text: string; blocks: readonly object[] }): string[] => [
  ...long('text', text, 1, MOST_TEXT),
  ...(ESCAPED.test(text) ? [] : ['text: <, > or & is not escaped']),
  ...count('blocks', blocks, 50),
  ...(JSON.stringify(blocks).length > MOST_CHARACTERS ? [`blocks: ${JSON.stringify(blocks).length} characters`] : []),
  ...blocksProblems(blocks),
]

export const modalProblems = (modal: object): string[] => {
  const { title, submit, close, blocks, private_metadata, callback_id } = modal as Node
  return [
    ...plain('title', title, 24),
    ...(submit === undefined ? [] : plain('submit', submit, 24)),
    ...(close === undefined ? [] : plain('close', close, 24)),
    ...(private_metadata === undefined ? [] : long('private_metadata', private_metadata, 0, 3_000)),
    ...(callback_id === undefined ? [] : long('callback_id', callback_id, 1, 255)),
    ...count('blocks', blocks, 100),
    ...blocksProblems(blocks as Node[]),
  ]
}

/** "Home tab views": 100 blocks, and 250 kB ("views.publish", view_too_large). */
export const homeProblems = (view: object): string[] => {
  const { blocks } = view as Node
  const size = JSON.stringify(view).length
  return [
    ...count('blocks', blocks, 100),
    ...blocksProblems(blocks as Node[]),
    ...(size > 250_000 ? [`view: ${size} characters`] : []),
  ]
}

/** Every text that Slack reads as mrkdwn. */
export const mrkdwnTexts = (of: unknown): string[] => collect(of, (node) => node.type === 'mrkdwn').map(textOf)
/** Every address that a click opens. */
export const addresses = (of: unknown): string[] =>
  collect(of, (node) => typeof node['url'] === 'string').map(({ url }) => String(url))
/** The people whom a message mentions. */
export const people = (of: unknown): string[] =>
  collect(of, (node) => node.type === 'user').map((node) => String(node['user_id']))
/** Everything that a person reads, in order, without markup. */
export const readable = (of: unknown): string =>
  collect(of, (node) => typeof node['text'] === 'string' || node.type === 'user' || node.type === 'date')
    .map((node) => (node.type === 'user' ? `@${String(node['user_id'])}` : textOf(node)))
    .join('')

const textOf = (node: Node): string => String(node['text'] ?? node['fallback'])

const collect = (value: unknown, wanted: (node: Node) => boolean): Node[] => {
  if (typeof value !== 'object' || value === null) return []
  const node = value as Node
  return [...(wanted(node) ? [node] : []), ...Object.values(node).flatMap((inner) => collect(inner, wanted))]
}

const ESCAPED = /^(?:[^<>&]|&(?:amp|lt|gt);)*$/

const blocksProblems = (blocks: readonly object[]): string[] => {
  const ids = (blocks as Node[]).flatMap(({ block_id }) => (typeof block_id === 'string' ? block_id : []))
  return [
    ...(new Set(ids).size < ids.length ? ['blocks: a block_id is used twice'] : []),
    ...(blocks as Node[]).flatMap((block, index) => {
      const check = BLOCKS[String(block.type)]
      const where = `blocks.${index}`
      return check ? check(where, block) : [`${where}: no such block as ${String(block.type)}`]
    }),
  ]
}

type Check = (where: string, node: Node) => string[]

const long = (where: string, value: unknown, least: number, most: number): string[] => {
  if (typeof value !== 'string') return [`${where}: not a text`]
  return [
    ...(value.length < least ? [`${where}: empty`] : []),
    ...(value.length > most ? [`${where}: ${value.length} characters, at most ${most}`] : []),
    ...(value.isWellFormed() ? [] : [`${where}: half a character`]),
  ]
}

const count = (where: string, value: unknown, most: number): string[] =>
  Array.isArray(value) && value.length >= 1 && value.length <= most
    ? []
    : [`${where}: ${Array.isArray(value) ? value.length : 'not a list'}, must be 1 to ${most}`]

const plain = (where: string, value: unknown, most: number): string[] =>
  (value as Node | undefined)?.type === 'plain_text'
    ? long(where, (value as Node)['text'], 1, most)
    : [`${where}: not plain_text`]

const address: Check = (where, { url }) => [
  ...long(`${where}.url`, url, 1, 3_000),
  ...(URL.canParse(String(url)) && /^https?:\/\/\S+$/i.test(String(url)) ? [] : [`${where}.url: no web address`]),
]

const BLOCKS: Record<string, Check> = {
  header: (where, { text }) => plain(where, text, 150),
  section: (where, { text }) => long(where, (text as Node | undefined)?.['text'], 1, 3_000),
  context: (where, { elements }) => [
    ...count(where, elements, 10),
    ...(elements as Node[]).flatMap(({ text }, index) => long(`${where}.${index}`, text, 1, 2_000)),
  ],
  actions: (where, { elements, block_id }) => [
    ...long(`${where}.block_id`, block_id, 1, 255),
    ...count(where, elements, 25),
    ...(elements as Node[]).flatMap((element, index) => buttonProblems(`${where}.${index}`, element)),
  ],
  rich_text: (where, { elements }) => [
    ...count(where, elements, 100),
    ...(elements as Node[]).flatMap((element, index) => richProblems(`${where}.${index}`, element)),
  ],
  data_table: (where, { caption, rows, page_size }) => {
    const [header = [], ...body] = rows as Node[][]
    const cells = (rows as Node[][]).flat()
    const characters = cells.map(textOf).join('').length
    return [
      ...long(`${where}.caption`, caption, 1, Infinity),
      ...count(where, rows, 101),
      ...(body.length > 0 ? [] : [`${where}: no row`]),
      ...count(where, header, 20),
      ...(body.every(({ length }) => length === header.length) ? [] : [`${where}: rows of several lengths`]),
      ...(Number(page_size) >= 1 && Number(page_size) <= 100 ? [] : [`${where}.page_size: not 1 to 100`]),
      ...(header.every(({ type }) => type === 'raw_text') ? [] : [`${where}: a header that is no raw_text`]),
      ...cells.flatMap(({ type, text, value }, index) => [
        ...long(`${where}.${index}`, text, 1, Infinity),
        ...(type === 'raw_text' || Number.isFinite(value) ? [] : [`${where}.${index}: no number`]),
      ]),
      ...(characters <= 10_000 ? [] : [`${where}: ${characters} characters, at most 10000`]),
    ]
  },
  input: (where, { label, hint, element, block_id }) => [
    ...long(`${where}.block_id`, block_id, 1, 255),
    ...plain(`${where}.label`, label, 2_000),
    ...(hint === undefined ? [] : plain(`${where}.hint`, hint, 2_000)),
    ...long(`${where}.action_id`, (element as Node)['action_id'], 1, 255),
    ...((element as Node)['options'] === undefined ? [] : count(`${where}.options`, (element as Node)['options'], 10)),
    ...(((element as Node)['options'] ?? []) as Node[]).flatMap((option, index) => [
      ...plain(`${where}.options.${index}.text`, option['text'], 75),
      ...(option['description'] === undefined
        ? []
        : plain(`${where}.options.${index}.description`, option['description'], 75)),
      ...long(`${where}.options.${index}.value`, option['value'], 1, 150),
    ]),
    ...(['radio_buttons', 'checkboxes'].includes(String((element as Node).type)) ||
    Number((element as Node)['max_length']) <= 3_000
      ? []
      : [`${where}.max_length: over 3000`]),
  ],
}

const buttonProblems: Check = (where, button) => {
  const { action_id, text, value, url, accessibility_label, style, confirm } = button
  return [
    ...long(`${where}.action_id`, action_id, 1, 255),
    ...plain(`${where}.text`, text, 75),
    ...(value === undefined ? [] : long(`${where}.value`, value, 1, 2_000)),
    ...(url === undefined ? [] : address(where, button)),
    ...long(`${where}.accessibility_label`, accessibility_label, 1, 75),
    // WCAG 2.2, "Label in Name": a person who speaks to the machine says what they see.
    ...(String(accessibility_label).startsWith(String((text as Node)['text']))
      ? []
      : [`${where}.accessibility_label: does not begin with the label`]),
    ...(style === undefined || style === 'primary' || style === 'danger' ? [] : [`${where}.style: unknown`]),
    ...(confirm === undefined ? [] : confirmProblems(`${where}.confirm`, confirm as Node)),
  ]
}

const confirmProblems: Check = (where, { title, text, confirm, deny }) => [
  ...plain(`${where}.title`, title, 100),
  ...plain(`${where}.text`, text, 300),
  ...plain(`${where}.confirm`, confirm, 30),
  ...plain(`${where}.deny`, deny, 30),
]

const RICH: Record<string, Check> = {
  text: (where, { text }) => long(where, text, 1, 4_000),
  link: (where, node) => [...address(where, node), ...long(where, node['text'], 1, 4_000)],
  user: (where, { user_id }) => (/^[UW][A-Z0-9]+$/.test(String(user_id)) ? [] : [`${where}: no user ID`]),
  date: (where, { timestamp, format, fallback }) => [
    ...(Number.isInteger(timestamp) ? [] : [`${where}: no timestamp`]),
    ...(/\{(?:date|time|ago)/.test(String(format)) ? [] : [`${where}: no format`]),
    ...long(`${where}.fallback`, fallback, 1, 255),
  ],
}

const richProblems: Check = (where, { type, elements }) =>
  ['rich_text_section', 'rich_text_list', 'rich_text_quote', 'rich_text_preformatted'].includes(String(type))
    ? [
        ...count(where, elements, 1_000),
        ...(elements as Node[]).flatMap((element, index) => {
          const at = `${where}.${index}`
          return type === 'rich_text_list'
            ? richProblems(at, element)
            : (RICH[String(element.type)]?.(at, element) ?? [`${at}: no such element as ${String(element.type)}`])
        }),
      ]
    : [`${where}: no such element as ${String(type)}`]
