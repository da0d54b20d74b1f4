import type { Browser, Locator, Page } from 'playwright-core'
import type { Snapshot } from '../../../local/page/contract.ts'
import { launchBrowser, visit } from '../../support/browser/browser.ts'
import { startFixtureServer } from './fixture-server.ts'
import { describeWith } from '../../support/needs.ts'
import { busySnapshot, button, DANA, FINN, message, NOW, rejectModal, TOKEN } from './snapshots.ts'

type FixtureServer = Awaited<ReturnType<typeof startFixtureServer>>

await describeWith(['chromium'], 'the page in a browser', () => {
  let browser: Browser
  let server: FixtureServer
  let page: Page
  let problems: string[]

  beforeAll(async () => {
    browser = await launchBrowser()
  }, 30_000)
  afterAll(() => browser.close())
  beforeEach(async () => {
    problems = []
    server = await startFixtureServer(busySnapshot())
    page = await visit(browser, server.url, problems, { viewport: { width: 1440, height: 900 } })
    await page.getByRole('button', { name: 'Push a commit' }).waitFor()
  })
  afterEach(async () => {
    await page.context().close()
    await server.close()
    expect(problems).toEqual([])
  })

  const become = async (name: string) => {
    await page.getByRole('button', { name: /^You are/ }).click()
    await page.getByRole('menuitemradio', { name }).click()
  }
  const releases = () => page.getByRole('list', { name: 'Messages in #releases' })
  const change = (edit: (snapshot: Snapshot) => void) => {
    const next = structuredClone(server.snapshot())
    edit(next)
    server.show(next)
  }

  test('shows executions with their stages and commits, and which one waits for which', async () => {
    const pipeline = page.getByRole('region', { name: 'Pipeline flask-app' })
    const waiting = pipeline.getByRole('article', { name: 'Execution 9aa01bc' })
    await waiting.getByText('Waits until 4f9c2e1 has left Production').waitFor()
    const production = pipeline
      .getByRole('article', { name: 'Execution 4f9c2e1' })
      .getByRole('listitem', { name: 'Stage Production' })
    expect(await production.textContent()).toContain('Waiting for approval')
    await page.getByText('Python is not installed here').waitFor()
    await page.getByRole('link', { name: 'Open the app' }).waitFor()
  })

  test('pushes a commit of each kind as the chosen person', async () => {
    await become('Finn Larsen')
    await page.getByRole('button', { name: 'Push a commit' }).click()
    await page.getByRole('button', { name: 'Other kinds of commit' }).click()
    await page.getByRole('menuitem', { name: /breaks the app/ }).press('Enter')
    expect((await server.askedFor(2)).map(({ body }) => body)).toEqual([
      { userId: FINN.id, kind: 'good' },
      { userId: FINN.id, kind: 'broken' },
    ])
  })

  test('a further pipeline has its own push button, and shows which share gets its new version', async () => {
    const url = 'http://127.0.0.1:4620/'
    change(({ pipelines }) => {
      const next = { version: 'b2c3d4e', percent: 10 }
      const application = { url, version: 'a1b2c3d', healthy: true, next }
      const reports = { name: 'reports', accountId: '444455556666', delivery: { application }, executions: [] }
      pipelines.push({ ...pipelines[0]!, ...reports })
    })
    const pipeline = page.getByRole('region', { name: 'Pipeline reports' })
    const deployed = pipeline.getByRole('region', { name: 'Deployed: reports' })
    await deployed.getByText('Shifting traffic · 10 % to b2c3d4e, the rest to a1b2c3d').waitFor()
    expect(await deployed.getByRole('link', { name: 'Open reports' }).getAttribute('href')).toBe(url)
    await pipeline.getByRole('button', { name: 'Push to reports' }).click()
    await pipeline.getByRole('button', { name: 'Other kinds of commit to reports' }).click()
    await pipeline.getByRole('menuitem', { name: /breaks the app/ }).press('Enter')
    const asked = { userId: DANA.id, accountId: '444455556666' }
    expect((await server.askedFor(2)).map(({ body }) => body)).toEqual([
      { ...asked, kind: 'good' },
      { ...asked, kind: 'broken' },
    ])
  })

  test('a refused push says why beside the button', async () => {
    server.answerWith(() => ({ ok: false, error: 'Git is not installed here.' }))
    await page.getByRole('button', { name: 'Push a commit' }).click()
    await page.getByRole('alert').getByText('Git is not installed here.').waitFor()
  })

  test('a click goes to the app as the chosen person, shows that it waits, and only that person sees the private answer', async () => {
    await become('Finn Larsen')
    let finish = () => {}
    server.answerWith(() => new Promise((resolve) => (finish = () => resolve({ ok: true }))))
    const approve = releases().getByRole('button', { name: 'Approve…' })
    await approve.click()
    await page.locator('button[aria-busy=true]').waitFor()
    change(({ channels }) => {
      channels[0]?.messages.push(message(`${NOW / 1000 + 5}.000001`, 'No.', [], { onlyFor: FINN.id }))
    })
    await releases().getByText('No.').waitFor()
    finish()
    await page.locator('button[aria-busy=true]').waitFor({ state: 'detached' })
    expect(server.asked).toEqual([
      {
        path: '/local/slack/click',
        body: {
          userId: FINN.id,
          channelId: 'C0RELEASES',
          ts: expect.any(String),
          blockId: 'approval',
          actionId: 'approve',
        },
      },
    ])
    await become('Dana Novak')
    await releases().getByText('No.').waitFor({ state: 'detached' })
  })

  test('a click that fails says so at its message', async () => {
    server.answerWith(() => ({ ok: false, error: 'Greenlight answered with status 500.' }))
    await releases().getByRole('button', { name: 'Approve…' }).click()
    await releases().getByRole('alert').getByText('Greenlight answered with status 500.').waitFor()
  })

  test('an answer that takes longer than Slack waits is reported as late, and the report goes when it comes', async () => {
    let finish = () => {}
    server.answerWith(() => new Promise((resolve) => (finish = () => resolve({ ok: true }))))
    await page.clock.install()
    await releases().getByRole('button', { name: 'Approve…' }).click()
    await server.askedFor(1)
    const late = releases().getByRole('alert').getByText('Greenlight has not answered within three seconds.')
    expect(await late.isVisible()).toBe(false)
    await page.clock.runFor(3000)
    await late.waitFor()
    finish()
    await late.waitFor({ state: 'detached' })
  })

  test('a button with a confirmation acts only after it', async () => {
    const plain = (text: string) => ({ type: 'plain_text', text })
    const confirm = { title: plain('Sure?'), text: plain('It goes live.'), confirm: plain('Yes'), deny: plain('No') }
    change(({ channels }) => {
      const blocks = [{ type: 'actions', block_id: 'b', elements: [button('go', 'Go', { confirm })] }]
      channels[0]?.messages.push(message(`${NOW / 1000 + 5}.000002`, 'Go?', blocks))
    })
    const go = releases().getByRole('button', { name: 'Go', exact: true })
    await go.click()
    await page.getByRole('dialog', { name: 'Sure?' }).getByRole('button', { name: 'No' }).click()
    expect(await go.evaluate((element) => element === document.activeElement)).toBe(true)
    expect(server.asked).toEqual([])
    await go.click()
    await page.getByRole('dialog').getByRole('button', { name: 'Yes' }).click()
    expect(await server.askedFor(1)).toMatchObject([{ body: { blockId: 'b', actionId: 'go' } }])
  })

  test('a modal keeps the input if the app refuses it, and sends Slack’s values', async () => {
    change((snapshot) => snapshot.modals.push(rejectModal('U0DANA')))
    const modal = page.getByRole('dialog', { name: 'Reject deployment' })
    const reason = modal.getByRole('textbox', { name: 'Reason' })
    expect(await hasFocus(reason)).toBe(true)
    await modal.getByRole('button', { name: 'Reject' }).click()
    await modal.getByText('Please complete this required field.').waitFor()
    expect(server.asked).toEqual([])
    await reason.fill('Totals are wrong')
    await modal.getByRole('radio', { name: 'It is reverted' }).check()
    await modal.getByRole('button', { name: 'Reject' }).click()
    expect((await server.askedFor(1))[0]?.body).toMatchObject({
      userId: 'U0DANA',
      viewId: 'V0REJECT',
      values: {
        reason: { text: { value: 'Totals are wrong' } },
        next: { choice: { selected_option: { value: 'revert' } } },
      },
    })
    change((snapshot) => (snapshot.modals = [rejectModal('U0DANA', { reason: 'Say which totals.' })]))
    await modal.getByText('Say which totals.').waitFor()
    // What is wrong has the focus, not the button that sent it.
    expect(await hasFocus(reason)).toBe(true)
    expect(await reason.inputValue()).toBe('Totals are wrong')
    expect(await reason.getAttribute('aria-invalid')).toBe('true')
    await page.keyboard.press('Escape')
    expect((await server.askedFor(2))[1]).toEqual({
      path: '/local/slack/close',
      body: { userId: 'U0DANA', viewId: 'V0REJECT' },
    })
  })

  test('a form that begins with a choice has the focus there', async () => {
    const form = rejectModal('U0DANA')
    const { blocks } = form.view as { blocks: unknown[] }
    form.view = { ...(form.view as object), blocks: blocks.toReversed() }
    change((snapshot) => snapshot.modals.push(form))
    const modal = page.getByRole('dialog', { name: 'Reject deployment' })
    expect(await hasFocus(modal.getByRole('checkbox', { name: 'The author' }))).toBe(true)
    await page.keyboard.press('Escape')
    await modal.waitFor({ state: 'detached' })
  })

  test('decides without Slack, with the token that waits', async () => {
    await page.getByRole('button', { name: 'Decide in the AWS console…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Decide in the AWS console' })
    expect(await dialog.getByRole('radio').count()).toBe(2)
    expect(await dialog.getByRole('radio', { checked: true }).count()).toBe(0)
    await dialog.getByRole('radio', { name: 'Rejected' }).check()
    await dialog.getByRole('textbox', { name: /Summary/ }).fill('Not on a Friday')
    await dialog.getByRole('button', { name: 'Submit' }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(server.asked[0]?.body).toMatchObject({ token: TOKEN, status: 'Rejected', summary: 'Not on a Friday' })
  })

  test('stops, retries and reads a log', async () => {
    server.serveLogs({ 'log-deploy': 'GET /healthz → 502' })
    await page.getByRole('article', { name: 'Execution 4f9c2e1' }).getByRole('button', { name: 'Stop…' }).click()
    await page.getByRole('radio', { name: /Stop and abandon/ }).check()
    await page.getByRole('button', { name: 'Stop the execution' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByText('Earlier executions').click()
    await page.getByRole('button', { name: 'Stages of 77e0c3d' }).click()
    await page.getByRole('button', { name: 'Log of Deploy' }).click()
    await page
      .getByRole('dialog', { name: /^Log of Deploy/ })
      .getByText('GET /healthz → 502')
      .waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Retry Production' }).click()
    expect(await server.askedFor(2)).toMatchObject([
      { path: '/local/console/stop', body: { abandon: true } },
      { path: '/local/console/retry', body: { stageName: 'Production' } },
    ])
  })

  test('moves the clock and shows the time', async () => {
    await page.getByRole('button', { name: /move the clock$/ }).click()
    await page.getByRole('button', { name: '+1 day' }).click()
    await page.getByRole('textbox', { name: 'Minutes' }).fill('90')
    await page.getByRole('button', { name: 'Move', exact: true }).click()
    expect((await server.askedFor(2)).map(({ body }) => body)).toEqual([
      { aheadByMs: 86_400_000 },
      { aheadByMs: 5_400_000 },
    ])
    change((snapshot) => Object.assign(snapshot, { clockAheadMs: 91_800_000, now: NOW + 91_800_000 }))
    await page.getByText('+1 d 1 h').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('group', { name: 'Move the clock' }).waitFor({ state: 'detached' })
  })

  test('counts what arrives in another channel, until it is read', async () => {
    change(({ channels }) => {
      channels[1]?.messages.push(message(`${NOW / 1000 + 1}.000003`, 'flask-app is live.', []))
    })
    await page.getByRole('button', { name: 'deployments 1 unread' }).click()
    await page.getByRole('list', { name: 'Messages in #deployments' }).getByText('flask-app is live.').waitFor()
    await page.getByRole('button', { name: 'deployments', exact: true }).waitFor()
    await page.getByRole('status').getByText('Greenlight in deployments: flask-app is live.').waitFor()
  })

  test('opens a thread beside the channel, and returns the focus', async () => {
    await page.getByRole('button', { name: /^1 reply/ }).click()
    await page.getByRole('list', { name: 'Messages in thread' }).getByText('flask_login').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('complementary', { name: 'Thread' }).waitFor({ state: 'detached' })
    const focused = await page.evaluate(() => document.activeElement?.textContent)
    expect(focused).toContain('1 reply')
  })

  test('says that the connection is lost, and connects again', async () => {
    await server.goAway()
    await page.getByRole('alert').getByText('Connection lost').waitFor()
    expect(await page.getByRole('button', { name: 'Push a commit' }).isDisabled()).toBe(true)
    expect(await releases().getByRole('button', { name: 'Approve…' }).isDisabled()).toBe(true)
    await server.comeBack()
    await page.getByText('Connection lost').waitFor({ state: 'detached' })
    expect(await page.getByRole('button', { name: 'Push a commit' }).isDisabled()).toBe(false)
    // The browser itself reports each lost connection.
    problems = problems.filter((problem) => !problem.startsWith('Failed to load resource'))
  })

  test('the walk ticks its own steps, stays dismissed, and comes back on request', async () => {
    const walk = page.getByRole('region', { name: 'A walk through Greenlight' })
    await walk.getByText('1 of 8').waitFor()
    await page.getByRole('button', { name: 'Push a commit' }).click()
    await walk.getByText('Be refused').or(walk.getByText('See the approval arrive')).waitFor()
    await walk.getByRole('button', { name: 'Dismiss the walk' }).click()
    await page.reload()
    await page.getByRole('button', { name: 'Show the walk' }).click()
    await walk.getByRole('button', { name: 'All steps' }).click()
    await walk.getByText('Push a commit (done)').waitFor()
  })

  test('works by keyboard: arrows choose a person, and Escape returns the focus', async () => {
    const you = page.getByRole('button', { name: /^You are/ })
    await you.press('Enter')
    await page.keyboard.press('End')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'You are Finn Larsen Contractor, not an approver' }).waitFor()
    await you.press('Enter')
    await page.keyboard.press('Escape')
    expect(await you.evaluate((element) => element === document.activeElement)).toBe(true)
  })

  test.each([375, 640, 700, 768, 859, 860, 1024, 1920])('no content is cut off at %d pixels', async (width) => {
    await page.setViewportSize({ width, height: 812 })
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(await overflow()).toBe(0)
    await page.getByRole('button', { name: /move the clock$/ }).click()
    const panel = page.getByRole('group', { name: 'Move the clock' })
    expect((await panel.boundingBox())?.x).toBeGreaterThanOrEqual(0)
    expect(await panel.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0)
    await page.keyboard.press('Escape')
    if (width >= 860) return
    await page.getByRole('tab', { name: 'Slack' }).click()
    await releases().getByRole('button', { name: 'Approve…' }).waitFor()
    expect(await page.getByRole('region', { name: 'Pipeline flask-app' }).isVisible()).toBe(false)
    expect(await overflow()).toBe(0)
  })
})

const hasFocus = (element: Locator): Promise<boolean> => element.evaluate((one) => one === document.activeElement)
