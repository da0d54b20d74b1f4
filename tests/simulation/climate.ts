import type { Chance } from './chance.ts'

/** How many faults one history has: probabilities, unless a field says otherwise. */
export interface Climate {
  /** A function crashes, at each call it makes. */
  crash: number
  /** A call never arrives, or its answer does not. */
  fail: number
  /** A call takes about as long as its client allows. */
  slow: number
  /** A conditional write succeeds, is sent again by the client, and then fails because of itself. */
  echo: number
  /** A function that has answered: what it left unfinished continues with a later event. */
  thaw: number
  duplicate: number
  /** An EventBridge event is lost. */
  lost: number
  /** The most milliseconds by which CodePipeline's read operations and the table's indexes are outdated. */
  lag: number
  /** Slack refuses a call. */
  busy: number
  /** In a minute, an outage of a service begins. */
  outage: number
}

export const CALM: Climate = {
  crash: 0,
  fail: 0,
  slow: 0,
  echo: 0,
  thaw: 0,
  duplicate: 0,
  lost: 0,
  lag: 0,
  busy: 0,
  outage: 0,
}

const ROUGHEST: Climate = {
  crash: 0.04,
  fail: 0.06,
  slow: 0.08,
  echo: 0.03,
  thaw: 0.5,
  duplicate: 0.3,
  lost: 0.4,
  lag: 4_000,
  busy: 0.15,
  outage: 0.1,
}

/** Most faults at once, and each more often. */
const ROUGHER_STILL: Climate = {
  crash: 0.06,
  fail: 0.08,
  slow: 0.1,
  echo: 0.05,
  thaw: 0.6,
  duplicate: 0.5,
  lost: 0.5,
  lag: 6_000,
  busy: 0.2,
  outage: 0.15,
}

const drawnFrom = (most: Climate, likely: number, chance: Chance): Climate =>
  Object.fromEntries(
    Object.entries(most).map(([trouble, often]) => [trouble, chance.is(likely) ? often * chance.next() : 0]),
  ) as unknown as Climate

/**
 * Some faults and not others, each more or less often: a history with few of them reaches states that many would hide.
 */
export const someClimate = (chance: Chance): Climate => drawnFrom(ROUGHEST, 0.5, chance)

/** For `npm run simulate -- --rough`. */
export const rougherClimate = (chance: Chance): Climate => drawnFrom(ROUGHER_STILL, 0.75, chance)
