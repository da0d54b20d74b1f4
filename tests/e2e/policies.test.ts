import { jest } from '@jest/globals'
import { makeBarePath } from '../support/bare-path.ts'
import { violations } from '../support/browser/accessibility.ts'
import type { Visitor } from '../support/browser/visitor.ts'
import { directoryWith, removeDirectories } from '../support/order.ts'
import { inBrowser } from './in-browser.ts'

/*
 * Policies as teams write them, walked in a real browser through what `npm start` runs with local/policies.yml: groups in
 * sequence, alternatives, an automatic approval that a person stops and one that takes its course, and a calendar that
 * closes. Each step continues from the one before it. The workspace finds no git, bash and Python here.
 */

jest.setTimeout(120_000)

const bare = async () => {
  const PATH = await directoryWith()
  await makeBarePath(PATH, { node: process.execPath })
  return { PATH, GREENLIGHT_CONFIG: 'local/policies.yml' }
}
afterAll(removeDirectories)

const SIZES = [
  { width: 390, height: 844 },
  { width: 1440, height: 1200 },
]

await inBrowser('policies as teams write them', { height: 1200, environment: bare }, (step, visit) => {
  let you: Visitor
  beforeAll(() => {
    you = visit.you
  })

  /** On a phone and on a desk, nothing is wider than the screen, and everything can be told by everyone. */
  const fits = async (): Promise<void> => {
    for (const size of SIZES) {
      await you.page.setViewportSize(size)
      if (size.width === 390) await you.page.getByRole('tab', { name: /^Slack/ }).click()
      await you.message('releases').last().waitFor()
      expect(await you.page.evaluate(() => document.documentElement.scrollWidth)).toBe(size.width)
      expect(await violations(you.page)).toEqual([])
    }
  }
  const live = (): Promise<void> =>
    you
      .message('releases', /Live: flask-app to Production/)
      .last()
      .waitFor()
  const pushAs = async (name: string): Promise<void> => {
    await you.be(name)
    await you.push()
    await you.question().waitFor()
  }

  step('in a sequence, the message says whose turn it is, and an approval before its turn is refused', async () => {
    await you.question().waitFor()
    const words = await you.question().innerText()
    expect(words).toMatch(/○ QA/)
    expect(words).toMatch(/○ release managers.*after QA/)
    await you.be('Dana Novak')
    await you.approve().click()
    await you.privateAnswer().filter({ hasText: /QA/ }).waitFor()
    expect(await you.dialog().count()).toBe(0)
  })

  step('when QA has approved, the thread tells the release managers, and one of them approves', async () => {
    await you.approveAs('Chen Wei', 'Tried on staging')
    await you.openThread()
    const told = you.inThread(/release managers can approve now/)
    await told.waitFor()
    expect(await told.innerText()).toMatch(/For @Dana Novak and @Eli Brandt/)
    await you.page.getByRole('button', { name: 'Close thread' }).click()
    await fits()
    await you.approveAs('Dana Novak')
    await live()
  })

  step('of two alternatives, each is shown with how far it is, and one of them is enough', async () => {
    await pushAs('Ana Soares')
    await you.approveAs('Ben Okafor', 'Fine')
    await you.message('releases', /release managers.*engineers \(1 of 2\)/s).waitFor()
    await fits()
    await you.approveAs('Chen Wei')
    await you.message('releases', /Live: flask-app to Production.*Fine/s).waitFor()
  })

  step('a person stops an automatic approval with one click, and then people must approve', async () => {
    await pushAs('Chen Wei')
    await you.message('releases', /approves itself/i).waitFor()
    await fits()
    await you.be('Finn Larsen')
    await you.stopAutomatic().click()
    await you.message('releases', /automatic approval.*@Finn Larsen|@Finn Larsen.*automatic approval/is).waitFor()
    expect(await you.stopAutomatic().count()).toBe(0)
    await you.moveClock(3 * 60)
    await you.approve().waitFor()
    await fits()
    await you.approveAs('Ana Soares', 'By a person')
    await you.message('releases', /Live: flask-app to Production.*By a person/s).waitFor()
  })

  step('the next one approves itself after two hours, and the message names the rule', async () => {
    await pushAs('Chen Wei')
    await you.moveClock(2 * 60 + 1)
    await you.message('releases', /Live: flask-app to Production.*the rule autoApprove/s).waitFor()
    await fits()
  })

  step('once the calendar is closed no one can approve, and the message names it and its end', async () => {
    await you.moveClock(12 * 60)
    await you.be('Ana Soares')
    await you.push()
    await you.message('releases', /Frozen: flask-app to Production.*company freezes.*until/s).waitFor()
    expect(await you.approve().count()).toBe(0)
    await you.overrideFreeze().waitFor()
    await fits()
  })

  step('no error was logged in the page', () => Promise.resolve(expect(visit.problems).toEqual([])))
})
