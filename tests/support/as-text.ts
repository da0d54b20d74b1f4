/** A message or modal as a person reads it, one line a line: `[Button]`, `@U0ANA`, `<link>`, `# header`, `- item`. */
interface Node {
  type: string
  text?: string | { text: string }
  elements?: Node[]
  [key: string]: unknown
}

export const asText = ({ blocks }: { blocks: readonly object[] }): string =>
  (blocks as Node[])
    .map((block) => BLOCKS[block.type]!(block))
    .join('\n')
    .replaceAll('\u00a0', ' ')

const plain = (text: Node['text']): string => (typeof text === 'string' ? text : (text?.text ?? ''))
const all = ({ elements = [] }: Node, join = ''): string => elements.map(inline).join(join)

const BLOCKS: Record<string, (block: Node) => string> = {
  header: ({ text }) => `# ${plain(text)}`,
  section: ({ text }) => plain(text),
  context: ({ elements = [] }) => `(${elements.map(({ text }) => plain(text)).join(' | ')})`,
  actions: ({ elements = [] }) => elements.map(({ text }) => `[${plain(text)}]`).join(' '),
  rich_text: ({ elements = [] }) => elements.map((element) => RICH[element.type]!(element)).join('\n'),
  data_table: ({ rows }) =>
    (rows as Node[][]).map((cells) => cells.map(({ text }) => plain(text)).join(' | ')).join('\n'),
  input: ({ label, optional, hint }) =>
    `${plain(label as Node['text'])}${optional === true ? ' (optional)' : ''}: ____ ${plain(hint as Node['text'])}`,
}

const RICH: Record<string, (element: Node) => string> = {
  rich_text_section: (element) => all(element),
  rich_text_list: ({ elements = [] }) => elements.map((item) => `- ${all(item)}`).join('\n'),
  rich_text_quote: (element) => `> ${all(element)}`,
  rich_text_preformatted: (element) => `\`\`\`${all(element)}\`\`\``,
}

const inline = (node: Node): string => INLINE[node.type]!(node)

const INLINE: Record<string, (node: Node) => string> = {
  text: ({ text }) => plain(text),
  link: ({ text }) => `<${plain(text)}>`,
  user: ({ user_id }) => `@${String(user_id)}`,
  date: ({ fallback }) => String(fallback),
}
