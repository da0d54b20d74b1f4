import type { ComponentChildren } from 'preact'
import type { Block, Button, Text } from './block-kit.ts'
import { DataTable } from './data-table.tsx'
import { RichText } from './rich-text-view.tsx'
import { BlockText } from './text.tsx'
import { Unknown } from './unknown.tsx'

/** Draws a button in its place; messages and modals answer differently. */
export type DrawButton = (button: Button, blockId: string) => ComponentChildren

interface BlocksProps {
  blocks: Block[]
  drawButton: DrawButton
  drawInput?: (block: Extract<Block, { type: 'input' }>) => ComponentChildren
}

/** Block Kit as Slack lays it out. */
export const Blocks = ({ blocks, drawButton, drawInput }: BlocksProps) => (
  <div class="blocks">
    {blocks.map((block, index) => (
      <BlockPart key={index} block={block} drawButton={drawButton} drawInput={drawInput ?? notHere} />
    ))}
  </div>
)

const BlockPart = ({ block, drawButton, drawInput }: { block: Block } & Required<Omit<BlocksProps, 'blocks'>>) => {
  switch (block.type) {
    case 'header':
      return (
        <h4 class="block-header">
          <BlockText text={block.text} />
        </h4>
      )
    case 'section':
      return <Section block={block} drawButton={drawButton} />
    case 'context':
      return (
        <div class="block-context">
          {block.elements.map((element, index) => (
            <ContextPart key={index} element={element} />
          ))}
        </div>
      )
    case 'divider':
      return <hr class="block-divider" />
    case 'actions':
      return (
        <div class="block-actions">
          {block.elements.map((element, index) =>
            element.type === 'button' ? (
              drawButton(element, block.block_id)
            ) : (
              <Unknown key={index} name={element.name} />
            ),
          )}
        </div>
      )
    case 'input':
      return <>{drawInput(block)}</>
    case 'rich_text':
      return <RichText elements={block.elements} />
    case 'data_table':
      return <DataTable block={block} />
    case 'image':
      return <Picture alt={block.alt_text} />
    case 'unknown':
      return <Unknown name={block.name} />
  }
}

const Section = ({ block, drawButton }: { block: Extract<Block, { type: 'section' }>; drawButton: DrawButton }) => {
  const { text, fields, accessory } = block
  return (
    <div class="block-section">
      <div class="block-section__text">
        {text && <BlockText text={text} />}
        {fields && (
          <div class="block-fields">
            {fields.map((field, index) => (
              <div key={index}>
                <BlockText text={field} />
              </div>
            ))}
          </div>
        )}
      </div>
      {accessory?.type === 'button' && drawButton(accessory, block.block_id)}
      {accessory?.type === 'image' && <Picture alt={accessory.alt_text} />}
      {accessory?.type === 'unknown' && <Unknown name={accessory.name} />}
    </div>
  )
}

type ContextElement = Extract<Block, { type: 'context' }>['elements'][number]

const ContextPart = ({ element }: { element: ContextElement | Text }) => {
  if (element.type === 'image') return <Picture alt={element.alt_text} />
  return element.type === 'unknown' ? <Unknown name={element.name} /> : <BlockText text={element} />
}

/** The page loads nothing from other origins, so an image is its own description. */
const Picture = ({ alt }: { alt: string }) => <span class="placeholder">{alt}</span>

const notHere = ({ element }: Extract<Block, { type: 'input' }>) => <Unknown name={element.type} />
