import { jest } from '@jest/globals'
import { makeBarePath } from '../support/bare-path.ts'
import { directoryWith, removeDirectories } from '../support/order.ts'
import { inBrowser } from './in-browser.ts'
import { recordWith } from './record-with.ts'
import type { Visitor } from '../support/browser/visitor.ts'

/*
 * Who may approve, walked in a real browser through what `npm start` runs: people with different roles, two rules,
 * separation of duties, time that passes, a freeze and its override, a newer change, and the audit record of it all.
 * Each step continues from the one before it. Who may approve does not depend on what the machine can build: the
 * workspace finds no git, bash and Python here, and says so.
 */

jest.setTimeout(120_000)

/** The environment of a bare machine. */
const bare = async () => {
  const PATH = await directoryWith()
  await makeBarePath(PATH, { node: process.execPath })
  return { PATH }
}
afterAll(removeDirectories)

await inBrowser('a policy', { height: 1200, environment: bare }, (step, visit) => {
  let you: Visitor
  beforeAll(() => {
    you = visit.you
  })

  step('what this machine cannot run is named', async () => {
    const named = await you.page.getByRole('region', { name: 'Not run on this machine' }).innerText()
    for (const tool of ['git', 'bash', 'python3']) expect(named).toContain(`${tool} is not installed`)
    expect(named.match(/files are only copied/g)).toHaveLength(1)
    expect(await you.page.getByRole('link', { name: 'Open the app' }).count()).toBe(0)
  })

  step('the question names both rules', async () => {
    await you.question().waitFor()
    const words = await you.question().innerText()
    expect(words).toMatch(/○ release managers/)
    expect(words).toMatch(/○ engineers/)
  })

  for (const [name, why] of [
    ['Ben Okafor', /you wrote/],
    ['Finn Larsen', /not an approver/],
    ['Ivo Marsh', /another company/],
  ] as const)
    step(`${name} may not approve, and is told why in private`, async () => {
      await you.be(name)
      await you.approve().click()
      await you.privateAnswer().filter({ hasText: why }).waitFor()
      expect(await you.dialog().count()).toBe(0)
    })

  step('one of the two is not enough; an approval can be withdrawn, and given again', async () => {
    await you.approveAs('Dana Novak', 'Checked the basket')
    await you.message('releases', /✓ release managers.*Dana Novak.*Checked the basket/s).waitFor()
    expect(await you.question().innerText()).toMatch(/engineers:.*\(not its author/)
    await you.withdraw().click()
    await you.dialog().getByRole('button', { name: 'Withdraw' }).click()
    await you.message('releases', /○ release managers/).waitFor()
    await you.approveAs('Dana Novak', 'Checked it twice')
    await you.message('releases', /✓ release managers.*Checked it twice/s).waitFor()
  })

  step('after ten minutes those who are still needed are reminded, once and in the thread', async () => {
    await you.moveClock(11)
    await you.openThread()
    const reminder = you.inThread(/still waiting/i)
    await reminder.waitFor()
    expect(await reminder.innerText()).toMatch(/@Ana Soares/)
    expect(await reminder.innerText()).toMatch(/@Chen Wei/)
    expect(await reminder.innerText()).not.toMatch(/@Dana Novak|@Ben Okafor/)
    expect(await reminder.count()).toBe(1)
  })

  step('after half an hour it is escalated: to another channel, and to a stand-in', async () => {
    await you.moveClock(20)
    await you.message('releases', /Escalated.*@Hala Nasser/s).waitFor()
    await you.channel('general')
    await you.message('general', /@Hala Nasser/).waitFor()
    expect(await you.message('general', /@Hala Nasser/).count()).toBe(1)
    await you.channel('releases')
  })

  step(
    'when the freeze begins no one can approve, and the message says until when and who can override it',
    async () => {
      await you.moveClock(12 * 60)
      await you.message('releases', /Frozen: .*Change freeze “stocktaking”/s).waitFor()
      await you.question('Reject').waitFor()
      expect(await you.approve().count()).toBe(0)
      await you.be('Dana Novak')
      await you.overrideFreeze().click()
      await you
        .privateAnswer()
        .filter({ hasText: /cannot override this freeze/ })
        .waitFor()
    },
  )

  step('Eli overrides the freeze with a reason, in sight of all, and the rules still hold', async () => {
    await you.overrideAs('Eli Brandt', 'Checkout is down')
    await you.message('releases', /Freeze overridden by @Eli Brandt.*Checkout is down/s).waitFor()
    await you.approve().waitFor()
    await you
      .inThread(/Checkout is down/)
      .last()
      .waitFor()
  })

  step('a newer change waits behind it, and one click rejects the older one for it', async () => {
    await you.be('Ana Soares')
    await you.push()
    await you.takeNewer().waitFor()
    await you.be('Chen Wei')
    await you.takeNewer().click()
    await you.dialog().getByRole('button', { name: 'Reject' }).click()
    await you.message('releases', /Rejected.*Chen Wei.*Superseded by [0-9a-f]{7}/s).waitFor()
    // The newer one takes its place, and the freeze still holds for it.
    await you.message('releases', /Frozen: flask-app to Production.*Ana Soares/s).waitFor()
  })

  step('another person confirms the override afterwards: Eli, who made it, cannot', async () => {
    await you.be('Eli Brandt')
    await you.confirmOverride().click()
    await you
      .privateAnswer()
      .filter({ hasText: /you overrode the freeze yourself/ })
      .waitFor()
    await you.be('Dana Novak')
    const modal = await you.openForm(you.confirmOverride(), 'Confirm the override')
    await modal.getByLabel('Comment').fill('Checkout was down')
    await modal.getByRole('button', { name: 'Confirm' }).click()
    await you.message('releases', /Override confirmed by @Dana Novak.*Checkout was down/s).waitFor()
    expect(await you.confirmOverride().count()).toBe(0)
  })

  step('all of it is on record: exported, and every chain verified', async () => {
    // The verdict is announced after people have been told.
    const { happened, found, text } = await recordWith(visit.workspace.url, (all) =>
      all.some(({ what }) => what === 'announced'),
    )
    expect(found).toContain('every approval passed verification')
    const counts = (what: string) => happened.filter((one) => one.what === what).length
    expect(
      happened.filter(({ what }) => what === 'refused').map(({ who, refusal }) => [who?.name, refusal?.because]),
    ).toEqual([
      ['Ben Okafor', 'author'],
      ['Finn Larsen', 'not-an-approver'],
      ['Ivo Marsh', 'stranger'],
      ['Dana Novak', 'may-not-break-glass'],
      ['Eli Brandt', 'own-override'],
    ])
    expect({
      withdrawn: counts('withdrawn'),
      broken: counts('glass-broken'),
      confirmed: counts('override-confirmed'),
      decided: counts('decided'),
      answered: counts('answered'),
      settled: counts('settled'),
      announced: counts('announced'),
    }).toEqual({ withdrawn: 1, broken: 1, confirmed: 1, decided: 1, answered: 1, settled: 1, announced: 1 })
    expect(counts('told')).toBeGreaterThanOrEqual(4)
    expect(text).not.toMatch(/"token"/)
  })

  step('the page has met no error on the way', async () => expect(visit.problems).toEqual([]))
})
