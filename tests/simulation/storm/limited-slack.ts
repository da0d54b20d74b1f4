import type { Place } from '../../../functions/domain/showing.ts'
import type { Card } from '../../../functions/ports/cards.ts'
import type { PostOutcome, SlackRefusal, UpdateOutcome } from '../../../functions/ports/slack.ts'
import { MemorySlack } from '../../support/memory/slack.ts'

const MINUTE = 60_000

/** Tier 3: 50 calls of `chat.update` a minute in the workspace. */
const UPDATES_A_MINUTE = 50
/** `chat.postMessage`: one message a second in a channel. "Short bursts" are allowed; how short Slack does not say. */
const POST_EVERY_MS = 1_000
const POSTS_IN_A_BURST = 4

/**
 * Slack that enforces its published limits ("Rate limits", Slack API) and, for a while, does not answer at all. A call
 * past a limit is answered 429 with Retry-After.
 */
export class LimitedSlack extends MemorySlack {
  /** Calls that Slack answered 429. */
  tooMany = 0
  /** Calls in a time in which Slack had asked to wait. */
  tooEarly = 0
  /** When each call came that Slack took. */
  readonly updatedAt: number[] = []
  readonly postedAt: number[] = []
  isAway = false
  readonly #time: () => number
  readonly #asksToWait = new Map<string, number>()
  readonly #mayPostAt = new Map<string, number>()

  constructor(now: () => number) {
    super(now)
    this.#time = now
  }

  override post(channel: string, card: Card, under: Place | null = null): PostOutcome {
    const now = this.#time()
    const freeAt = Math.max(this.#mayPostAt.get(channel) ?? 0, now)
    const waitMs = freeAt + POST_EVERY_MS - POSTS_IN_A_BURST * POST_EVERY_MS - now
    const refusal = this.#refused(channel, waitMs)
    if (refusal) return refusal
    this.#mayPostAt.set(channel, freeAt + POST_EVERY_MS)
    this.postedAt.push(now)
    // A new approval names people a moment after its post.
    if (card.kind === 'approval') this.updatedAt.push(now)
    return super.post(channel, card, under)
  }

  override update(place: Place, card: Card): UpdateOutcome {
    const now = this.#time()
    const lately = this.updatedAt.filter((at) => at > now - MINUTE)
    const waitMs = lately.length < UPDATES_A_MINUTE ? 0 : lately[0]! + MINUTE - now
    const refusal = this.#refused('chat.update', waitMs)
    if (refusal) return refusal
    this.updatedAt.push(now)
    return super.update(place, card)
  }

  #refused(limit: string, waitMs: number): SlackRefusal | null {
    if (this.isAway) return { kind: 'unclear', because: 'HTTP 503' }
    const now = this.#time()
    if (now < (this.#asksToWait.get(limit) ?? 0)) this.tooEarly += 1
    if (waitMs <= 0) return null
    this.tooMany += 1
    const afterSeconds = Math.ceil(waitMs / 1_000)
    this.#asksToWait.set(limit, now + afterSeconds * 1_000)
    return { kind: 'busy', afterSeconds }
  }
}
