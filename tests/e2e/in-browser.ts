import type { Browser } from 'playwright-core'
import { launchBrowser, visit } from '../support/browser/browser.ts'
import { overflow } from '../support/browser/overflow.ts'
import { type RunningWorkspace, startWorkspace } from '../support/browser/running-workspace.ts'
import { type Visitor, visitor } from '../support/browser/visitor.ts'
import { type DeclareTest, describeWith } from '../support/needs.ts'

export interface Visit {
  workspace: RunningWorkspace
  you: Visitor
  /** Errors in the page so far. */
  problems: string[]
}

/**
 * Declares one step of a visit, with `declare` in place of `test`. Steps after a failed one fail at once. What a step leads
 * to must fit a phone.
 */
export type Step = (title: string, body: () => Promise<unknown>, declare?: DeclareTest) => void

interface Options {
  width?: number
  height: number
  /** Overrides this process's environment, for the workspace. */
  environment?: () => Promise<Record<string, string>>
}

/** Steps of one visit to what `npm start` runs, in a real browser; skipped without a browser. */
export const inBrowser = (
  title: string,
  { width = 1440, height, environment = async () => ({}) }: Options,
  steps: (step: Step, visit: Visit) => void,
): Promise<void> =>
  describeWith(['chromium'], title, () => {
    let browser: Browser | undefined
    const opened: Partial<Visit> & Pick<Visit, 'problems'> = { problems: [] }

    beforeAll(async () => {
      browser = await launchBrowser()
      const { url } = (opened.workspace = await startWorkspace(await environment()))
      opened.you = visitor(await visit(browser, url, opened.problems, { viewport: { width, height } }))
      opened.you.page.setDefaultTimeout(100_000)
    })
    afterAll(async () => {
      await browser?.close()
      await opened.workspace?.stop()
    })

    let failed: string | undefined
    const step: Step = (title, body, declare = test) =>
      declare(title, async () => {
        if (failed !== undefined) throw new Error(`Not tried: "${failed}" had failed`)
        failed = title
        await body()
        expect(await overflow(opened.you!.page)).toEqual([])
        failed = undefined
      })
    steps(step, opened as Visit)
  })
