/**
 * Names that mean the same inside the emulated Slack and outside of it. The emulator generates its own ids and uses its
 * own time for timestamps; the workspace's config has fixed ids, and its clock can be ahead. Both kinds of name are
 * unmistakable in a text, so they are exchanged wherever they are.
 */
export interface Aliases {
  add(inside: string, outside: string): void
  /** Text from outside, with the emulator's names. */
  inward(text: string): string
  /** Text from the emulator, with the workspace's names. A new timestamp gets the current time. */
  outward(text: string): string
}

/** Slack's timestamps: seconds, and a number that makes them unique. */
const TIMESTAMP = /\d{10}\.\d{6}/g
/** How Slack writes "not yet". */
const NEVER = '0000000000.000000'
const NAME = /\d{10}\.\d{6}|[A-Z][A-Z0-9]{4,}/g

const replaceAll = (text: string, names: Map<string, string>): string =>
  text.replace(NAME, (name) => names.get(name) ?? name)

export const createAliases = (aheadByMs: () => number): Aliases => {
  const outwards = new Map<string, string>()
  const inwards = new Map<string, string>()
  const add = (inside: string, outside: string): void => {
    outwards.set(inside, outside)
    inwards.set(outside, inside)
  }
  return {
    add,
    inward: (text) => replaceAll(text, inwards),
    outward: (text) => {
      for (const [timestamp] of text.matchAll(TIMESTAMP)) {
        if (outwards.has(timestamp) || inwards.has(timestamp) || timestamp === NEVER) continue
        const [seconds, sequence] = timestamp.split('.')
        add(timestamp, `${Number(seconds) + Math.floor(aheadByMs() / 1000)}.${sequence}`)
      }
      return replaceAll(text, outwards)
    },
  }
}
