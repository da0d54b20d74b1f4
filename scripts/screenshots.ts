import { mkdir, stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { BrowserContextOptions, Locator, Page } from 'playwright-core'
import { startWorkspace } from '../tests/support/browser/running-workspace.ts'
import { type Visitor, visitor } from '../tests/support/browser/visitor.ts'
import { launchBrowser, visit } from '../tests/support/browser/browser.ts'

/*
 * Takes the README's pictures from a running workspace (`npm run screenshots`): walks through it in a browser and takes
 * pictures meanwhile, of messages at twice their size for sharp screens. Needs Chromium, and git, bash and Python 3 for
 * a real deployment.
 */

const INTO = fileURLToPath(new URL('../docs/images/', import.meta.url))
const DESKTOP = { viewport: { width: 1280, height: 800 } }
const MOST_BYTES = 250_000
/** A first build downloads packages. */
const PATIENCE_MS = 180_000

const takePictures = async (): Promise<void> => {
  await mkdir(INTO, { recursive: true })
  const [workspace, browser] = await Promise.all([startWorkspace(), launchBrowser()])
  const problems: string[] = []
  try {
    const page = await visit(browser, workspace.url, problems, { ...DESKTOP, deviceScaleFactor: 2 })
    page.setDefaultTimeout(PATIENCE_MS)
    const you = visitor(page)
    await you.question().waitFor()
    await approve(you, 'Ana Soares', 'Off we go')
    await reject(you)
    await ask(you, 'Chen Wei')
    await picture(you.question(), 'waiting')
    for (const [name, options] of Object.entries(PAGES))
      await newcomer(await visit(browser, workspace.url, problems, options), name)
    await refuse(you)
    // Ana and Chen wrote the new commits.
    await approve(you, 'Ben Okafor', 'Checked the front page')
    await you.be('Chen Wei')
    await picture(you.message('releases', /Checked the front page/), 'approved')
    await breakTheApp(you)
    await ask(you, 'Ana Soares')
    await you.moveClock(12 * 60 + 30)
    await you.message('releases', /Frozen: /).waitFor()
    await you.be('Eli Brandt')
    await picture(you.question('Reject'), 'frozen')
    await you.moveClock(24 * 60)
    await you.channel('deployments')
    const digest = you.message('deployments', /Deployments of a day:.*1 failed/s)
    await digest.waitFor()
    await picture(digest, 'digest')
  } finally {
    await browser.close()
    await workspace.stop()
  }
  if (problems.length > 0) throw new Error(`The page complained: ${problems.join('; ')}`)
}

const ask = async (you: Visitor, author: string): Promise<void> => {
  await you.be(author)
  await you.push()
  await you.question().waitFor()
}

/** By an engineer, then by a release manager with a comment, until it is live. */
const approve = async (you: Visitor, engineer: string, comment: string): Promise<void> => {
  await you.approveAs(engineer)
  await you.approveAs('Dana Novak', comment)
  await you.message('releases', new RegExp(`Live: .*${comment}`, 's')).waitFor()
}

const breakTheApp = async (you: Visitor): Promise<void> => {
  await you.be('Ana Soares')
  await you.pushOther(/breaks the app/)
  await you.question().waitFor()
  await you.approveAs('Chen Wei')
  await you.approveAs('Dana Novak', 'Sign-in, at last')
  // The service says why a moment later, with a link to its log.
  const rolledBack = you.message('releases', /Failed, rolled back.*Log.*flask_login.*Sign-in, at last/s)
  await rolledBack.waitFor()
  await you.be('Chen Wei')
  await picture(rolledBack, 'rolled-back')
}

const reject = async (you: Visitor): Promise<void> => {
  await ask(you, 'Ana Soares')
  await you.be('Eli Brandt')
  await you.reject().click()
  await you.dialog().getByLabel('Reason').fill('The headline promises too much: legal has to see it first')
  await you.dialog().getByRole('button', { name: 'Reject' }).click()
  const rejected = you.message('releases', /legal has to see it/)
  await rejected.waitFor()
  await you.be('Ana Soares')
  await picture(rejected, 'rejected')
}

const refuse = async (you: Visitor): Promise<void> => {
  await you.be('Finn Larsen')
  await you.approve().click()
  await you.privateAnswer().waitFor()
  await picture(you.privateAnswer(), 'refused')
}

/** The page as a visitor sees it who opens it now. */
const newcomer = async (page: Page, name: string): Promise<void> => {
  const { question } = visitor(page)
  const slack = page.getByRole('tab', { name: /^Slack/ })
  await page.getByRole('button', { name: /^You are / }).waitFor()
  if (await slack.isVisible()) {
    await slack.click()
    await page.getByRole('button', { name: 'Dismiss the walk' }).click()
  }
  await question().waitFor()
  await page.screenshot(file(name))
  await page.context().close()
}

/** One message, with the space around its words and nothing of its neighbours. */
const picture = async (message: Locator, name: string): Promise<void> => {
  await message.scrollIntoViewIfNeeded()
  // A message under the pointer looks different.
  await message.page().mouse.move(0, 0)
  const clip = await message.boundingBox()
  if (!clip) throw new Error(`There is nothing to see of ${name}`)
  await message.page().screenshot({ ...file(name), clip })
}

const file = (name: string) => ({ path: `${INTO}${name}.png`, animations: 'disabled' }) as const

/** Pictures of the whole page: the browser of each. */
const PAGES: Record<string, BrowserContextOptions> = {
  workspace: { ...DESKTOP, colorScheme: 'light' },
  'workspace-dark': { ...DESKTOP, colorScheme: 'dark' },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
}

const NAMES = ['waiting', 'refused', 'approved', 'rejected', 'rolled-back', 'frozen', 'digest', ...Object.keys(PAGES)]

await takePictures()
for (const name of NAMES) {
  const { size } = await stat(file(name).path)
  process.stdout.write(`docs/images/${name}.png  ${Math.ceil(size / 1000)} kB\n`)
  if (size > MOST_BYTES) throw new Error(`docs/images/${name}.png is larger than ${MOST_BYTES / 1000} kB`)
}
