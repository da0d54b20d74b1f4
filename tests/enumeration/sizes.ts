import type { Limits } from './limits.ts'
import type { Size } from './scenario.ts'

/** Actors who act at the same time, and how many of their functions may crash. */
export interface Enumeration {
  size: Size
  /** With some hundred thousand states, or while time can pass, to compare positions takes longer than to keep them apart. */
  limits: Limits
  /** The tests enumerate it too, and find no fewer states than this: a mistake could leave out orders. */
  testedFor?: number
  /** Some hundred thousand states: `npm run enumerate -- --all` enumerates it as well. */
  isLarge?: true
}

const NO_ONE: Size = { isAsked: false, deliveries: 0, people: {}, console: null, timesOut: false }
const ANA = { U0ANA: 'Approved' } as const
const ANA_AND_BEN = { ...ANA, U0BEN: 'Approved' } as const
const ANA_AND_CHEN = { ...ANA, U0CHEN: 'Rejected' } as const
const ALL_THREE = { ...ANA_AND_BEN, U0CHEN: 'Rejected' } as const
/** Each function crashes once at most, so this is no limit. */
export const ANY = 9

const after = (size: Partial<Size>): Size => ({ ...NO_ONE, isAsked: true, ...size })
const from = (size: Partial<Size>): Size => ({ ...NO_ONE, ...size })

export const ENUMERATIONS: readonly Enumeration[] = [
  { size: from({ deliveries: 2 }), limits: { crashes: ANY }, testedFor: 440 },
  { size: from({ deliveries: 2, people: ANA }), limits: { crashes: 1 }, testedFor: 2_100 },
  {
    size: after({ deliveries: 1, people: ANA, console: 'Rejected', timesOut: true }),
    limits: { crashes: ANY },
    testedFor: 760,
  },
  { size: after({ people: ANA_AND_BEN }), limits: { crashes: ANY }, testedFor: 270 },
  { size: after({ people: ANA_AND_CHEN, console: 'Approved' }), limits: { crashes: 0 }, testedFor: 450 },
  { size: after({ people: ALL_THREE }), limits: { crashes: 1 }, testedFor: 3_900 },
  { size: from({ deliveries: 1, people: ANA, console: 'Rejected', timesOut: true }), limits: { crashes: ANY } },
  { size: from({ deliveries: 1, people: ANA_AND_BEN }), limits: { crashes: 1 } },
  { size: after({ people: ANA_AND_BEN, console: 'Rejected', timesOut: true }), limits: { crashes: 0 } },
  { size: after({ people: ALL_THREE, console: 'Rejected' }), limits: { crashes: 0 }, testedFor: 2_700 },
  {
    size: after({ people: ALL_THREE, console: 'Rejected', timesOut: true }),
    limits: { crashes: 0, alikeApart: true },
    testedFor: 60_000,
  },
  { size: from({ deliveries: 1, people: ALL_THREE }), limits: { crashes: 0, alikeApart: true }, testedFor: 80_000 },
  {
    size: from({ deliveries: 1, people: ANA_AND_BEN, console: 'Rejected', timesOut: true }),
    limits: { crashes: 0, alikeApart: true },
  },
  { size: after({ people: ALL_THREE, console: 'Rejected' }), limits: { crashes: 1 }, isLarge: true },
  {
    size: from({ deliveries: 1, people: ALL_THREE, console: 'Rejected' }),
    limits: { crashes: 0, alikeApart: true },
    isLarge: true,
  },
  { size: from({ deliveries: 2, people: ANA_AND_BEN }), limits: { crashes: 0, alikeApart: true }, isLarge: true },
  {
    size: from({ deliveries: 2, people: ALL_THREE }),
    limits: { crashes: 0, alikeApart: true, asFingerprints: 5 },
    isLarge: true,
  },
  {
    size: from({ deliveries: 1, people: ALL_THREE, console: 'Rejected', timesOut: true }),
    limits: { crashes: 0, alikeApart: true, asFingerprints: 6 },
    isLarge: true,
  },
  {
    size: from({ deliveries: 2, people: ANA_AND_BEN, console: 'Rejected', timesOut: true }),
    limits: { crashes: 0, alikeApart: true, asFingerprints: 4 },
    isLarge: true,
  },
  {
    size: from({ deliveries: 2, people: ANA_AND_BEN, console: 'Rejected', timesOut: true }),
    limits: { crashes: 1, alikeApart: true, asFingerprints: 16 },
    isLarge: true,
  },
  {
    size: from({ deliveries: 2, people: ALL_THREE, console: 'Rejected', timesOut: true }),
    limits: { crashes: 0, alikeApart: true, asFingerprints: 100, clocksStand: true },
    isLarge: true,
  },
  {
    size: from({ deliveries: 2, people: ALL_THREE, console: 'Rejected', timesOut: true }),
    limits: { crashes: 1, alikeApart: true, asFingerprints: 450, clocksStand: true },
    isLarge: true,
  },
]

/** "2 deliveries, ANA approves, at most 1 crash" */
export const nameOf = ({ size, limits }: Enumeration): string =>
  [
    ...(size.deliveries > 0
      ? [
          `${size.deliveries} ${size.deliveries === 1 ? 'delivery' : 'deliveries'}${size.isAsked ? ' after the first' : ''}`,
        ]
      : []),
    ...Object.entries(size.people).map(([userId, verdict]) => `${userId.slice(2)} ${verdict}`),
    ...(size.console ? [`console ${size.console}`] : []),
    ...(size.timesOut ? ['timeout'] : []),
    ...(limits.clocksStand ? ['clocks stand'] : []),
    limits.crashes === 0 ? 'no crash' : limits.crashes === ANY ? 'any crashes' : `at most ${limits.crashes} crash`,
  ].join(', ')
