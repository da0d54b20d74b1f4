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
  if ('missing' in found) throw new Error(`${found.missing}: apt-get install chromium-headless-shell`)
  return chromium.launch({ executablePath: found.path, args: FLAGS })
}

/** A new visit to `url`; errors in the page are added to `problems`. */
export const visit = async (
  browser: Browser,
  url: string,
  problems: string[],
  options: BrowserContextOptions = {},
): Promise<Page> => {
  // What moves without end is drawn sixty times a second.
  const settings = { locale: 'en-GB', timezoneId: 'UTC', reducedMotion: 'reduce', ...options } as const
  const context = await browser.newContext(settings)
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (line) => {
    if (line.type() === 'error') problems.push(line.text())
  })
  await page.goto(url)
  return page
}
