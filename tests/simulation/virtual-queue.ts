import { queueMessage } from '../../functions/aws/queue-message.ts'
import { parseDue } from '../../functions/aws/queued-effect.ts'
import type { Due } from '../../functions/domain/effect.ts'
import type { Chance } from './chance.ts'
import type { VirtualTime } from './virtual-time.ts'

export interface QueuedMessage {
  id: number
  body: string
  visibleAt: number
  receives: number
}

/** As infra/bot.yml declares the queue, and serverless.yml its consumer. */
const VISIBILITY_MS = 180_000
const MOST_RECEIVES = 10
const BATCH = 5

/** Resolves to the messages that were not handled, or null when the whole batch was lost with its function. */
type Consume = (batch: QueuedMessage[]) => Promise<QueuedMessage[] | null>

/** SQS with Lambda's event source mapping in front: in any order, in batches, at least once, a few times. */
export class VirtualQueue {
  readonly dead: Due[] = []
  /** When each message was sent. */
  readonly sentAt: number[] = []
  readonly #waiting = new Set<QueuedMessage>()
  readonly #time: VirtualTime
  readonly #chance: Chance
  readonly #duplicate: () => number
  readonly #consume: Consume

  constructor(time: VirtualTime, chance: Chance, duplicate: () => number, consume: Consume) {
    this.#time = time
    this.#chance = chance
    this.#duplicate = duplicate
    this.#consume = consume
  }

  get length(): number {
    return this.#waiting.size
  }

  send(due: Due, delaySeconds: number): void {
    const now = this.#time.now()
    this.sentAt.push(now)
    const delay = Math.min(900, Math.max(0, Math.ceil(delaySeconds))) * 1000
    const message = { id: this.sentAt.length, body: queueMessage(due), visibleAt: now + delay, receives: 0 }
    this.#waiting.add(message)
    this.#pollAt(message.visibleAt)
  }

  #pollAt(at: number): void {
    // Messages that become visible at one moment are not received in the order in which they were sent.
    this.#time.at(at + this.#chance.between(0, 400), () => this.#poll())
  }

  #poll(): void {
    const visible = [...this.#waiting].filter(({ visibleAt }) => visibleAt <= this.#time.now())
    const batch = visible.filter(() => this.#chance.is(0.8)).slice(0, BATCH)
    const received = batch.length > 0 ? batch : visible.slice(0, 1)
    if (visible.length > received.length) this.#pollAt(this.#time.now())
    const kept = received.filter((message) => this.#receive(message))
    if (kept.length === 0) return
    void this.#consume(kept).then((failed) => {
      for (const message of kept) {
        const handled = failed !== null && !failed.includes(message)
        // SQS may deliver a message that was deleted once more.
        if (handled && !this.#chance.is(this.#duplicate() / 3)) this.#waiting.delete(message)
      }
    })
  }

  #receive(message: QueuedMessage): boolean {
    message.receives += 1
    if (message.receives > MOST_RECEIVES) {
      this.#waiting.delete(message)
      this.dead.push(parseDue(message.body))
      return false
    }
    message.visibleAt = this.#time.now() + VISIBILITY_MS
    this.#pollAt(message.visibleAt)
    return true
  }
}
