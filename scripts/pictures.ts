import { mkdir, stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Locator } from 'playwright-core'

const INTO = fileURLToPath(new URL('../docs/images/', import.meta.url))
const MOST_BYTES = 250_000

export const DESKTOP = { viewport: { width: 1280, height: 800 } }

await mkdir(INTO, { recursive: true })

export const file = (name: string) => ({ path: `${INTO}${name}.png`, animations: 'disabled' }) as const

/** One message or form, with the space around its words and nothing of its neighbours. */
export const picture = async (message: Locator, name: string): Promise<void> => {
  await message.scrollIntoViewIfNeeded()
  // A message under the pointer looks different.
  await message.page().mouse.move(0, 0)
  const clip = await message.boundingBox()
  if (!clip) throw new Error(`There is nothing to see of ${name}`)
  await message.page().screenshot({ ...file(name), clip })
  taken.push(name)
}

const taken: string[] = []

/** Prints the sizes of the pictures since the last time and of `others`; throws if one is too large for a page. */
export const tellSizes = async (others: readonly string[] = []): Promise<void> => {
  for (const name of [...taken.splice(0), ...others]) {
    const { size } = await stat(file(name).path)
    process.stdout.write(`docs/images/${name}.png  ${Math.ceil(size / 1000)} kB\n`)
    if (size > MOST_BYTES) throw new Error(`docs/images/${name}.png is larger than ${MOST_BYTES / 1000} kB`)
  }
}
