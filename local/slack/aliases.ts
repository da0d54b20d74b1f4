/**
 * Names that mean the same inside the emulated Slack and outside of it. The emulator makes up its own ids and takes
 * its own time for timestamps; the workspace's config names fixed ids, and its clock can be ahead. Both kinds of name
 * are unmistakable in a text, so that they are exchanged wherever they stand.
 */
export interface Aliases {
  add(inside: string, outside: string): void
  /** What came from outside, in the emulator's words. */
  inward(text: string): string
  /** What came from the emulator, in the workspace's words. A timestamp not seen before is one of this moment. */
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
