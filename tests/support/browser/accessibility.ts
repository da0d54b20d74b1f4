import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** WCAG 2.2 at level AA, and what its authors advise beyond that: landmarks, the order of headings. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/**
 * What axe-core (MPL-2.0, unchanged, for tests only) finds wrong with the page as it is now: a line for each rule, with the
 * elements that break it.
 */
export const violations = async (page: Page): Promise<string[]> => {
  // By the debugger, since the page's own policy allows no script from elsewhere.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source)
  return page.evaluate(async (rules) => {
    const { axe: inPage } = window as unknown as { axe: typeof axe }
    const found = await inPage.run({ runOnly: rules, resultTypes: ['violations'], reporter: 'v2' })
    return found.violations.map(({ id, nodes }) => {
      const elements = nodes.map(({ target, any, all, none }) => {
        const reasons = [...any, ...all, ...none].map(({ message }) => message)
        return `${target.join(' ')} (${reasons.join('; ')})`
      })
      return `${id}: ${elements.join('; ')}`
    })
  }, RULES)
}
