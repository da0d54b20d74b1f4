import type { Locator } from 'playwright-core'
import { violations } from '../support/browser/accessibility.ts'
import { rowsOf } from '../support/browser/rows.ts'
import { testWith } from '../support/needs.ts'
import type { Visitor } from '../support/browser/visitor.ts'
import type { Step, Visit } from './in-browser.ts'

/*
 * The walk of README.md, by what things are called: at any width, in what `npm start` runs. Each step goes on from the one
 * before it. An execution has been deployed before.
 */

/** The message of the one that breaks the app. */
const ROLLED_BACK = /Failed, rolled back.*Rolled back to [0-9a-f]{7}.*flask_login.*What could go wrong/s

/** Rows of one change that waits, on a phone; on a desktop it has fewer. */
const MOST_ROWS = 14

/** The notice in its thread. */
const TOLD =
  /Failed, rolled back:.*Rolled back to [0-9a-f]{7}.*flask_login.*For @Ana Soares, @Chen Wei, and @Dana Novak/s

/** The digest of the day in which it failed. */
const COUNTED = /Daily digest:.*1 failed/s

const RESTORED = /Live: flask-app to Production.*This one starts/s

/** Where the example application can be built and run. */
const withPackages = await testWith(['packages'])

/** What would be deployed: a line below says what is live. */
const commitIn = (message: Locator): Promise<string> =>
  message
    .getByRole('link', { name: /^[0-9a-f]{7}$/ })
    .first()
    .innerText()

const whatRuns = async ({ half, page }: Visitor): Promise<string> => {
  await half('Pipeline')
  const app = await page.getByRole('link', { name: 'Open the app' }).getAttribute('href')
  return (await fetch(new URL('healthz', app!))).text()
}

/** Steps 1 to 7. */
export const walkToConsole = (step: Step, visit: Visit): void => {
  let you: Visitor
  beforeAll(() => {
    you = visit.you
  })

  step('Ana pushes a commit: the question says what is new in it and whose it is', async () => {
    await you.be('Ana Soares')
    await you.push()
    await you.question().waitFor()
    const words = await you.question().innerText()
    expect(words).toContain('Approve flask-app to Production?')
    expect(words).toMatch(/1 change: .*Live now: /s)
    expect(words).toContain('Ana Soares')
    expect(words).toContain('release managers')
    const compare = await you.question().getByRole('link', { name: 'Compare' }).getAttribute('href')
    expect((await fetch(compare ?? '')).status).toBe(200)
  })

  step('it fits a phone’s screen, with the names of those who may approve', async () => {
    await you
      .question()
      .filter({ hasText: /release managers: @.*engineers: @/s })
      .waitFor()
    expect(await rowsOf(you.question())).toBeLessThanOrEqual(MOST_ROWS)
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
    await you.half('Pipeline')
    const stage = you.execution(`Execution ${commit}`).getByRole('listitem', { name: 'Stage Production' })
    await stage.getByText('Succeeded').first().waitFor()
    await you.channel('deployments')
    await you.message('deployments', new RegExp(`flask-app.*succeeded.*${commit}`, 's')).waitFor()
    await you.channel('releases')
  })

  step('the app answers with the new commit', async () => expect(await whatRuns(you)).toContain(commit), withPackages)

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
    // What waits, what is live and what was rejected are in sight of axe.
    expect(await violations(you.page)).toEqual([])
    await you.half('Pipeline')
    await you.page.getByRole('button', { name: 'Decide in the AWS console…' }).click()
    const form = you.dialog('Decide in the AWS console')
    await form.getByLabel('Rejected').check()
    await form.getByLabel(/^Summary/).fill('Not before the weekend')
    await form.getByRole('button', { name: 'Submit' }).click()
    await you.half('Slack')
    await you.message('releases', /Rejected.*in the AWS console.*ben.*Not before the weekend/).waitFor()
    expect(await you.question().count()).toBe(0)
  })
}

/** Step 8, after which a change freeze holds. What waits then breaks the app. */
export const moveTheClock = (step: Step, visit: Visit): void => {
  step('as the clock moves, approvers are reminded, the approval is escalated, and a freeze begins', async () => {
    const { you } = visit
    await you.be('Ana Soares')
    await you.pushOther(/breaks the app/)
    await you.question().waitFor()
    await you.moveClock(11)
    await you
      .question()
      .getByRole('button', { name: /repl(?:y|ies)/ })
      .click()
    await you.inThread(/still waiting/i).waitFor()
    await you.page.getByRole('button', { name: 'Close thread' }).click()
    await you.moveClock(20)
    await you.message('releases', /Escalated.*@Hala Nasser/s).waitFor()
    await you.moveClock(12 * 60)
    await you.message('releases', /Frozen: .*Change freeze “stocktaking”/s).waitFor()
  })

  step('Eli overrides the freeze, and the approval can be given again', async () => {
    const { you } = visit
    await you.overrideAs('Eli Brandt', 'Checkout is down')
    await you.message('releases', /Freeze overridden by @Eli Brandt.*Checkout is down/s).waitFor()
    await you.approve().waitFor()
  })
}

/** Step 9, after step 8: the failure with its ping, the rollback, the digest that counts it, and the recovery. */
export const failAndRecover = (step: Step, visit: Visit): void => {
  step(
    'one that breaks the app is approved by two, fails and is rolled back: its people are told, and the old version still answers',
    async () => {
      const { you } = visit
      const before = await whatRuns(you)
      await you.half('Slack')
      const broken = await commitIn(you.question())
      await you.approveAs('Chen Wei')
      await you.approveAs('Dana Novak', 'What could go wrong')
      await you.message('releases', ROLLED_BACK).waitFor()
      await readThread(you, ROLLED_BACK, TOLD)
      await you.half('Pipeline')
      const stage = you.execution(`Execution ${broken}`).getByRole('listitem', { name: 'Stage Production' })
      await stage.getByText('Failed').first().waitFor()
      expect(await whatRuns(you)).toBe(before)
    },
    withPackages,
  )

  step(
    'a day later the freeze is over, and the digest counts the failure',
    async () => {
      const { you } = visit
      await you.moveClock(24 * 60)
      await you.channel('deployments')
      await you.message('deployments', COUNTED).waitFor()
      await you.channel('releases')
    },
    withPackages,
  )

  step(
    'the next one is live: the thread says that the app has recovered, and after how long',
    async () => {
      const { you } = visit
      await you.be('Ana Soares')
      await you.push()
      await you.question().waitFor()
      await you.approveAs('Chen Wei')
      await you.approveAs('Dana Novak', 'This one starts')
      await you.message('releases', RESTORED).waitFor()
      await readThread(you, RESTORED, /Recovered after 1\sday: flask-app to Production is live/)
      // What was rolled back, what is live and what was rejected are in sight of axe.
      expect(await violations(you.page)).toEqual([])
    },
    withPackages,
  )
}

const readThread = async (you: Visitor, of: RegExp, words: RegExp): Promise<void> => {
  await you
    .message('releases', of)
    .getByRole('button', { name: /repl(?:y|ies)/ })
    .click()
  await you.inThread(words).waitFor()
  await you.page.getByRole('button', { name: 'Close thread' }).click()
}
