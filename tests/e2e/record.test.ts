import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { jest } from '@jest/globals'
import type { Page } from 'playwright-core'
import { runGreenlight } from '../cli/scripted-terminal.ts'
import { makeBarePath } from '../support/bare-path.ts'
import { violations } from '../support/browser/accessibility.ts'
import { directoryWith, removeDirectories } from '../support/order.ts'
import { inBrowser } from './in-browser.ts'

/*
 * A visitor alters the audit record as a thief with the table would, and the audit finds it: in a real browser, through
 * what `npm start` runs on a machine without git, bash and Python.
 */

jest.setTimeout(120_000)

const bare = async () => {
  const PATH = await directoryWith()
  await makeBarePath(PATH, { node: process.execPath })
  return { PATH }
}
afterAll(removeDirectories)

const SIZES = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
]

await inBrowser('the audit record', { height: 900, environment: bare }, (step, visit) => {
  let record: Page
  afterAll(() => record?.close())

  const finding = (words: RegExp) => record.getByRole('heading', { name: words }).waitFor()
  const said = () => record.getByRole('region', { name: 'What greenlight audit says' }).innerText()
  const tamper = async (entry: number, button: string) => {
    await record.getByLabel(`Entry ${entry}`, { exact: true }).check()
    await record.getByRole('button', { name: button }).click()
  }
  const putBack = async () => {
    await record.getByRole('button', { name: 'Put back' }).click()
    await finding(/every entry intact/)
    await record.getByRole('link', { name: /Production/ }).click()
  }

  step('a link leads to it, and the audit finds every entry intact', async () => {
    const { you } = visit
    await you.question().waitFor()
    await you.approveAs('Dana Novak', 'Looks right')
    await you.approveAs('Chen Wei')
    await you.message('releases', /Live: flask-app to Production.*Looks right/s).waitFor()
    const address = await you.page.getByRole('link', { name: 'The audit record' }).getAttribute('href')
    record = await you.page.context().newPage()
    await record.goto(new URL(address!, visit.workspace.url).href)
    await finding(/every entry intact/)
    expect(await said()).toMatch(/every approval passed verification/)
    await record.getByRole('link', { name: /Production/ }).click()
    await record.getByText('Dana Novak, Approved, “Looks right”').waitFor()
  })

  step('the page says who attested what was deployed, and gives all that verifies it offline', async () => {
    await record.getByRole('heading', { name: 'The attestation beside its artifact is genuine' }).waitFor()
    const verified = await record.getByRole('region', { name: 'What greenlight verify says' }).innerText()
    expect(verified).toMatch(/flask-app, Production.*\n.*Dana Novak.*Looks right/)
    const how = await record.getByRole('region', { name: 'How to verify it' }).innerText()
    const [, address, names] = /'(.*)\{(.*)\}'/.exec(how)!
    const argv = /greenlight (.*)/.exec(how)![1]!.split(' ')
    const folder = await directoryWith()
    for (const name of names!.split(','))
      await writeFile(join(folder, name), Buffer.from(await (await fetch(`${address}${name}`)).arrayBuffer()))
    const here = argv.map((word) => (names!.split(',').includes(word) ? join(folder, word) : word))
    const { out, exitCode } = await runGreenlight(here)
    expect([exitCode, out.split('\n')[0]]).toEqual([0, verified.split('\n')[0]])
  })

  step('an altered vote is found, and can be put back', async () => {
    const row = record.getByRole('row').filter({ hasText: 'Looks right' })
    await row.getByRole('radio').check()
    await record.getByRole('button', { name: 'Alter it' }).click()
    await finding(/the record was changed/)
    expect(await said()).toMatch(/entry \d+ was altered[^]*is not the one that was signed/)
    await record.getByText('Mallory, Approved').waitFor()
    await putBack()
    await record.getByText('Dana Novak, Approved').waitFor()
  })

  step('so is one that is removed, and two that are swapped', async () => {
    await tamper(2, 'Remove it')
    await finding(/the record was changed/)
    expect(await said()).toContain('entries 2 to 2 are missing')
    await putBack()
    await tamper(1, 'Swap it with the next one')
    await finding(/the record was changed/)
    expect(await said()).toMatch(/entry 1 was altered/)
    await putBack()
  })

  step('an entry that has no next one is not swapped, and the page says so', async () => {
    await record.getByRole('radio').last().check()
    await record.getByRole('button', { name: 'Swap it with the next one' }).click()
    await record.getByText(/is the last one/).waitFor()
    await record.getByRole('link', { name: 'Back to the entries' }).click()
  })

  step('after a day, the audit also compares with the checkpoint', async () => {
    await visit.you.moveClock(25 * 60)
    await record.reload()
    await record.getByText(/compared with the newest checkpoint, which covers \d+ entries/).waitFor()
    await finding(/every entry intact/)
    await tamper(2, 'Remove it')
    await finding(/the record was changed/)
    expect(await said()).toContain('entry 2 of the log is missing')
  })

  step('it fits a desktop and a phone, and is for everyone', async () => {
    for (const size of SIZES) {
      await record.setViewportSize(size)
      for (const address of ['/record', new URL(record.url()).pathname]) {
        await record.goto(new URL(address, visit.workspace.url).href)
        expect(await violations(record)).toEqual([])
        expect(await record.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(size.width)
      }
    }
  })

  step('and by keyboard alone', async () => {
    await record.getByRole('radio').first().focus()
    await record.keyboard.press('Space')
    await record.getByRole('button', { name: 'Alter it' }).focus()
    await record.keyboard.press('Enter')
    await finding(/the record was changed/)
    expect(await said()).toMatch(/entry 1 was altered/)
  })
})
