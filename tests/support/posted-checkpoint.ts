import type { KnownBlock } from '@slack/types'

/** The parameters of a call of chat.postMessage. */
export interface PostedCheckpoint {
  channel: string
  text: string
  blocks: string
}

/** The signed note that the message shows. */
export const noteIn = ({ blocks }: PostedCheckpoint): string =>
  (JSON.parse(blocks) as KnownBlock[])
    .flatMap((block) => (block.type === 'rich_text' ? block.elements : []))
    .flatMap((part) => (part.type === 'rich_text_preformatted' ? part.elements : []))
    .map((element) => (element.type === 'text' ? element.text : ''))
    .join('')
