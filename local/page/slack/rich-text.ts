import * as z from 'zod/mini'

/** The parts of a `rich_text` block (docs.slack.dev, "Rich text block"). */
const style = z.optional(
  z.object({
    bold: z.optional(z.boolean()),
    italic: z.optional(z.boolean()),
    strike: z.optional(z.boolean()),
    code: z.optional(z.boolean()),
  }),
)

const leaf = z.union([
  z.object({ type: z.literal('text'), text: z.string(), style }),
  z.object({ type: z.literal('link'), url: z.string(), text: z.optional(z.string()), style }),
  z.object({ type: z.literal('user'), user_id: z.string() }),
  z.object({ type: z.literal('usergroup'), usergroup_id: z.string() }),
  z.object({ type: z.literal('channel'), channel_id: z.string() }),
  z.object({ type: z.literal('broadcast'), range: z.string() }),
  z.object({ type: z.literal('emoji'), name: z.string() }),
  z.object({
    type: z.literal('date'),
    timestamp: z.number(),
    format: z.string(),
    url: z.optional(z.string()),
    fallback: z._default(z.string(), ''),
  }),
])

const leaves = z.array(leaf)
const section = z.object({ type: z.literal('rich_text_section'), elements: leaves })

export const richText = z.array(
  z.union([
    section,
    z.object({ type: z.enum(['rich_text_preformatted', 'rich_text_quote']), elements: leaves }),
    z.object({
      type: z.literal('rich_text_list'),
      style: z.enum(['bullet', 'ordered']),
      elements: z.array(section),
    }),
  ]),
)

export type RichTextLeaf = z.infer<typeof leaf>
export type RichTextElement = z.infer<typeof richText>[number]
