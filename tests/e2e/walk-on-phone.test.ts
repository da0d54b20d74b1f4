import { jest } from '@jest/globals'
import { inBrowser } from './in-browser.ts'
import { failAndRecover, moveTheClock, walkToConsole } from './readme-walk.ts'

/* The same walk as on a desktop, whole, on a phone that shows the pipeline or Slack. */

jest.setTimeout(120_000)

await inBrowser('a walk on a phone', { width: 390, height: 844 }, (step, visit) => {
  step('the first execution is approved by two', async () => {
    const { you } = visit
    await you.half('Slack')
    await you.question().waitFor()
    await you.approveAs('Dana Novak', 'From a train')
    await you.approveAs('Chen Wei')
    await you.message('releases', /Live: flask-app to Production.*@Dana Novak.*From a train/).waitFor()
  })

  walkToConsole(step, visit)
  moveTheClock(step, visit)
  failAndRecover(step, visit)

  step('no error was logged in the page', async () => expect(visit.problems).toEqual([]))
})
