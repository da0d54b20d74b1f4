import { jest } from '@jest/globals'
import { makeBarePath } from '../support/bare-path.ts'
import type { Visitor } from '../support/browser/visitor.ts'
import { directoryWith, removeDirectories } from '../support/order.ts'
import { inBrowser } from './in-browser.ts'

/*
 * A freeze that a person types, walked in a real browser through what `npm start` runs, at the width of a desktop and of a
 * phone, with the keyboard alone. Each step continues from the one before it.
 */

jest.setTimeout(120_000)

/** The environment of a bare machine: what it cannot build makes no difference here. */
const bare = async () => {
  const PATH = await directoryWith()
  await makeBarePath(PATH, { node: process.execPath })
  return { PATH }
}
afterAll(removeDirectories)

for (const [device, width] of [
  ['desktop', 1440],
  ['phone', 390],
] as const)
  await inBrowser(`a freeze from Slack on a ${device}`, { width, height: 900, environment: bare }, (step, visit) => {
    let you: Visitor
    beforeAll(() => {
      you = visit.you
    })

    const type = async (text: string) => {
      await you.page.getByLabel('Command in #releases').focus()
      await you.page.keyboard.type(text)
      await you.page.keyboard.press('Enter')
    }

    step('an approval waits', async () => {
      await you.push()
      await you.channel('releases')
      await you.question().waitFor()
    })

    step('what is no command is not sent, and said', async () => {
      await type('hello')
      await you.page.getByText('Only the command /greenlight can be sent here.').waitFor()
      await you.page.getByLabel('Command in #releases').fill('')
    })

    step('a person who may not freeze reads why, and gets back what they typed', async () => {
      await you.be('Ana')
      await type('/greenlight freeze flask-app for 2h because incident 4711')
      await you
        .message('releases', /You may not do this on routes\.0 \(flask-app\).*You typed: \/greenlight freeze/)
        .waitFor()
    })

    step('a release manager freezes, and the approval that waits says so', async () => {
      await you.be('Dana')
      await type('/greenlight freeze flask-app for 2h because incident 4711')
      await you.message('releases', /Frozen: flask-app until .*because “incident 4711”/).waitFor()
      await you.message('releases', /Frozen: flask-app to Production/).waitFor()
      await you.message('releases', /Change freeze “incident 4711”, set in Slack, until/).waitFor()
    })

    step('everyone may list the freezes', async () => {
      await you.be('Finn')
      await type('/greenlight freezes')
      await you.message('releases', /1 freeze was set in Slack/).waitFor()
    })

    step('it is lifted, and the approval can be given again', async () => {
      await you.be('Dana')
      await type('/greenlight lift flask-app because solved')
      await you.message('releases', /The change freeze is lifted: flask-app, by/).waitFor()
      await you.question().waitFor()
    })
  })
