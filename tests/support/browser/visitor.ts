import type { Locator, Page } from 'playwright-core'
import { isNarrow } from './is-narrow.ts'

export type Visitor = ReturnType<typeof visitor>

/** As the page calls a channel, or the conversation with the app. */
const placeOf = (channel: string): string =>
  channel === 'Greenlight' ? `the direct message with ${channel}` : `#${channel}`

/** A person in front of the page, who finds everything by its accessible name. */
export const visitor = (page: Page) => {
  const decision = (verb: string) => page.getByRole('button', { name: new RegExp(`^${verb}… `) })
  const be = async (name: string): Promise<void> => {
    await page.getByRole('button', { name: /^You are / }).click()
    await page.getByRole('menuitemradio', { name: new RegExp(`^${name}`) }).click()
    await page.getByRole('button', { name: new RegExp(`^You are ${name}`) }).waitFor()
  }
  /** On a phone, shows this half of the page; a desktop shows both. */
  const half = async (name: 'Pipeline' | 'Slack'): Promise<void> => {
    // A page that has no snapshot yet has no tabs either.
    await page.getByRole('button', { name: /^You are / }).waitFor()
    if (await isNarrow(page)) await page.getByRole('tab', { name: new RegExp(`^${name}`) }).click()
  }
  const message = (channel: string, words?: RegExp): Locator =>
    page
      .getByRole('list', { name: `Messages in ${placeOf(channel)}` })
      .getByRole('listitem')
      .filter({ has: page.locator('time'), ...(words && { hasText: words }) })

  /** Presses a key until the focused element has this name. */
  const pressUntil = async (key: string, name: string | RegExp, presses: number): Promise<void> => {
    const called: string[] = []
    for (let press = 0; press < presses; press += 1) {
      await page.keyboard.press(key)
      const focused = await nameOf(page.locator(':focus'))
      if (typeof name === 'string' ? focused === name : name.test(focused)) return
      called.push(focused.slice(0, 40))
    }
    throw new Error(`${key} never leads to ${String(name)}, only to ${called.join(' → ')}`)
  }

  /** Sends a form, and sends it again if Slack got no answer in its three seconds: a busy machine is slow. */
  const send = async (modal: Locator, button: string): Promise<void> => {
    const late = modal.getByRole('alert').filter({ hasText: 'did not answer within 3 seconds' })
    const isLate = () => late.waitFor().then(() => true)
    const isTaken = () => modal.waitFor({ state: 'detached' }).then(() => false)
    do await modal.getByRole('button', { name: button }).click()
    while (await Promise.race([isLate(), isTaken()]))
  }

  return {
    page,
    /** Switches to this person. */
    be,
    half,
    tabTo: (name: string | RegExp) => pressUntil('Tab', name, 60),
    moveTo: (key: 'ArrowDown' | 'ArrowUp', name: string | RegExp) => pressUntil(key, name, 12),
    async push(): Promise<void> {
      await half('Pipeline')
      await page.getByRole('button', { name: 'Push a commit' }).click()
      await half('Slack')
    },
    /** Pushes one of the commits that fail, by its name in the menu beside the button. */
    async pushOther(kind: RegExp): Promise<void> {
      await half('Pipeline')
      await page.getByRole('button', { name: 'Other kinds of commit', exact: true }).click()
      await page.getByRole('menuitem', { name: kind }).click()
      await half('Slack')
    },
    async channel(name: string): Promise<void> {
      await half('Slack')
      await page
        .getByRole('navigation', { name: 'Slack channels' })
        .getByRole('button', { name: new RegExp(`^${name}`) })
        .click()
    },
    /** Opens the app's Home tab. */
    async home(): Promise<void> {
      await half('Slack')
      await page.getByRole('navigation', { name: 'Slack channels' }).getByRole('button', { name: 'Home' }).click()
    },
    /** What the Home tab shows. */
    inHome: (): Locator => page.getByRole('region', { name: 'Home of Greenlight' }),
    /** Sends a command in this channel. */
    async type(channel: string, command: string): Promise<void> {
      const field = page.getByLabel(`Command in ${placeOf(channel)}`)
      await field.fill(command)
      await field.press('Enter')
    },
    /** Closes a dialog that tells these words: an answer to a click in Home, or that a form is being checked. */
    async closeAnswer(words: RegExp): Promise<void> {
      const answer = page.getByRole('dialog').filter({ hasText: words })
      await answer.getByRole('button', { name: 'Close' }).last().click()
      await answer.waitFor({ state: 'detached' })
    },
    /** Closes the answer to a form that was sent twice, since Slack had none in its three seconds. */
    async dismiss(): Promise<void> {
      const close = page.getByRole('dialog').getByRole('button', { name: 'Close' }).last()
      if ((await close.count()) > 0) await close.click()
    },
    /** Sends the form that is open. */
    submit: (title: string, button: string): Promise<void> => send(page.getByRole('dialog', { name: title }), button),
    /** Messages of the open channel with these words. */
    message,
    /** The approval that can be decided; there is one at a time. */
    question: (verb = 'Approve'): Locator => message('releases').filter({ has: decision(verb) }),
    approve: () => message('releases').getByRole('button', { name: /^Approve… / }),
    /** Approves as this person, with a comment. */
    async approveAs(name: string, comment = ''): Promise<void> {
      await be(name)
      await message('releases')
        .getByRole('button', { name: /^Approve… / })
        .click()
      const modal = page.getByRole('dialog', { name: 'Approve deployment' })
      await modal.getByLabel('Comment').fill(comment)
      await send(modal, 'Approve')
    },
    /** Overrides the freeze as this person. */
    async overrideAs(name: string, reason: string): Promise<void> {
      await be(name)
      await message('releases')
        .getByRole('button', { name: /^Override freeze… / })
        .click()
      const modal = page.getByRole('dialog', { name: 'Override the freeze' })
      await modal.getByLabel('Reason').fill(reason)
      await send(modal, 'Override')
    },
    overrideFreeze: () => message('releases').getByRole('button', { name: /^Override freeze… / }),
    confirmOverride: () =>
      message('releases', /Freeze overridden by/).getByRole('button', { name: /^Confirm the override… / }),
    stopAutomatic: () => message('releases').getByRole('button', { name: /^Stop automatic approval/ }),
    takeNewer: () => message('releases').getByRole('button', { name: /^Reject and ask for the newer one/ }),
    /** In the answer that tells only an approver that their approval counts. */
    withdraw: () => message('releases', /Only visible to you/).getByRole('button', { name: /^Withdraw my approval/ }),
    /** Moves the workspace's clock forward. */
    async moveClock(minutes: number): Promise<void> {
      await page.getByRole('button', { name: /move the clock$/ }).click()
      const panel = page.getByRole('group', { name: 'Move the clock' })
      await panel.getByLabel('Minutes').fill(String(minutes))
      await panel.getByRole('button', { name: 'Move', exact: true }).click()
      await panel.getByRole('button', { name: 'Move', exact: true }).waitFor()
      await page.keyboard.press('Escape')
    },
    openThread: () =>
      page
        .getByRole('button', { name: /repl(?:y|ies)/ })
        .first()
        .click(),
    inThread: (words: RegExp): Locator =>
      page
        .getByRole('list', { name: 'Messages in thread' })
        .getByRole('listitem')
        .filter({ has: page.locator('time'), hasText: words }),
    reject: () => message('releases').getByRole('button', { name: /^Reject… / }),
    /** Answers that only this person sees. */
    privateAnswer: (): Locator => message('releases', /Only visible to you/),
    /** Presses a button that opens a form, and once more if none has opened after a quarter of a minute: a busy machine is slow. */
    openForm: async (button: Locator, title: string): Promise<Locator> => {
      const form = page.getByRole('dialog', { name: title })
      await button.click()
      const isOpen = await form.waitFor({ timeout: 15_000 }).then(
        () => true,
        () => false,
      )
      if (!isOpen) await button.click()
      return form
    },
    dialog: (name?: string): Locator => page.getByRole('dialog', name === undefined ? {} : { name }),
    execution: (name: string): Locator => page.getByRole('article', { name }),
  }
}

/** The element's accessible name; empty if it has none. */
const nameOf = async (element: Locator): Promise<string> =>
  (await element.count()) === 0 ? '' : (/"(.*?)"/.exec(await element.ariaSnapshot())?.[1] ?? '')
