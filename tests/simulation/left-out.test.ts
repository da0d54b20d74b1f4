import type { Configuration } from '../../functions/ports/configuration.ts'
import type { Services } from '../../functions/ports/services.ts'
import { authorised } from './authority.ts'
import { Chance } from './chance.ts'
import { letHappen } from './history.ts'
import { textsInert } from './inert-text.ts'
import { clicksApart } from './isolation.ts'
import { LEFT_OUT, someLeftOut } from './left-out.ts'
import { tokensKept } from './secrecy.ts'
import { firstSeeds } from './seeds.ts'
import { oneVerdict } from './verdicts-sent.ts'

/*
 * Where CodePipeline's answers lack what its model does not promise, messages may say less and come later. What must
 * hold all the same: nothing fails open, nothing is decided twice, and nothing leaks.
 */
const MUST_HOLD = [authorised, oneVerdict, tokensKept, textsInert, clicksApart]
const SEEDS = firstSeeds(40, 20)

test('nothing fails open, whatever CodePipeline leaves out of its answers', async () => {
  const broken: string[] = []
  const seen = new Set<string>()
  let approved = 0
  for (const seed of SEEDS) {
    const { names, without } = someLeftOut(new Chance(seed ^ 0x1ef7))
    const services = (given: Services): Services => ({ ...given, pipelines: without(given.pipelines) })
    // With `allow`, an author whom CodePipeline does not name may approve, as greenlight.yml then says.
    const route = { whenUnidentified: 'refuse', commentForm: null, freezes: [], calendars: [] } as const
    // Without what keeps people from approving for other reasons.
    const history = await letHappen(seed, { services, leavesOut: true, hasConditions: false, route })
    for (const name of names) seen.add(name)
    approved += history.ledger.sent.filter(({ verdict }) => verdict === 'Approved').length
    for (const check of MUST_HOLD)
      for (const problem of await check(history)) broken.push(`seed ${seed}, without ${names.join(', ')}: ${problem}`)
    for (const line of history.ledger.logged)
      if (/TypeError/.test(line)) broken.push(`seed ${seed}, without ${names.join(', ')}: ${line}`)
  }
  expect(broken).toEqual([])
  expect(seen.size).toBe(23)
  expect(approved).toBeGreaterThanOrEqual(SEEDS.length / 10)
}, 120_000)

/** A bot that lets people approve though an author is unknown. */
const careless = (configuration: Configuration): Configuration => ({
  ...configuration,
  routeFor: (...asked) => {
    const route = configuration.routeFor(...asked)
    return route && { ...route, whenUnidentified: 'allow' }
  },
})

test('a bot that fails open where revisions are left out is caught', async () => {
  const leaveOut = LEFT_OUT['outputVariables']!
  for (const seed of SEEDS) {
    const services = (given: Services): Services => ({
      ...given,
      configuration: careless(given.configuration),
      pipelines: { ...given.pipelines, ...leaveOut(given.pipelines) },
    })
    const route = { whenUnidentified: 'refuse', forbid: ['author'] } as const
    const found = authorised(await letHappen(seed, { services, leavesOut: true, route }))
    if ((await found).some((problem) => /whose own change|author is unknown/.test(problem))) return
  }
  throw new Error(`not caught in ${SEEDS.length} histories`)
}, 60_000)
