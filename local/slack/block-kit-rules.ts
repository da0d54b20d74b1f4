/** Slack's rules for one field; a sentence for each thing that is wrong with its value. */
type Demand = (value: unknown) => string[]

export type Json = Record<string, unknown>

export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const lengthProblems = (length: number, least: number, most: number, what: string): string[] => [
  ...(length < least ? [`must be more than ${least - 1} ${what}`] : []),
  ...(length > most ? [`must be no more than ${most} ${what}`] : []),
]

const isMissing = (value: unknown): boolean => value === undefined || value === null

const required =
  (demand: Demand): Demand =>
  (value) =>
    isMissing(value) ? ['missing required field'] : demand(value)

const optional =
  (demand: Demand): Demand =>
  (value) =>
    isMissing(value) ? [] : demand(value)

const text =
  (most: number, least = 1): Demand =>
  (value) =>
    typeof value === 'string' ? lengthProblems(value.length, least, most, 'characters') : ['must be a string']

/** A text object; `plain` takes no markup. */
const textObject =
  (most: number, types: readonly string[]): Demand =>
  (value) =>
    isJson(value) && types.includes(String(value.type)) ? text(most)(value.text) : [`must be ${types.join(' or ')}`]
const plain = (most: number) => textObject(most, ['plain_text'])
const anyText = (most: number) => textObject(most, ['plain_text', 'mrkdwn'])

const list =
  (most: number): Demand =>
  (value) =>
    Array.isArray(value) ? lengthProblems(value.length, 1, most, 'items') : ['must be an array']

const matching =
  (pattern: RegExp, what: string): Demand =>
  (value) =>
    pattern.test(String(value)) ? [] : [`must be ${what}`]

const address: Demand = (value) => [
  ...text(3_000)(value),
  ...(/^[a-z][a-z0-9+.-]*:\S+$/i.test(String(value)) && URL.canParse(String(value)) ? [] : ['must be a valid URL']),
]

const wholeNumber =
  (least: number, most: number): Demand =>
  (value) =>
    Number.isInteger(value) && Number(value) >= least && Number(value) <= most
      ? []
      : [`must be a whole number from ${least} to ${most}`]

const MOST_TABLE_ROWS = 101
const MOST_TABLE_CHARACTERS = 10_000

/** A header and at least one row, of as many cells each; the header has no rich text ("Data table block"). */
const tableRows: Demand = (value) => {
  if (!Array.isArray(value) || !value.every((row) => Array.isArray(row))) return ['must be an array of arrays']
  const [header = [], ...rows] = value as Json[][]
  const cells = value.flat() as Json[]
  const characters = cells.reduce((sum, cell) => sum + (typeof cell.text === 'string' ? cell.text.length : 0), 0)
  return [
    ...lengthProblems(value.length, 2, MOST_TABLE_ROWS, 'items'),
    ...lengthProblems(header.length, 1, 20, 'items'),
    ...(rows.some(({ length }) => length !== header.length) ? ['must have rows of one length'] : []),
    ...(header.some(({ type }) => type === 'rich_text') ? ['must have no rich_text in the header'] : []),
    ...cells.flatMap(cellProblems),
    ...(characters > MOST_TABLE_CHARACTERS ? [`must be no more than ${MOST_TABLE_CHARACTERS} characters`] : []),
  ]
}

const cellProblems = (cell: unknown): string[] => {
  if (!isJson(cell)) return ['must be an object']
  if (cell.type === 'rich_text') return []
  if (cell.type !== 'raw_text' && cell.type !== 'raw_number') return ['must be raw_text, raw_number or rich_text']
  const isNumber = cell.type === 'raw_text' || Number.isFinite(cell.value)
  return [...text(Infinity)(cell.text), ...(isNumber ? [] : ['must have a number as value'])]
}

/** "Option object": of checkboxes and radio buttons, at most ten, whose texts may be marked up. */
const options: Demand = (value) => [
  ...list(10)(value),
  ...(Array.isArray(value) ? value : []).flatMap((option) =>
    isJson(option)
      ? [
          ...required(anyText(75))(option.text),
          ...required(text(150))(option.value),
          ...optional(anyText(75))(option.description),
        ]
      : ['must be an object'],
  ),
]

const id = optional(text(255))
const rich = { elements: required(list(1_000)) }

/**
 * By the type of a block or an element, what its fields must be ("Reference: Blocks", "Block elements", "Composition
 * objects" and "Views" on docs.slack.dev).
 */
export const RULES: Record<string, Record<string, Demand>> = {
  section: { text: optional(anyText(3_000)), fields: optional(list(10)), block_id: id },
  header: { text: required(plain(150)), block_id: id },
  context: { elements: required(list(10)), block_id: id },
  actions: { elements: required(list(25)), block_id: id },
  divider: { block_id: id },
  image: { block_id: id },
  input: {
    label: required(plain(2_000)),
    hint: optional(plain(2_000)),
    element: required((value) => (isJson(value) ? [] : ['must be an element'])),
    block_id: id,
  },
  rich_text: { elements: required(list(100)), block_id: id },
  markdown: { text: required(text(12_000)), block_id: id },
  table: { block_id: id },
  data_table: {
    caption: required(text(Infinity)),
    page_size: optional(wholeNumber(1, 100)),
    row_header_column_index: optional(wholeNumber(0, 19)),
    rows: required(tableRows),
    block_id: id,
  },
  video: { block_id: id },
  file: { block_id: id },

  button: {
    text: required(plain(75)),
    value: optional(text(2_000)),
    url: optional(address),
    accessibility_label: optional(text(75)),
    style: optional(matching(/^(?:primary|danger)$/, 'primary or danger')),
    action_id: id,
  },
  confirm: {
    title: required(plain(100)),
    text: required(plain(300)),
    confirm: required(plain(30)),
    deny: required(plain(30)),
  },
  plain_text_input: {
    max_length: optional((value) => (Number(value) <= 3_000 ? [] : ['must be no more than 3000'])),
    placeholder: optional(plain(150)),
    action_id: id,
  },
  checkboxes: { options: required(options), action_id: id },
  radio_buttons: { options: required(options), action_id: id },
  mrkdwn: { text: required(text(2_000)) },
  plain_text: { text: required(text(2_000)) },

  rich_text_section: rich,
  rich_text_list: rich,
  rich_text_quote: rich,
  rich_text_preformatted: rich,
  text: { text: required(text(Infinity)) },
  link: { url: required(address), text: optional(text(Infinity)) },
  user: { user_id: required(matching(/^[UW][A-Z0-9]+$/, 'a user ID')) },
  date: {
    timestamp: required((value) => (Number.isInteger(value) ? [] : ['must be a whole number'])),
    format: required(matching(/\{(?:date|time|ago)/, 'a date format')),
    fallback: optional(text(Infinity)),
  },

  home: {
    private_metadata: optional(text(3_000, 0)),
    callback_id: id,
    external_id: optional(text(255, 0)),
    blocks: required(list(100)),
  },
  modal: {
    title: required(plain(24)),
    submit: optional(plain(24)),
    close: optional(plain(24)),
    private_metadata: optional(text(3_000, 0)),
    callback_id: id,
    blocks: required(list(100)),
  },
}

export const BLOCK_TYPES: ReadonlySet<string> = new Set([
  ...['section', 'header', 'context', 'actions', 'divider', 'image', 'input', 'rich_text'],
  ...['markdown', 'table', 'data_table', 'video', 'file'],
])
