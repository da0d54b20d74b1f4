import { CodePipelineClient, GetPipelineCommand, UpdatePipelineCommand } from '@aws-sdk/client-codepipeline'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { startWorkspace } from '../tests/support/browser/running-workspace.ts'
import { type Visitor, visitor } from '../tests/support/browser/visitor.ts'
import { launchBrowser, visit } from '../tests/support/browser/browser.ts'
import { fromSlack } from './from-slack-pictures.ts'
import { DESKTOP, file, picture, tellSizes } from './pictures.ts'

/*
 * Takes the pictures of README.md and docs/ from running workspaces (`npm run screenshots`): walks through them in a
 * browser and takes pictures meanwhile, at twice their size for sharp screens; of each message of docs/messages.md on a
 * desktop and on a phone. `npm run screenshots -- from-slack` takes those of the guides for work from Slack alone. Needs
 * Chromium, and git, bash and Python 3 for a real deployment.
 */

const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true }
/** A first build downloads packages. */
const PATIENCE_MS = 180_000

const takePictures = async (): Promise<void> => {
  const [workspace, browser] = await Promise.all([startWorkspace(), launchBrowser()])
  const problems: string[] = []
  try {
    const open = async (options: BrowserContextOptions) => {
      const you = visitor(await visit(browser, workspace.url, problems, { ...options, deviceScaleFactor: 2 }))
      you.page.setDefaultTimeout(PATIENCE_MS)
      await you.half('Slack')
      return you
    }
    // Taller than a desktop and a phone, so that no message is cut.
    const you = await open({ ...DESKTOP, viewport: { width: 1280, height: 1400 } })
    const screens = [you, await open({ ...PHONE, viewport: { width: 390, height: 1400 } })] as const
    await screens[1].page.getByRole('button', { name: 'Dismiss the walk' }).click()
    const take = pictureOn(screens)
    await you.question().waitFor()
    await approve(you, 'Ana Soares', 'Off we go')
    await reject(you)
    await take('rejected', 'Ana Soares', REJECTED)
    await ask(you, 'Chen Wei')
    await take('waiting', 'Chen Wei', WAITING)
    for (const [name, options] of Object.entries(PAGES))
      await newcomer(await visit(browser, workspace.url, problems, options), name)
    await refuse(you)
    await take('refused', 'Finn Larsen', /Only visible to you/)
    // Ana and Chen wrote the new commits.
    await approve(you, 'Ben Okafor', 'Checked the front page')
    await take('approved', 'Chen Wei', /Live: .*Checked the front page/s)
    await queue(you)
    await take('queued', 'Ana Soares', /waits behind/, { channel: 'deployments' })
    await take('superseded', 'Ana Soares', /superseded by a newer execution/, { channel: 'deployments' })
    await rejectForNewer(you)
    await approve(you, 'Chen Wei', 'Nice words')
    await breakTheApp(you)
    await take('rolled-back', 'Chen Wei', ROLLED_BACK)
    await take('failure-told', 'Ana Soares', ROLLED_BACK, { reply: /Failed, rolled back: / })
    await take('failed', 'Ana Soares', /flask-app failed/, { channel: 'deployments' })
    await ask(you, 'Ana Soares')
    await you.moveClock(12 * 60 + 30)
    await take('frozen', 'Eli Brandt', /Frozen: /)
    await you.moveClock(24 * 60)
    await take('digest', 'Ana Soares', /Daily digest:.*1 failed/s, { channel: 'deployments' })
    await approve(you, 'Chen Wei', 'This one starts')
    await take('recovered', 'Ana Soares', /Live: .*This one starts/s, { reply: /Recovered after/ })
    await buildOutside(you)
    await take('outside', 'Ana Soares', /Build of flask-app-nightly failed.*AssertionError/s, {
      channel: 'deployments',
    })
    await skipProduction(workspace.url)
    await you.be('Ana Soares')
    await you.push()
    await take('conditions', 'Ana Soares', /Production.*skipped/s, { channel: 'deployments' })
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
}

/** A build that no pipeline runs, of a commit that fails its tests. */
const buildOutside = async (you: Visitor): Promise<void> => {
  await you.be('Ana Soares')
  await you.pushOther(/fails its tests/)
  await you.page.getByText('Shorten the address of the health check').first().waitFor()
  await you.page.getByRole('button', { name: 'Start a build outside the pipeline' }).click()
}

const WAITING = /Approve flask-app.*release managers: @.*engineers: @/s

const REJECTED = /Rejected: .*legal has to see it.*not deployed/s

/** The service says why a moment later, with a link to its log. */
const ROLLED_BACK = /Failed, rolled back.*Log.*flask_login.*Sign-in, at last/s

/** Three executions: one waits for its approval, one behind it is superseded by the last. */
const queue = async (you: Visitor): Promise<void> => {
  await ask(you, 'Ben Okafor')
  for (const author of ['Ana Soares', 'Ben Okafor']) {
    await you.be(author)
    await you.push()
    await you.takeNewer().waitFor()
  }
}

const reject = async (you: Visitor): Promise<void> => {
  await ask(you, 'Ana Soares')
  await you.be('Eli Brandt')
  await you.reject().click()
  await you.dialog().getByLabel('Reason').fill('The headline promises too much: legal has to see it first')
  await you.dialog().getByRole('button', { name: 'Reject' }).click()
  await you.message('releases', REJECTED).waitFor()
}

const refuse = async (you: Visitor): Promise<void> => {
  await you.be('Finn Larsen')
  await you.approve().click()
  await you.privateAnswer().waitFor()
}

/** Rejects the older one, so that the newer one behind it is requested. */
const rejectForNewer = async (you: Visitor): Promise<void> => {
  await you.be('Chen Wei')
  await you.takeNewer().click()
  await you.dialog().getByRole('button', { name: 'Reject' }).click()
  await you.takeNewer().waitFor({ state: 'detached' })
  await you.question().waitFor()
}

/** From now on, only changes of another branch enter the stage Production. */
const skipProduction = async (url: string): Promise<void> => {
  const credentials = { accessKeyId: 'me', secretAccessKey: 'any' }
  const codePipeline = new CodePipelineClient({ endpoint: `${url}/aws`, region: 'eu-west-1', credentials })
  const { pipeline } = await codePipeline.send(new GetPipelineCommand({ name: 'flask-app' }))
  const ruleTypeId = { category: 'Rule', owner: 'AWS', provider: 'VariableCheck', version: '1' } as const
  const configuration = { Variable: '#{SourceVariables.BranchName}', Operator: 'EQ', Value: 'release' }
  const rules = [{ name: 'only-release-branch', ruleTypeId, configuration }]
  const stages = pipeline!.stages!.map((stage) =>
    stage.name === 'Production'
      ? { ...stage, beforeEntry: { conditions: [{ result: 'SKIP' as const, rules }] } }
      : stage,
  )
  await codePipeline.send(new UpdatePipelineCommand({ pipeline: { ...pipeline!, stages } }))
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

interface Where {
  channel?: string
  /** The reply in the message's thread, in its place. */
  reply?: RegExp
}

/** The last message with these words, or a reply in its thread, as this person sees it on each screen. */
const pictureOn =
  (screens: readonly [desktop: Visitor, phone: Visitor]) =>
  async (name: string, person: string, words: RegExp, { channel = 'releases', reply }: Where = {}): Promise<void> => {
    for (const [index, you] of screens.entries()) {
      await you.be(person)
      await you.channel(channel)
      const message = you.message(channel, words).last()
      if (reply) await message.getByRole('button', { name: /repl(?:y|ies)/ }).click()
      await picture(reply ? you.inThread(reply).last() : message, index === 0 ? name : `${name}-phone`)
      if (reply) await you.page.getByRole('button', { name: 'Close thread' }).click()
      await you.channel('releases')
    }
  }

/** Pictures of the whole page: the browser of each. */
const PAGES: Record<string, BrowserContextOptions> = {
  workspace: { ...DESKTOP, colorScheme: 'light' },
  'workspace-dark': { ...DESKTOP, colorScheme: 'dark' },
  phone: PHONE,
}

if (!process.argv.includes('from-slack')) {
  await takePictures()
  await tellSizes(Object.keys(PAGES))
}
await fromSlack()
await tellSizes()
