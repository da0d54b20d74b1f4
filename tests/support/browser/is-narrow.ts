import type { Page } from 'playwright-core'
import { NARROW } from '../../../local/page/narrow.ts'

/** Whether the page shows one half at a time, or will once it is drawn for the width that its window has got. */
export const isNarrow = (page: Page): Promise<boolean> => page.evaluate((query) => matchMedia(query).matches, NARROW)
