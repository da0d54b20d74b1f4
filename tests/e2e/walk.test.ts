import { jest } from '@jest/globals'
import { contrastOf } from './contrast.ts'
import { inBrowser } from './in-browser.ts'
import { violations } from '../support/browser/accessibility.ts'
import { failAndRecover, moveTheClock, walkToConsole } from './readme-walk.ts'
import type { Visitor } from '../support/browser/visitor.ts'

/*
 * A newcomer's walk: what `npm start` runs, in a real browser, by what things are called. Each step goes on from the
 * one before it.
 */

jest.setTimeout(120_000)

await inBrowser('a walk', { height: 900 }, (step, visit) => {
  let you: Visitor
  beforeAll(() => {
    you = visit.you
  })

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

  walkToConsole(step, visit)

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

  moveTheClock(step, visit)
  failAndRecover(step, visit)

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
