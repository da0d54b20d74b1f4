import { fileURLToPath } from 'node:url'
import { jest } from '@jest/globals'
import type { Locator } from 'playwright-core'
import { makeBarePath } from '../support/bare-path.ts'
import { violations } from '../support/browser/accessibility.ts'
import type { Visitor } from '../support/browser/visitor.ts'
import { directoryWith, removeDirectories } from '../support/order.ts'
import { copyPipeline } from '../support/browser/copy-pipeline.ts'
import { inBrowser } from './in-browser.ts'
import { recordWith } from './record-with.ts'

/*
 * A day without the AWS console, walked in a real browser through what `npm start` runs with tests/e2e/from-slack.yml: the
 * Home tab, direct messages, several approvals at once, stand-ins, a deployment at night, and the buttons that steer a
 * pipeline. Each step continues from the one before it. The workspace finds no git, bash and Python here.
 */

jest.setTimeout(120_000)

const bare = async () => {
  const PATH = await directoryWith()
  await makeBarePath(PATH, { node: process.execPath })
  return { PATH, GREENLIGHT_CONFIG: fileURLToPath(new URL('from-slack.yml', import.meta.url)) }
}
afterAll(removeDirectories)

const DESKTOP = { width: 1280, height: 1000 }

await inBrowser('a day without the AWS console', { ...DESKTOP, environment: bare }, (step, visit) => {
  let you: Visitor
  beforeAll(() => {
    you = visit.you
  })

  /** A line of the Home tab with the buttons below it is found by the buttons' names. */
  const approveFromHome = (pipeline: string): Locator =>
    you.inHome().getByRole('button', { name: `Approve… ${pipeline} to Production` })
  const directApprove = (): Locator => you.message('Greenlight').getByRole('button', { name: /^Approve… / })

  step('three pipelines wait, and the Home tab of a release manager has all three', async () => {
    await you.question().waitFor()
    for (const pipeline of ['shop-api', 'shop-web']) {
      await copyPipeline(visit.workspace.url, pipeline)
      await you.message('releases', new RegExp(`Approve ${pipeline} to Production`)).waitFor()
    }
    await you.be('Dana Novak')
    await you.home()
    await you
      .inHome()
      .filter({ hasText: /Waiting for you \(3\).*flask-app to Production.*shop-api to.*shop-web to.*Running \(3\)/s })
      .waitFor()
    expect(await violations(you.page)).toEqual([])
  })

  step('who may not approve has no button there, and reads why it does not wait for them', async () => {
    await you.be('Ben Okafor')
    await you
      .inHome()
      .filter({ hasText: /No approval waits for you.*Waiting for others \(3\).*you wrote a part of it/s })
      .waitFor()
    expect(
      await you
        .inHome()
        .getByRole('button', { name: /^(Approve|Reject)… / })
        .count(),
    ).toBe(0)
  })

  step('Dana approves from Home: the channel says so, and Home says that it waits for others', async () => {
    await you.be('Dana Novak')
    await approveFromHome('flask-app').click()
    await you.dialog('Approve deployment').getByLabel('Comment').fill('From Home')
    await you.submit('Approve deployment', 'Approve')
    await you.closeAnswer(/Your approval counts/)
    await you
      .inHome()
      .filter({
        hasText: /Waiting for you \(2\).*Waiting for others \(1\).*flask-app to Production.*you have approved/s,
      })
      .waitFor()
    expect(await approveFromHome('flask-app').count()).toBe(0)
    await you.channel('releases')
    await you.message('releases', /1 of 2 approved.*✓ release managers: @Dana Novak.*From Home/s).waitFor()
  })

  step('Chen answers in the direct message, and every copy closes together', async () => {
    await you.be('Chen Wei')
    await you.channel('Greenlight')
    await you.message('Greenlight', /Your approval is needed: flask-app to Production.*1 of 2 approved/s).waitFor()
    await directApprove().click()
    await you.submit('Approve deployment', 'Approve')
    await you.message('Greenlight', /Approved by Dana Novak and Chen Wei: flask-app to Production/).waitFor()
    expect(await directApprove().count()).toBe(0)
    await you.dismiss()
    await you.be('Ana Soares')
    await you.channel('Greenlight')
    await you.message('Greenlight', /Approved by Dana Novak and Chen Wei: flask-app to Production/).waitFor()
    expect(await directApprove().count()).toBe(0)
    await you.channel('releases')
    await you.message('releases', /Live: flask-app to Production.*@Dana Novak.*From Home/s).waitFor()
    await you.be('Eli Brandt')
    await you.home()
    await you
      .inHome()
      .filter({ hasText: /Waiting for you \(2\).*Recent deployments.*flask-app.*to Production, live since/s })
      .waitFor()
    expect(await approveFromHome('flask-app').count()).toBe(0)
  })

  /** A busy page may take the focus away while another person comes in front of it: then the words are typed again. */
  const typedByKeyboard = async (words: string): Promise<void> => {
    const command = you.page.getByLabel('Command in #releases')
    do {
      await command.fill('')
      await command.focus()
      await you.page.keyboard.type(words)
    } while ((await command.inputValue()) !== words)
    await you.page.keyboard.press('Enter')
  }

  step('a third one waits again, and Dana answers all of them with one form and the keyboard alone', async () => {
    await you.be('Ana Soares')
    await you.push()
    await you.channel('releases')
    await you.message('releases', /Approve flask-app to Production/).waitFor()
    await you.be('Dana Novak')
    await typedByKeyboard('/greenlight pending')
    await you
      .message('releases', /3 approvals wait for you/)
      .last()
      .waitFor()
    await you.page.getByRole('region', { name: '#releases' }).focus()
    await you.tabTo(/^Answer several…/)
    await you.page.keyboard.press('Enter')
    const form = you.dialog('Answer several')
    await form.waitFor()
    expect(await violations(you.page)).toEqual([])
    // The focus is on the first of the list, which expires first.
    await you.page.keyboard.press('Space')
    for (const name of [/^shop-web/, /^flask-app/, 'Approve']) {
      await you.tabTo(name)
      await you.page.keyboard.press('Space')
    }
    await you.tabTo('Send')
    await you.page.keyboard.press('Enter')
    await form
      .getByRole('alert')
      .filter({ hasText: /Enter a comment: shop-api to Production/ })
      .waitFor()
    // The focus is on what is wrong.
    await you.page.keyboard.type('Tried all three on staging')
    await you.tabTo('Send')
    await you.page.keyboard.press('Enter')
    await you.message('releases', /You approved 3 of 3:/).waitFor()
  })

  step('each of the three has its own answer, with the same comment', async () => {
    await you.dialog().getByRole('button', { name: 'Close' }).last().click()
    for (const pipeline of ['shop-api', 'shop-web'])
      await you.message('releases', new RegExp(`Live: ${pipeline} to Production.*Tried all three`, 's')).waitFor()
    await you.message('releases', /1 of 2 approved.*@Dana Novak.*Tried all three on staging/s).waitFor()
  })

  step(
    'Chen is away and names Finn, who is no approver: the message mentions Finn, who approves for Chen',
    async () => {
      await you.be('Finn Larsen')
      await you.approve().click()
      await you.privateAnswer().filter({ hasText: 'not an approver' }).waitFor()
      await you.be('Chen Wei')
      await you.type('releases', '/greenlight away until tomorrow 18:00 @finn')
      await you
        .message('releases', /You are away until tomorrow at 18:00, and @Finn Larsen stands in for you/)
        .waitFor()
      // Messages that wait show it within a minute.
      await you.moveClock(1)
      await you
        .question()
        .filter({ hasText: /engineers: @Finn Larsen or @Ben Okafor/ })
        .waitFor()
      await you.approveAs('Finn Larsen')
      await you.message('releases', /Live: flask-app to Production.*@Finn Larsen for @Chen Wei/s).waitFor()
      await you.dismiss()
    },
  )

  step('once Chen is back, no one stands in', async () => {
    await you.be('Chen Wei')
    await you.type('releases', '/greenlight back')
    await you.message('releases', /You are back: @Finn Larsen does not stand in for you/).waitFor()
  })

  step('one is approved for 02:00, and deployed then and not before', async () => {
    await you.push()
    await you.question().waitFor()
    await you.be('Dana Novak')
    await you.approve().click()
    const form = you.dialog('Approve deployment')
    await form.getByLabel('Comment').fill('At night')
    await form.getByLabel('Deploy at').fill(`${NIGHT.slice(0, 10)}T02:00`)
    await you.submit('Approve deployment', 'Approve')
    await you.approveAs('Ben Okafor')
    await you
      .message('releases', /Approved, deploys later: flask-app.*Deploys (?:today|tomorrow) at 02:00.*At night/s)
      .waitFor()
    await you.moveClock(minutesTo(NIGHT) - 5)
    await you.message('releases', /Approved, deploys later: flask-app.*Deploys today at 02:00/s).waitFor()
    await you.moveClock(10)
    await you.message('releases', /Live: flask-app to Production.*At night/s).waitFor()
  })

  const press = (name: RegExp): Promise<void> => you.message('deployments').getByRole('button', { name }).last().click()
  const refused = async (name: RegExp, words: RegExp): Promise<void> => {
    await you.dismiss()
    await you.be('Ben Okafor')
    await you.channel('deployments')
    await press(name)
    await you.message('deployments', words).waitFor()
    expect(await you.dialog().count()).toBe(0)
    await you.be('Dana Novak')
    await press(name)
  }
  const sent = async (title: string, button: string): Promise<void> => {
    await you.submit(title, button)
    await you.closeAnswer(/Your request is being checked/)
  }
  const approveShopWeb = async (comment: string): Promise<void> => {
    await you.channel('releases')
    await you.be('Eli Brandt')
    const request = you.message('releases', /Approve shop-web to Production/)
    await request.getByRole('button', { name: /^Approve… / }).click()
    await you.dialog('Approve deployment').getByLabel('Comment').fill(comment)
    await you.submit('Approve deployment', 'Approve')
  }

  step('an execution is stopped from its status message, with a reason, by a person who may', async () => {
    await you.be('Ana Soares')
    await you.pushOther(/breaks the app/)
    await you.question().waitFor()
    await refused(/^Stop… the execution of flask-app/, /was not stopped\. You may not stop this execution/)
    const form = you.dialog('Stop the execution')
    await form.getByLabel(/^Abandon/).check()
    await form.getByLabel('Reason').fill('Not today')
    expect(await violations(you.page)).toEqual([])
    await sent('Stop the execution', 'Stop')
    await you.message('deployments', /The execution of flask-app is being stopped/).waitFor()
    await you.channel('releases')
    await you.message('releases', /Stopped: flask-app to Production.*Not today/s).waitFor()
  })

  step('a change is released by a command with a form, and fails', async () => {
    await you.dismiss()
    await you.channel('deployments')
    await you.be('Ben Okafor')
    await you.type('deployments', '/greenlight release shop-web')
    await you
      .message(
        'deployments',
        /No new execution of shop-web was started\. You may not start this pipeline\. These people may: Dana Novak/,
      )
      .waitFor()
    await you.type('deployments', '/greenlight help')
    const help = you.message('deployments', /What you can type:.*Greenlight has more commands/s)
    await help.waitFor()
    expect(await help.textContent()).not.toMatch(/\/greenlight (?:hold|release|freeze )/)
    await you.be('Dana Novak')
    await you.type('deployments', '/greenlight release shop-web')
    const offered = you.message('deployments', /Release the newest change of shop-web\?/)
    await offered.waitFor()
    await offered.getByRole('button', { name: /^Release change… of shop-web/ }).click()
    await sent('Release the change', 'Release')
    await you.message('deployments', /A new execution of shop-web has started/).waitFor()
    await approveShopWeb('Sign-in, at last')
    await you.message('releases', /Failed: shop-web to Production.*Sign-in, at last/s).waitFor()
  })

  step('on a phone: the failed stage is retried from its status message', async () => {
    await you.page.setViewportSize({ width: 390, height: 844 })
    await refused(
      /^Retry the failed stage… Production of shop-web/,
      /was not retried\. You may not retry this stage\. These people may: Chen Wei, Dana Novak\./,
    )
    const form = you.dialog('Retry the failed stage')
    await form.getByLabel(/^The failed actions/).check()
    expect(await violations(you.page)).toEqual([])
    await sent('Retry the failed stage', 'Retry')
    await you.message('deployments', /Production of shop-web runs again/).waitFor()
    await you.page.setViewportSize(DESKTOP)
  })

  step('the stage is rolled back: the form says to which change, and it is approved again', async () => {
    await refused(/^Roll back… Production of shop-web/, /was not rolled back\. You may not roll this stage back/)
    await you
      .dialog('Roll the stage back')
      .filter({ hasText: /Back to Show people that we take care/ })
      .waitFor()
    await sent('Roll the stage back', 'Roll back')
    await you.message('deployments', /Production of shop-web is being rolled back/).waitFor()
    await approveShopWeb('Back it goes')
    await you
      .message('releases', /Live: shop-web to Production.*Back it goes.*Started as a rollback by Dana Novak/s)
      .waitFor()
  })

  step('on a phone: a stage is held and resumed by commands, and the status says so', async () => {
    await you.page.setViewportSize({ width: 390, height: 844 })
    await you.channel('releases')
    await you.be('Ben Okafor')
    await you.type('releases', '/greenlight hold shop-web Production because I say so')
    await you.message('releases', /was not held\. You may not hold/).waitFor()
    await you.be('Dana Novak')
    await you.type('releases', '/greenlight hold shop-web Production because incident 4711')
    await you.message('releases', /Production of shop-web is held: no execution enters it/).waitFor()
    await you.type('releases', '/greenlight status shop-web')
    await you
      .message('releases', /Production is held by @Dana Novak since .*“incident 4711”/)
      .first()
      .waitFor()
    expect(await violations(you.page)).toEqual([])
  })

  step('on a phone: the Home tab has what is held, and it is resumed there by who may', async () => {
    const resume = () => you.inHome().getByRole('button', { name: /^Resume… Production of shop-web/ })
    await you.be('Ben Okafor')
    await you.home()
    await you
      .inHome()
      .filter({ hasText: /Held stages \(1\).*Production is held by @Dana Novak/s })
      .waitFor()
    expect(await resume().count()).toBe(0)
    await you.be('Dana Novak')
    await you.home()
    await resume().scrollIntoViewIfNeeded()
    await resume().click()
    expect(await violations(you.page)).toEqual([])
    await you.submit('Resume the stage', 'Resume')
    await you.closeAnswer(/A direct message tells you how it ends/)
    await resume().waitFor({ state: 'detached' })
    await you.channel('Greenlight')
    await you.message('Greenlight', /Production of shop-web takes executions in again/).waitFor()
    await you.channel('releases')
  })

  step('on a phone: what a person has muted stands in the Home tab, and is unmuted there', async () => {
    await you.type('releases', '/greenlight mute shop-* until Mon 08:00')
    await you.message('releases', /Muted: shop-/).waitFor()
    await you.type('releases', '/greenlight help')
    await you
      .message('releases', /What you can type/)
      .last()
      .waitFor()
    await you.home()
    await you
      .inHome()
      .getByRole('button', { name: /^Unmute/ })
      .waitFor()
    await you
      .inHome()
      .getByRole('button', { name: /^Unmute/ })
      .click()
    await you
      .inHome()
      .getByRole('button', { name: /^Unmute/ })
      .waitFor({ state: 'detached' })
    await you.channel('releases')
  })

  step('on a phone: what was released, what differs, and why Finn cannot approve', async () => {
    await you.type('releases', '/greenlight history shop-web')
    await you.message('releases', /The last deployments of shop-web:.*Eli Brandt/s).waitFor()
    await you.type('releases', '/greenlight diff shop-web')
    await you.message('releases', /Less than two stages of shop-web/).waitFor()
    await you.be('Ana Soares')
    await you.push()
    await you.channel('releases')
    await you.question().waitFor()
    await you.be('Finn Larsen')
    await you.question().getByRole('button', { name: 'More actions' }).click()
    await you.page.getByRole('menuitem', { name: 'Why can’t I approve?' }).click()
    await you.message('releases', /Only visible to you.*flask-app to Production: You are not an approver/s).waitFor()
    await you.type('releases', '/greenlight why flask-app')
    await you
      .message('releases', /Can you approve\?.*You are not an approver/s)
      .last()
      .waitFor()
    await you.page.setViewportSize(DESKTOP)
  })

  step('all of it is on record, and intact', async () => {
    const { happened, found } = await recordWith(
      visit.workspace.url,
      (all) =>
        all.filter(({ what }) => what === 'announced').length === 8 &&
        all.filter(({ what }) => what === 'steering-answered').length === 7,
    )
    expect(found).toContain('every approval passed verification')
    const of = (what: string) => happened.filter((one) => one.what === what)
    const several = ['Dana Novak', 'Tried all three on staging', undefined, undefined]
    expect(
      of('voted').map(({ who, comment, standsInFor, notBefore }) => [who?.name, comment, standsInFor, notBefore]),
    ).toEqual([
      ['Dana Novak', 'From Home', undefined, undefined],
      ['Chen Wei', '', undefined, undefined],
      ...[several, several, several],
      ['Finn Larsen', '', [expect.objectContaining({ userId: 'U0CHEN' })], undefined],
      ['Dana Novak', 'At night', undefined, Date.parse(NIGHT)],
      ['Ben Okafor', '', undefined, undefined],
      ['Eli Brandt', 'Sign-in, at last', undefined, undefined],
      ['Eli Brandt', 'Back it goes', undefined, undefined],
    ])
    expect(of('steering-requested').map(({ who, steering }) => [who?.name, (steering as { act: string }).act])).toEqual(
      [
        ['Dana Novak', 'stop'],
        ['Dana Novak', 'release'],
        ['Dana Novak', 'retry'],
        ['Dana Novak', 'rollback'],
        // Commands are judged when they are carried out, so that a refused one is on record.
        ['Ben Okafor', 'hold'],
        ['Dana Novak', 'hold'],
        ['Dana Novak', 'resume'],
      ],
    )
    expect(of('refused').map(({ who, refusal }) => [who?.name, refusal?.because])).toEqual([
      ['Finn Larsen', 'not-an-approver'],
    ])
    expect([...of('absence-set'), ...of('absence-ended')].map(({ who }) => who?.name)).toEqual(['Chen Wei', 'Chen Wei'])
  })

  step('the page has met no error on the way', async () => expect(visit.problems).toEqual([]))
})

const DAY = 86_400_000
/** 02:00 UTC of the next day, as an ISO string. The walk may begin at any time, and reach the next day before it. */
const NIGHT = new Date((Math.floor(Date.now() / DAY) + 1) * DAY + 2 * 3_600_000).toISOString()
const minutesTo = (at: string): number => Math.floor((Date.parse(at) - Date.now()) / 60_000)
