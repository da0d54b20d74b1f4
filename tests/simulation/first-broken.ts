import { readFileSync, writeFileSync } from 'node:fs'
import { BROKEN_BOTS } from './broken-bots.ts'
import { letHappen } from './history.ts'
import { violations } from './invariants.ts'

const FILE = new URL('first-broken.json', import.meta.url)

/** A check that never fails proves nothing: each broken bot must break its invariant within so many histories. */
export const MOST_SEEDS = 100

/** Of so many histories that a bot breaks, the shortest is the first of the next search. */
const CHOICES = 3
const RARELY = 10

/**
 * By broken bot, the seed with which its search begins: of a short history that it breaks. If a change of the bot made
 * that history another one, the search goes on, and takes longer.
 */
export const firstBroken = (): Record<string, number> =>
  JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, number>

/** These would make another history of a seed. The bots that break them have them. */
const WITHOUT = {
  hasDigests: false,
  hasLater: false,
  hasAbsences: false,
  hasMutes: false,
  hasSeveral: false,
  hasSteering: false,
} as const

/** The length of the history if this bot breaks its invariant in it, else null. */
export const brokenLength = async (what: string, seed: number): Promise<number | null> => {
  const bot = BROKEN_BOTS[what]!
  const history = await letHappen(seed, { ...WITHOUT, ...bot })
  const isBroken = (await violations(history)).some((violation) => violation.startsWith(`${bot.breaks}:`))
  return isBroken ? history.trace.length : null
}

const shortest = async (what: string): Promise<number | null> => {
  const found: { seed: number; length: number }[] = []
  // What few histories break is looked for until there is one.
  const most = () => (found.length > 0 ? MOST_SEEDS : RARELY * MOST_SEEDS)
  for (let seed = 1; seed <= most() && found.length < CHOICES; seed++) {
    const length = await brokenLength(what, seed)
    if (length !== null) found.push({ seed, length })
  }
  return found.sort((one, other) => one.length - other.length)[0]?.seed ?? null
}

/** Looks for another history where the known one is no longer broken, and writes each. Calls `tell` with the changes. */
export const writeFirstBroken = async (tell: (change: string) => void): Promise<void> => {
  const before = firstBroken()
  const seeds: Record<string, number> = {}
  for (const what of Object.keys(BROKEN_BOTS)) {
    const known = before[what]
    const isGood = known !== undefined && (await brokenLength(what, known)) !== null
    const seed = isGood ? known : await shortest(what)
    if (seed !== null) seeds[what] = seed
    if (!isGood) tell(`${what}: ${known ?? 'new'} → ${seed ?? 'none'}`)
    writeFileSync(FILE, `${JSON.stringify({ ...before, ...seeds }, null, 2)}\n`)
  }
  writeFileSync(FILE, `${JSON.stringify(seeds, null, 2)}\n`)
}
