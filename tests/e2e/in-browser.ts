import type { Browser } from 'playwright-core'
import { launchBrowser, visit } from '../support/browser/browser.ts'
import { type RunningWorkspace, startWorkspace } from '../support/browser/running-workspace.ts'
import { type Visitor, visitor } from '../support/browser/visitor.ts'
import { describeWith } from '../support/needs.ts'

export interface Visit {
  workspace: RunningWorkspace
  you: Visitor
  /** What went wrong in the page so far. */
  problems: string[]
}

/** Tests of one visit to what `npm start` runs, in a real browser; skipped where there is none. */
export const inBrowser = (title: string, height: number, tests: (visit: Visit) => void): Promise<void> =>
  describeWith(['chromium'], title, () => {
    let browser: Browser | undefined
    const opened: Partial<Visit> & Pick<Visit, 'problems'> = { problems: [] }

    beforeAll(async () => {
      browser = await launchBrowser()
      const { url } = (opened.workspace = await startWorkspace())
      opened.you = visitor(await visit(browser, url, opened.problems, { viewport: { width: 1440, height } }))
      opened.you.page.setDefaultTimeout(100_000)
    })
    afterAll(async () => {
      await browser?.close()
      await opened.workspace?.stop()
    })
    tests(opened as Visit)
  })
