import { jest } from '@jest/globals'
import type { Locator } from 'playwright-core'
import { contrastOf } from './contrast.ts'
import { inBrowser } from './in-browser.ts'
import { violations } from '../support/browser/accessibility.ts'
import { testWith } from '../support/needs.ts'
import type { Visitor } from '../support/browser/visitor.ts'

/*
 * A newcomer's walk: what `npm start` runs, in a real browser, by what things are called. Each step goes on from the
 * one before it.
 */

jest.setTimeout(120_000)

/** The message of the one that breaks the app. */
const ROLLED_BACK = /Failed, rolled back.*Rolled back to [0-9a-f]{7}.*flask_login.*What could go wrong/s

/** The notice in its thread. */
const TOLD =
  /Failed, rolled back:.*Rolled back to [0-9a-f]{7}.*flask_login.*For @Ana Soares, @Chen Wei, and @Dana Novak/s

/** Where the example application can be built and run. */
const withPackages = await testWith(['packages'])

await inBrowser('a walk', { height: 900 }, (step, visit) => {
  let you: Visitor
  beforeAll(() => {
    you = visit.you
  })

  /** The commit that a question is about, as its message links it. */
  /** What would be deployed: a line below says what is live. */
  const commitIn = (message: Locator) =>
    message
      .getByRole('link', { name: /^[0-9a-f]{7}$/ })
      .first()
      .innerText()

  step('a first release is asked for by itself, and approved by one of two with nothing but the keyboard', async () => {
    await you.question().waitFor()
    await you.tabTo(/^You are /)
    await you.page.keyboard.press('Enter')
    await you.moveTo('ArrowDown', /^Dana Novak/)
    await you.page.keyboard.press('Enter')
    await you.tabTo('Approve… flask-app to Production')
    await you.page.keyboard.press('Enter')
    await you.dialog('Approve deployment').waitFor()
    await you.page.keyboard.type('By keyboard')
    await you.tabTo('Approve')
    await you.page.keyboard.press('Enter')
    await you.message('releases', /✓ release managers.*By keyboard/s).waitFor()
    await you.approveAs('Chen Wei')
    await you.message('releases', /Live: flask-app to Production.*@Dana Novak.*By keyboard/).waitFor()
    expect(await you.question().count()).toBe(0)
  })

  step('Ana pushes a commit: the question says what is new in it and whose it is', async () => {
    await you.be('Ana Soares')
    await you.push()
    await you.question().waitFor()
    const words = await you.question().innerText()
    expect(words).toContain('Approve flask-app to Production?')
    expect(words).toMatch(/1 change since/)
    expect(words).toContain('Ana Soares')
    expect(words).toContain('release managers')
    const compare = await you.question().getByRole('link', { name: 'Compare' }).getAttribute('href')
    expect((await fetch(compare ?? '')).status).toBe(200)
  })

  step('Finn may not approve, and only Finn is told', async () => {
    await you.be('Finn Larsen')
    await you.approve().click()
    await you.privateAnswer().filter({ hasText: 'not an approver' }).waitFor()
    expect(await you.dialog().count()).toBe(0)
    await you.be('Ben Okafor')
    expect(await you.privateAnswer().count()).toBe(0)
    expect(await you.question().count()).toBe(1)
  })

  let commit: string
  step('an engineer and Dana approve, she with a comment, and the deploy runs', async () => {
    commit = await commitIn(you.question())
    await you.approveAs('Chen Wei')
    await you.approveAs('Dana Novak', 'Looks right')
    const final = you.message('releases', new RegExp(`Live: flask-app.*@Dana Novak.*Looks right.*${commit}`, 's'))
    await final.waitFor()
    expect(await you.dialog().count()).toBe(0)
    const stage = you.execution(`Execution ${commit}`).getByRole('listitem', { name: 'Stage Production' })
    await stage.getByText('Succeeded').first().waitFor()
    await you.channel('deployments')
    await you.message('deployments', new RegExp(`flask-app.*succeeded.*${commit}`, 's')).waitFor()
    await you.channel('releases')
  })

  const whatRuns = async () => {
    const app = await you.page.getByRole('link', { name: 'Open the app' }).getAttribute('href')
    return (await fetch(new URL('healthz', app!))).text()
  }
  step('the app answers with the new commit', async () => expect(await whatRuns()).toContain(commit), withPackages)

  step(
    'one that breaks the app is approved by two, fails and is rolled back: its people are told, and the old version still answers',
    async () => {
      const before = await whatRuns()
      await you.be('Ana Soares')
      await you.pushOther(/breaks the app/)
      await you.question().waitFor()
      const broken = await commitIn(you.question())
      await you.approveAs('Chen Wei')
      await you.approveAs('Dana Novak', 'What could go wrong')
      const stage = you.execution(`Execution ${broken}`).getByRole('listitem', { name: 'Stage Production' })
      const failed = you.message('releases', ROLLED_BACK)
      await failed.waitFor()
      await failed.getByRole('button', { name: /repl(?:y|ies)/ }).click()
      await you.inThread(TOLD).waitFor()
      await you.page.getByRole('button', { name: 'Close thread' }).click()
      await stage.getByText('Failed').first().waitFor()
      expect(await whatRuns()).toBe(before)
    },
    withPackages,
  )

  step('Eli rejects the next one: without a reason nothing happens, with one it is on record', async () => {
    await you.be('Ana Soares')
    await you.push()
    await you.question().waitFor()
    await you.be('Eli Brandt')
    await you.reject().click()
    const modal = you.dialog('Reject deployment')
    await modal.getByRole('button', { name: 'Reject' }).click()
    await modal.getByRole('alert').filter({ hasText: 'required' }).waitFor()
    await modal.getByLabel('Reason').fill('   ')
    await modal.getByRole('button', { name: 'Reject' }).click()
    await modal.getByRole('alert').filter({ hasText: 'Enter a reason' }).waitFor()
    expect(await modal.getByLabel('Reason').inputValue()).toBe('   ')
    await modal.getByLabel('Reason').fill('The basket page is off')
    await modal.getByRole('button', { name: 'Reject' }).click()
    await you.message('releases', /Rejected.*@Eli Brandt.*The basket page is off/).waitFor()
    expect(await you.question().count()).toBe(0)
  })

  step('one is decided in the AWS console, and its message closes by itself and says so', async () => {
    await you.be('Ben Okafor')
    await you.push()
    await you.question().waitFor()
    // What waits, what is live, what was rolled back and what was rejected are in sight of axe.
    expect(await violations(you.page)).toEqual([])
    await you.page.getByRole('button', { name: 'Decide in the AWS console…' }).click()
    const form = you.dialog('Decide in the AWS console')
    await form.getByLabel('Rejected').check()
    await form.getByLabel(/^Summary/).fill('Not before the weekend')
    await form.getByRole('button', { name: 'Submit' }).click()
    await you.message('releases', /Rejected.*in the AWS console.*ben.*Not before the weekend/).waitFor()
    expect(await you.question().count()).toBe(0)
  })

  step('the pages that links of messages lead to fit a phone, too, and are for everyone', async () => {
    const { url } = visit.workspace
    const links = you.message('releases', /Looks right/).getByRole('link')
    const console = await links.filter({ hasText: 'Open in AWS' }).getAttribute('href')
    const compare = await links.filter({ hasText: 'Compare' }).getAttribute('href')
    const execution = /href="(.console.pipelines.flask-app.executions[^"]*)"/.exec(await (await fetch(console!)).text())
    await you.be('Ana Soares')
    await you.push()
    await you.question().waitFor()
    const other = await you.page.context().newPage()
    await other.setViewportSize({ width: 390, height: 844 })
    for (const address of [console!, compare!, `${url}${execution?.[1]}`, `${url}/console`, `${url}/console/nope`]) {
      await other.goto(address)
      expect(await violations(other)).toEqual([])
      expect(await other.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    }
    await other.goto(console!)
    await other.getByLabel('Rejected').check()
    await other.getByLabel(/^Summary/).fill('Decided where the link leads')
    await other.getByLabel('You are signed in as').selectOption('Eli Brandt')
    await other.getByRole('button', { name: 'Submit' }).click()
    await other.getByText('Approve of Production waits').waitFor({ state: 'detached' })
    await other.close()
    await you.message('releases', /Rejected.*in the AWS console.*eli.*Decided where the link leads/).waitFor()
  })

  step('it all fits a phone', async () => {
    await you.page.setViewportSize({ width: 375, height: 800 })
    for (const half of ['Pipeline', 'Slack']) {
      await you.page.getByRole('tab', { name: new RegExp(`^${half}`) }).click()
      const width = await you.page.evaluate(() => document.documentElement.scrollWidth)
      expect({ half, width }).toEqual({ half, width: 375 })
    }
    await you.message('releases', /Not before the weekend/).waitFor()
    await you.page.getByRole('heading', { level: 1, name: 'Greenlight' }).waitFor()
    await you.page.setViewportSize({ width: 1440, height: 900 })
  })

  for (const colorScheme of ['light', 'dark'] as const)
    step(`it can be read in a ${colorScheme} room`, async () => {
      await you.page.emulateMedia({ colorScheme })
      for (const text of [
        you.message('releases', /Looks right/).getByText('Live: flask-app to Production'),
        you.page.getByRole('heading', { name: 'flask-app' }),
        you.page.getByRole('button', { name: 'Push a commit' }),
      ]) {
        const { ratio, isDark } = await contrastOf(text.first())
        expect(ratio).toBeGreaterThanOrEqual(4.5)
        if ((await text.first().getAttribute('type')) === null) expect(isDark).toBe(colorScheme === 'dark')
      }
    })

  step('it says so when the workspace goes away, and offers nothing that would be lost', async () => {
    expect(visit.problems).toEqual([])
    expect(await visit.workspace.stop()).toBe(0)
    await you.page.getByRole('alert').filter({ hasText: 'Connection lost' }).waitFor()
    expect(await you.page.getByRole('button', { name: 'Push a commit' }).isDisabled()).toBe(true)
  })
})
