import type { Absence } from '../../functions/domain/absence.ts'
import type { Route } from '../../functions/domain/route.ts'
import { Chance } from './chance.ts'
import type { VirtualTime } from './virtual-time.ts'

const MINUTE = 60_000

/** What a person typed of their absence, and when. Epoch milliseconds. */
export type TypedAbsence = { userId: string; at: number } &
  /** `from`: the time that they wrote; null for the present time. */
  ({ what: 'away'; standIn: string; from: number | null; lasts: number } | { what: 'back' })

/** Some try too early or too late. */
const ABOUT = 10 * MINUTE

const ABSENT = ['U0ANA', 'U0BEN', 'U0CHEN', 'U0DANA', 'U0ELI', 'U0DANA', 'U0ELI', 'U0FAY', 'U0ZOE']
/** One is deactivated, and one of another workspace. */
const STAND_INS = [...ABSENT, 'U0FAY', 'U0ZOE', 'U0GUS', 'U0HAL']

/** People who are away and say who answers for them. They have a chance of their own: other histories stay as they were. */
export class DrawnAbsences {
  readonly typed: TypedAbsence[] = []
  readonly standIns: Route['standIns']
  readonly #chance: Chance
  readonly #stored: () => readonly Absence[]

  /** `has`: whether there are any; drawn if it is undefined. */
  constructor(seed: number, has: boolean | undefined, stored: () => readonly Absence[]) {
    this.#chance = new Chance(seed + 0xb000000)
    this.#stored = stored
    const drawn = this.#chance.is(0.25)
    this.#has = has ?? drawn
    const allowed = this.#chance.pick(['none', 'approvers', 'approvers', 'anyone', 'anyone', 'anyone'] as const)
    this.standIns = this.#has ? allowed : 'none'
  }

  readonly #has: boolean

  /** Lets people type, at drawn times. */
  begin(time: VirtualTime, type: (userId: string, text: string) => void): void {
    if (!this.#has) return
    const chance = this.#chance
    for (let times = chance.between(3, 8); times > 0; times--) {
      const [userId, standIn] = [chance.pick(ABSENT), chance.pick(STAND_INS)]
      const minutes = chance.between(4, 40)
      const later = chance.is(0.2) ? chance.between(1, 15) : null
      const at = chance.between(0, 25 * MINUTE)
      time.in(at, () => {
        const now = time.now()
        const from = later === null ? null : Math.ceil(now / MINUTE + later) * MINUTE
        this.typed.push({ what: 'away', userId, standIn, from, lasts: minutes * MINUTE, at: now })
        const text = `away <@${standIn}|${standIn.slice(2).toLowerCase()}> for ${minutes}m`
        type(
          userId,
          from === null ? text : `${text} from ${new Date(from).toISOString().slice(0, 16).replace('T', ' ')}`,
        )
      })
      if (chance.is(0.4))
        time.in(at + chance.between(0, 20 * MINUTE), () => {
          this.typed.push({ what: 'back', userId, at: time.now() })
          type(userId, 'back')
        })
    }
  }

  /** Someone who stands in about now, or is away; often null, and always null if no one is away. */
  someone(now: number): string | null {
    const current = this.#stored().filter(({ from, until }) => from - ABOUT <= now && now < until + ABOUT)
    if (current.length === 0 || !this.#chance.is(0.6)) return null
    const { by, standIn } = this.#chance.pick(current)
    return this.#chance.is(0.15) ? by.userId : standIn.userId
  }
}
