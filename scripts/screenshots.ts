/**
 * Takes the pictures of the README and the guides from a running workspace: `npm run screenshots`.
 *
 * It walks as a visitor does and writes docs/images/*.png. Needs Chromium, and git and Python 3 for the real release.
 */
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Locator, Page } from 'playwright-core'
import { startWorkspace } from '../tests/e2e/running-workspace.ts'
import { visitor } from '../tests/e2e/visitor.ts'
import { browserPath, launchBrowser, visit } from '../tests/local/page/browser.ts'

const FOLDER = fileURLToPath(new URL('../docs/images/', import.meta.url))
/** A release for real installs packages first. */
const RELEASED_WITHIN_MS = 120_000

if (browserPath === undefined) {
  console.error('No Chromium was found: apt-get install chromium, then once more.')
  process.exit(1)
}

/** A message is taken at twice its size, for sharp screens; a whole page as it is, so that it stays a small file. */
const picture = async (subject: Locator | Page, name: string): Promise<void> => {
  const isMessage = 'filter' in subject
  if (isMessage) await subject.page().mouse.move(0, 0)
  await subject.screenshot({
    path: `${FOLDER}${name}.png`,
    animations: 'disabled',
    scale: isMessage ? 'device' : 'css',
  })
  console.log(`docs/images/${name}.png`)
}

await mkdir(FOLDER, { recursive: true })
const workspace = await startWorkspace()
const browser = await launchBrowser()
const problems: string[] = []
try {
  const page = await visit(browser, workspace.url, problems, {
    viewport: { width: 1280, height: 860 },
    deviceScaleFactor: 2,
  })
  const walk = visitor(page)
  const released = (words: RegExp): Promise<void> =>
    walk.message('releases', words).first().waitFor({ timeout: RELEASED_WITHIN_MS })

  // Something is live already, so that the next approval can be compared with it.
  await walk.question().waitFor({ timeout: RELEASED_WITHIN_MS })
  await walk.be('Dana')
  await walk.approve().click()
  await walk.dialog().getByRole('button', { name: 'Approve' }).click()
  await released(/Released flask-app to Production/)

  await walk.be('Ana')
  await walk.push()
  await walk.question().waitFor({ timeout: RELEASED_WITHIN_MS })
  await picture(walk.question(), 'waiting')
  await picture(page, 'workspace')

  await walk.be('Finn')
  await walk.approve().click()
  await walk.privateAnswer().waitFor()
  await picture(walk.privateAnswer(), 'refused')

  await walk.be('Dana')
  await walk.approve().click()
  await walk.dialog().getByRole('textbox').fill('Checked on staging')
  await picture(page, 'approving')
  await walk.dialog().getByRole('button', { name: 'Approve' }).click()
  await walk
    .message('releases', /Live since.*Compare/s)
    .last()
    .waitFor({ timeout: RELEASED_WITHIN_MS })
  await picture(walk.message('releases', /Checked on staging/).last(), 'approved')

  await walk.be('Ben')
  await walk.push()
  await walk.question().waitFor({ timeout: RELEASED_WITHIN_MS })
  await walk.be('Eli')
  await walk.reject().click()
  await walk.dialog().getByRole('textbox').fill('Not before the sale is over')
  await walk.dialog().getByRole('button', { name: 'Reject' }).click()
  await released(/Rejected/)
  await picture(walk.message('releases', /Rejected/).last(), 'rejected')

  await page.emulateMedia({ colorScheme: 'dark' })
  await walk.channel('deployments')
  await picture(page, 'workspace-dark')

  const phone = await visit(browser, workspace.url, problems, {
    viewport: { width: 375, height: 720 },
    deviceScaleFactor: 2,
    hasTouch: true,
  })
  await phone.getByRole('tab', { name: /Slack/ }).click()
  await picture(phone, 'phone')
} finally {
  await browser.close()
  await workspace.stop()
}
if (problems.length > 0) {
  console.error(`The page complained:\n${problems.join('\n')}`)
  process.exitCode = 1
}
