import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { find } from '../equipment.ts'

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** @throws if there is no browser. */
export const launchBrowser = async (): Promise<Browser> => {
  const found = await find('chromium')
  if ('missing' in found) throw new Error(`${found.missing}: apt-get install chromium`)
  return chromium.launch({ executablePath: found.path, args: FLAGS })
}

/** A new visit to `url`; errors in the page are added to `problems`. */
export const visit = async (
  browser: Browser,
  url: string,
  problems: string[],
  options: BrowserContextOptions = {},
): Promise<Page> => {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (line) => {
    if (line.type() === 'error') problems.push(line.text())
  })
  await page.goto(url)
  return page
}
