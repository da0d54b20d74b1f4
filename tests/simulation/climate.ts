import type { Chance } from './chance.ts'

/** How rough one history is: probabilities, unless they say otherwise. */
export interface Climate {
  /** Of a function, at each call it makes. */
  crash: number
  /** Of a call: it never arrives, or its answer never does. */
  fail: number
  /** Of a call: it takes about as long as its client allows. */
  slow: number
  /** Of a conditional write: it succeeds, is sent again by the client, and then fails against itself. */
  echo: number
  /** Of a function that has answered: what it left unfinished is thawed with a later event. */
  thaw: number
  duplicate: number
  /** Of an EventBridge event. */
  lost: number
  /** Most milliseconds that CodePipeline's read operations and the table's indexes are behind. */
  lag: number
  /** Of a Slack call. */
  busy: number
  /** Of a minute: something is down for a while from then on. */
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

/** Some troubles and not others, each more or less: histories with few of them reach states that many would hide. */
export const someClimate = (chance: Chance): Climate =>
  Object.fromEntries(
    Object.entries(ROUGHEST).map(([trouble, most]) => [trouble, chance.is(0.5) ? most * chance.next() : 0]),
  ) as unknown as Climate
