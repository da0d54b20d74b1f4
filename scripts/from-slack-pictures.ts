import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { copyPipeline } from '../tests/support/browser/copy-pipeline.ts'
import { makeBarePath } from '../tests/support/bare-path.ts'
import { launchBrowser, visit } from '../tests/support/browser/browser.ts'
import { startWorkspace } from '../tests/support/browser/running-workspace.ts'
import { type Visitor, visitor } from '../tests/support/browser/visitor.ts'
import { DESKTOP, picture } from './pictures.ts'

const CONFIGURATION = fileURLToPath(new URL('../tests/e2e/from-slack.yml', import.meta.url))

/** What these pictures show does not depend on what this machine can build. */
const bare = async (directory: string) => {
  const PATH = join(directory, 'bin')
  await makeBarePath(PATH, { node: process.execPath })
  return { PATH, GREENLIGHT_CONFIG: CONFIGURATION }
}

/** Takes the pictures of the guides for work from Slack, each once, on a desktop. */
export const fromSlack = async (): Promise<void> => {
  const directory = await mkdtemp(join(tmpdir(), 'greenlight-pictures-'))
  const [workspace, browser] = await Promise.all([startWorkspace(await bare(directory)), launchBrowser()])
  const problems: string[] = []
  try {
    // Taller than a desktop, so that nothing is cut.
    const options = { ...DESKTOP, viewport: { width: 1280, height: 1400 }, deviceScaleFactor: 2 }
    const you = visitor(await visit(browser, workspace.url, problems, options))
    you.page.setDefaultTimeout(40_000)
    await you.question().waitFor()
    for (const pipeline of ['shop-api', 'shop-web']) {
      await copyPipeline(workspace.url, pipeline)
      await you.message('releases', asked(pipeline)).waitFor()
    }
    await picture(you.message('releases', asked('shop-web')), 'zero-touch')
    await directMessage(you)
    await answers(you)
    await several(you)
    await standIn(you)
    await later(you)
    await steer(you)
    await freeze(you)
    await command(you)
    await home(you)
  } finally {
    await browser.close()
    await workspace.stop()
    await rm(directory, { recursive: true, force: true })
  }
  if (problems.length > 0) throw new Error(`The page complained: ${problems.join('; ')}`)
}

const asked = (pipeline: string): RegExp => new RegExp(`Approve ${pipeline} to Production`)

const directMessage = async (you: Visitor): Promise<void> => {
  await you.be('Chen Wei')
  await you.channel('Greenlight')
  await picture(you.message('Greenlight', /Your approval is needed/), 'direct-message')
  await you.channel('releases')
}

const answers = async (you: Visitor): Promise<void> => {
  await you.be('Finn Larsen')
  await you.type('releases', '/greenlight why shop-*')
  await picture(you.message('releases', /Only visible to you.*shop-web/s).last(), 'why')
  await you.type('releases', '/greenlight mute shop-* until tomorrow 08:00')
  await picture(you.message('releases', /Only visible to you.*Muted/s).last(), 'mute')
}

const several = async (you: Visitor): Promise<void> => {
  await you.be('Dana Novak')
  await you.type('releases', '/greenlight pending')
  await you
    .message('releases', /3 approvals wait for you/)
    .getByRole('button', { name: /^Answer several/ })
    .click()
  const form = you.dialog('Answer several')
  for (const pipeline of ['flask-app', 'shop-api', 'shop-web'])
    await form.getByRole('checkbox', { name: new RegExp(`^${pipeline}`) }).check()
  await form.getByLabel('Approve', { exact: true }).check()
  await form.getByLabel(/^Comment or reason/).fill('Tried all three on staging')
  await picture(form, 'several')
  await you.submit('Answer several', 'Send')
  await you.message('releases', /You approved 3 of 3/).waitFor()
  await you.dismiss()
}

const standIn = async (you: Visitor): Promise<void> => {
  await you.be('Chen Wei')
  await you.type('releases', '/greenlight away until tomorrow 18:00 @finn')
  await you.message('releases', /You are away until/).waitFor()
  await you.moveClock(1)
  await you.approveAs('Finn Larsen')
  const live = you.message('releases', /Live: flask-app.*@Finn Larsen for @Chen Wei/s)
  await live.waitFor()
  await you.dismiss()
  await picture(live, 'stand-in')
  await you.be('Chen Wei')
  await you.type('releases', '/greenlight back')
  await you.message('releases', /You are back/).waitFor()
}

const later = async (you: Visitor): Promise<void> => {
  await you.push()
  await you.question().waitFor()
  await you.be('Ana Soares')
  await you
    .question()
    .getByRole('button', { name: /^Tell me when it is live/ })
    .click()
  await you.message('releases', /Noted: you get one direct message/).waitFor()
  await you.be('Dana Novak')
  await you.approve().click()
  const form = you.dialog('Approve deployment')
  await form.getByLabel('Comment').fill('At night')
  await form.getByLabel('Deploy at').fill(`${tomorrow()}T02:00`)
  await you.submit('Approve deployment', 'Approve')
  await you.approveAs('Ben Okafor')
  await picture(you.message('releases', /Approved, deploys later.*Ben Okafor \(/s), 'later')
  await you.be('Dana Novak')
  await you
    .message('releases', /Approved, deploys later/)
    .getByRole('button', { name: /^Deploy now/ })
    .click()
  await you.dialog().getByRole('button', { name: 'Deploy now' }).click()
  await you.message('releases', /Live: flask-app.*At night/s).waitFor()
  await you.be('Ana Soares')
  await you.channel('Greenlight')
  await picture(you.message('Greenlight', /Live: flask-app.*You asked to be told/s), 'live-told')
  await you.channel('releases')
}

const tomorrow = (): string => new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)

const steer = async (you: Visitor): Promise<void> => {
  await you.be('Ana Soares')
  await you.pushOther(/breaks the app/)
  await you.question().waitFor()
  await you.be('Dana Novak')
  await you.channel('deployments')
  await press(you, /^Release change… of shop-web/)
  await you.submit('Release the change', 'Release')
  await you.closeAnswer(/being checked/)
  await you.channel('releases')
  const request = you.message('releases', asked('shop-web'))
  await you.be('Eli Brandt')
  await request.getByRole('button', { name: /^Approve… / }).click()
  await you.dialog('Approve deployment').getByLabel('Comment').fill('Sign-in, at last')
  await you.submit('Approve deployment', 'Approve')
  await you.channel('deployments')
  const failed = you.message('deployments', /shop-web failed.*Roll back…/s)
  await picture(failed, 'steer')
  await you.be('Dana Novak')
  await press(you, /^Roll back… Production of shop-web/)
  await picture(you.dialog('Roll the stage back'), 'steer-form')
  await you.page.keyboard.press('Escape')
  await you.channel('releases')
}

const press = (you: Visitor, name: RegExp): Promise<void> =>
  you.message('deployments').getByRole('button', { name }).last().click()

const freeze = async (you: Visitor): Promise<void> => {
  await you.type('releases', '/greenlight freeze shop-api until tomorrow 08:00 because incident 4711')
  // Below it, and in sight of everyone.
  await you.message('releases', /Change freeze: shop-api/).waitFor()
  await picture(you.message('releases', /Only visible to you.*Frozen: shop-api/s), 'freeze-set')
}

const command = async (you: Visitor): Promise<void> => {
  await you.type('releases', '/greenlight status')
  await picture(you.message('releases', /Only visible to you.*Live in Production/s), 'commands')
}

const home = async (you: Visitor): Promise<void> => {
  await you.home()
  const tab = you.inHome()
  await tab.filter({ hasText: /Waiting for you \(1\).*Failed \(1\).*Change freezes \(1\)/s }).waitFor()
  await you.page.setViewportSize({ width: 1280, height: 760 })
  await picture(tab, 'home')
}
