import { jest } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import type { Snapshot } from '../../../local/page/contract.ts'
import { violations } from '../../support/browser/accessibility.ts'
import { launchBrowser, visit } from '../../support/browser/browser.ts'
import { overflow } from '../../support/browser/overflow.ts'
import { describeWith } from '../../support/needs.ts'
import { startFixtureServer } from './fixture-server.ts'
import { approvalMessage, busySnapshot, message, NOW, rejectModal } from './snapshots.ts'

/*
 * The states of the page, each brought about and looked at by axe-core, which knows WCAG 2.2. They share one browser and
 * one page, and each closes what it has opened.
 */

jest.setTimeout(30_000)

type FixtureServer = Awaited<ReturnType<typeof startFixtureServer>>

const DESKTOP = { width: 1440, height: 900 }
const PHONE = { width: 390, height: 844 }

await describeWith(['chromium'], 'the page, for everyone', () => {
  let browser: Browser
  let server: FixtureServer
  let page: Page

  beforeAll(async () => {
    browser = await launchBrowser()
    server = await startFixtureServer(busySnapshot())
    page = await visit(browser, server.url, [], { viewport: DESKTOP })
    await page.getByRole('button', { name: 'Push a commit' }).waitFor()
  })
  afterAll(async () => {
    await browser.close()
    await server.close()
  })

  const change = (edit: (snapshot: Snapshot) => void) => {
    const next = structuredClone(server.snapshot())
    edit(next)
    server.show(next)
  }
  const button = (name: string | RegExp) => page.getByRole('button', { name })
  const escape = () => page.keyboard.press('Escape')

  /** How a state is brought about, and ended again. */
  const STATES: [string, () => Promise<unknown>, (() => Promise<unknown>)?][] = [
    ['at first sight', () => page.mouse.move(0, 0)],
    ['all steps of the walk', () => button('All steps').click(), () => button('Fewer').click()],
    ['the clock is moved', () => button(/move the clock$/).click(), escape],
    ['a person is chosen', () => button(/^You are/).click(), escape],
    ['a commit is chosen', () => button('Other kinds of commit').click(), escape],
    [
      'a form says what is missing',
      async () => {
        change((snapshot) => snapshot.modals.push(rejectModal('U0DANA')))
        await page.getByRole('dialog').getByRole('button', { name: 'Reject' }).click()
        await page.getByRole('dialog').getByRole('alert').waitFor()
      },
      async () => {
        await escape()
        change((snapshot) => (snapshot.modals = []))
      },
    ],
    ['an approval is decided in the console', () => button('Decide in the AWS console…').click(), escape],
    ['an execution is stopped', () => button('Stop…').first().click(), escape],
    [
      'a log is read',
      async () => {
        server.serveLogs({ 'log-deploy': 'GET /healthz → 502' })
        await page.getByText('Earlier executions').click()
        await button('Stages of 77e0c3d').click()
        await button('Log of Deploy').click()
        await page.getByText('GET /healthz → 502').waitFor()
      },
      escape,
    ],
    [
      'a private answer is there',
      async () => {
        change(({ channels }) => {
          channels[0]?.messages.push(message(`${NOW / 1000 + 5}.000001`, 'No.', [], { onlyFor: 'U0DANA' }))
        })
        await page.getByText('Only visible to you').waitFor()
      },
    ],
    ['a thread is open', () => button(/^1 reply/).click(), escape],
    ['it is dark', () => page.emulateMedia({ colorScheme: 'dark' }), () => page.emulateMedia({ colorScheme: 'light' })],
    ['on a phone, the pipeline', () => page.setViewportSize(PHONE)],
    ['on a phone, Slack', () => page.getByRole('tab', { name: /^Slack/ }).click()],
    ['enlarged to 400 %', () => page.setViewportSize({ width: 320, height: 256 }), () => page.setViewportSize(DESKTOP)],
    [
      'the workspace was started again',
      async () => {
        change((snapshot) => (snapshot.run = 'run-2'))
        await page.getByText('The workspace was started again.').waitFor()
      },
    ],
    [
      'the connection is lost',
      async () => {
        await server.goAway()
        await page.getByText('Connection lost').waitFor()
      },
      () => server.comeBack(),
    ],
  ]

  test.each(STATES.map(([title, begin, end]) => ({ title, begin, end })))('$title', async ({ begin, end }) => {
    await begin()
    const found = [...(await violations(page)), ...(await overflow(page))]
    await end?.()
    expect(found).toEqual([])
  })

  describe('beyond what axe knows', () => {
    beforeAll(async () => {
      await page.setViewportSize(DESKTOP)
      server.show(busySnapshot())
      await approve().waitFor()
    })

    const approve = () =>
      page.getByRole('list', { name: 'Messages in #releases' }).getByRole('button', { name: 'Approve…' })
    const approval = ({ channels }: Snapshot) => channels[0]!.messages.find(({ ts }) => ts === approvalMessage.ts)!
    const spoken = (words: string) => page.getByRole('status').filter({ hasText: words })

    test.each([
      ['enlarged to 400 %', 320, 256],
      ['a phone on its side', 844, 390],
      ['a large phone on its side', 932, 430],
    ])('messages are read on %s', async (_, width, height) => {
      await page.setViewportSize({ width, height })
      const slack = page.getByRole('tab', { name: /^Slack/ })
      // The page is drawn again for its new width.
      await slack.waitFor({ state: width < 860 ? 'visible' : 'detached' })
      if (width < 860) await slack.click()
      const messages = page.getByRole('region', { name: '#releases' })
      expect((await messages.boundingBox())?.height).toBeGreaterThanOrEqual(150)
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
      await approve().click({ trial: true })
      await page.setViewportSize(DESKTOP)
    })

    test('what changes in a message is read aloud, and people by their names', async () => {
      change((snapshot) => (approval(snapshot).text = '1 of 2 approved: flask-app. <@U0DANA> approved.'))
      await spoken('Changed in releases: 1 of 2 approved: flask-app. @Dana Novak approved.').waitFor()
      change((snapshot) => (approval(snapshot).text = 'Frozen: flask-app to Production.'))
      await spoken('Changed in releases: Frozen: flask-app to Production.').waitFor()
      for (const end of ['Live', 'Failed']) {
        change((snapshot) => (approval(snapshot).text = `${end}: flask-app to Production.`))
        await spoken(`Changed in releases: ${end}: flask-app to Production.`).waitFor()
      }
      change(({ channels }) => channels[1]?.messages.push(message(`${NOW / 1000 + 9}.000001`, 'By <@U0ANA>', [])))
      await spoken('Greenlight in deployments: By @Ana Soares').waitFor()
    })

    test('a message takes the focus when a decision removes the button that had it', async () => {
      await approve().focus()
      change((snapshot) => (approval(snapshot).blocks = approval(snapshot).blocks.slice(0, 2)))
      await approve().waitFor({ state: 'detached' })
      const focused = page.locator(':focus')
      expect(await focused.getAttribute('data-ts')).toBe(approvalMessage.ts)
      server.show(busySnapshot())
      await approve().waitFor()
    })

    test('a button keeps the focus when the connection is lost, and a form still closes', async () => {
      change((snapshot) => snapshot.modals.push({ ...rejectModal('U0DANA'), viewId: 'V0AGAIN' }))
      const form = page.getByRole('dialog')
      await form.getByRole('button', { name: 'Reject' }).focus()
      await server.goAway()
      await form.getByRole('alert').getByText('Nothing can be sent').waitFor()
      const focused = () => page.locator(':focus').textContent()
      expect(await focused()).toBe('Reject')
      await escape()
      await form.waitFor({ state: 'detached' })
      await approve().focus()
      expect(await focused()).toContain('Approve…')
      expect(await approve().getAttribute('aria-disabled')).toBe('true')
      const asked = server.asked.length
      await server.comeBack()
      const closed = { path: '/local/slack/close', body: { userId: 'U0DANA', viewId: 'V0AGAIN' } }
      expect(await server.askedFor(asked + 1)).toContainEqual(closed)
      change((snapshot) => (snapshot.modals = []))
    })

    test('the title says how many approvals wait', async () => {
      expect(await page.title()).toBe('1 approval waits · Greenlight workspace')
    })

    test('links in messages are underlined', async () => {
      const list = page.getByRole('list', { name: 'Messages in #releases' })
      // A button that leads elsewhere is a link too, and looks like a button.
      const links = list.locator('a:not(.slack-button)')
      const lines = await links.evaluateAll((all) => all.map((one) => getComputedStyle(one).textDecorationLine))
      expect(lines.length).toBeGreaterThan(0)
      expect(new Set(lines)).toEqual(new Set(['underline']))
    })

    test('a thread opens at its newest message', async () => {
      change(({ channels }) => {
        const { ts } = channels[0]!.messages[0]!
        for (let index = 0; index < 40; index += 1)
          channels[0]?.messages.push(message(`${NOW / 1000 + index}.000009`, `Reply ${index}`, [], { threadTs: ts }))
      })
      await button(/^41 replies/).click()
      const newest = page.getByRole('list', { name: 'Messages in thread' }).getByText('Reply 39')
      await newest.waitFor()
      const { y = 0, height = 0 } = (await newest.boundingBox()) ?? {}
      expect(y + height).toBeLessThanOrEqual(DESKTOP.height)
      await escape()
    })

    test('if a person has chosen the colors, borders show the channel, the step and the tab', async () => {
      await page.emulateMedia({ forcedColors: 'active' })
      const border = (element: ReturnType<Page['locator']>) =>
        element.evaluate((one) => getComputedStyle(one).borderTopWidth)
      expect(await border(page.locator('.channels [aria-current]'))).toBe('2px')
      expect(await border(page.locator('.walk__dots .next'))).toBe('1px')
      await page.emulateMedia({ forcedColors: 'none' })
    })

    test('on a phone the approval that waits is said beside Slack', async () => {
      await page.setViewportSize(PHONE)
      await page.getByRole('tab', { name: 'Pipeline' }).click()
      await page.getByRole('tab', { name: 'Slack 1 waiting' }).waitFor()
    })

    test('a person belongs to a tab, and stays the same when it is loaded again', async () => {
      const become = async (tab: Page, name: string) => {
        await tab.getByRole('button', { name: /^You are / }).click()
        await tab.getByRole('menuitemradio', { name }).click()
      }
      await become(page, 'Finn Larsen')
      const other = await page.context().newPage()
      other.setDefaultTimeout(5_000)
      await other.goto(server.url)
      await become(other, 'Ana Soares')
      await page.reload()
      await button(/^You are Finn Larsen/).waitFor()
      await other.reload()
      await other.getByRole('button', { name: /^You are Ana Soares/ }).waitFor()
    })
  })
})
