import type { Locator, Page } from 'playwright-core'
import { isNarrow } from './is-narrow.ts'

/** A phone, and a page enlarged to 400 % on a desktop (WCAG 2.2, 1.4.10). */
const WIDTHS = [390, 320]
const HEIGHT = 640

/**
 * What does not fit the page at the widths of a phone, a line for each element: what makes the page scroll, what can only
 * be read by scrolling sideways, and what is cut off. It looks at both halves and leaves the page as it was.
 */
export const overflow = async (page: Page): Promise<string[]> => {
  const before = page.viewportSize()
  const hadTabs = await isNarrow(page)
  const focused = await page.evaluateHandle(() => document.activeElement)
  const found: string[] = []
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT })
    // The page is drawn again for its new width.
    await anyTab(page).waitFor({ state: 'attached' })
    // A dialog covers the tabs.
    const tabs = (await page.getByRole('dialog').count()) > 0 ? [] : await page.getByRole('tab').all()
    const open = page.getByRole('tab', { selected: true })
    const chosen = tabs.length > 0 ? await open.innerText() : ''
    for (const tab of tabs.length > 0 ? tabs : [null]) {
      await tab?.evaluate(press)
      const half = (await tab?.innerText())?.split('\n')[0] ?? 'page'
      found.push(...(await page.evaluate(tooWide)).map((what) => `${width} px, ${half}: ${what}`))
    }
    if (tabs.length > 0) await page.getByRole('tab', { name: chosen.split('\n')[0]! }).evaluate(press)
  }
  if (before) await page.setViewportSize(before)
  await anyTab(page).waitFor({ state: hadTabs ? 'attached' : 'detached' })
  await focused.evaluate((element) => element instanceof HTMLElement && element.focus())
  return found
}

const anyTab = (page: Page): Locator => page.locator('[role="tab"]').first()

/** Also where an open menu covers the tab, which a click of the mouse would close. */
const press = (tab: HTMLElement | SVGElement): void => (tab as HTMLElement).click()

/** Runs in the page. */
const tooWide = (): string[] => {
  const { scrollWidth, clientWidth } = document.documentElement
  // A table may need two dimensions (WCAG 2.2, 1.4.10).
  const holdsTable = (element: Element) => element.querySelector(':scope > table') !== null
  const scrolls = (element: Element) => /auto|scroll/.test(getComputedStyle(element).overflowX) && !holdsTable(element)
  const isCutOnPurpose = (element: Element): boolean => {
    const outer = element.parentElement
    if (!outer) return false
    const { overflowX } = getComputedStyle(outer)
    return /hidden|clip/.test(overflowX) || holdsTable(outer)
      ? outer.getBoundingClientRect().right <= clientWidth
      : isCutOnPurpose(outer)
  }
  const named = (element: Element) =>
    `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''} “${element.textContent.trim().slice(0, 40)}”`
  const all = [...document.body.querySelectorAll('*')].filter((element) => element.checkVisibility())
  return [
    ...(scrollWidth > clientWidth ? [`the page is ${scrollWidth} px wide`] : []),
    ...all
      .filter((element) => scrolls(element) && element.scrollWidth > element.clientWidth)
      .map((element) => `${named(element)} scrolls sideways`),
    ...all
      .filter((element) => element.getBoundingClientRect().right > clientWidth + 1 && !isCutOnPurpose(element))
      .map((element) => `${named(element)} ends at ${Math.round(element.getBoundingClientRect().right)}`),
  ]
}
