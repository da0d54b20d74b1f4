import type { Locator } from 'playwright-core'

/**
 * How many rows the blocks of a message take: lines of text as the browser breaks them, and rows of buttons. The line with
 * the app's name is not counted.
 */
export const rowsOf = (message: Locator): Promise<number> =>
  message.locator('.blocks').evaluate(async (blocks) => {
    await document.fonts.ready
    const lines: DOMRect[] = []
    const texts = document.createTreeWalker(blocks, NodeFilter.SHOW_TEXT)
    for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
      if (text.parentElement?.closest('.sr-only')) continue
      const range = document.createRange()
      range.selectNodeContents(text)
      lines.push(...range.getClientRects())
    }
    // Texts of one line differ in size: what begins above the middle of the line before belongs to it.
    let middle = -Infinity
    let rows = 0
    for (const { top, bottom } of lines.sort((one, other) => one.top + one.bottom - other.top - other.bottom)) {
      if (top >= middle) {
        rows += 1
        middle = (top + bottom) / 2
      }
    }
    return rows
  })
