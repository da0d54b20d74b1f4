import type { Clock } from '../../functions/clock.ts'
import type { Chance } from './chance.ts'
import type { Climate } from './climate.ts'
import type { VirtualTime } from './virtual-time.ts'

/** How long the calls of one kind take, in milliseconds. */
export interface Link {
  usual: number
  /** After this the client gives up. A request that arrives does so before. */
  timeout: number
}

export type Ended<T> = { kind: 'answered'; value: T } | { kind: 'threw'; error: unknown } | { kind: 'crashed' }

export interface Surroundings {
  time: VirtualTime
  chance: Chance
  climate: () => Climate
  newId: () => string
  trace: (line: string) => void
}

/** A call that failed on the network: it may have arrived. */
class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost'
}

/** One for each that waits: a promise keeps all that wait for it, with all that they hold. */
const forever = (): Promise<never> => new Promise(() => {})

/**
 * One run of a Lambda function. At each of its calls it may crash, before the call or after its effect, or lose the
 * request or the answer. What a crashed run waits for never comes.
 *
 * A run that has answered is frozen; what it still waits for is dropped, or comes when a later event continues it.
 */
export class Invocation {
  readonly name: string
  readonly #around: Surroundings
  #crash: () => void = () => {}
  #state: 'running' | 'frozen' | 'dead' = 'running'
  #thawsAt = 0
  #open = 0

  constructor(name: string, around: Surroundings) {
    this.name = name
    this.#around = around
  }

  /** Runs the function. A run that takes longer than `timeoutMs` is crashed. */
  async run<T>(timeoutMs: number, door: () => Promise<T>): Promise<Ended<T>> {
    const crashed = new Promise<Ended<T>>((resolve) => {
      this.#crash = () => {
        this.#state = 'dead'
        resolve({ kind: 'crashed' })
      }
    })
    const cancel = this.#around.time.in(timeoutMs, () => this.crash('timed out'))
    const done = door().then(
      (value): Ended<T> => ({ kind: 'answered', value }),
      (error: unknown): Ended<T> => ({ kind: 'threw', error }),
    )
    const ended = await Promise.race([done, crashed])
    cancel()
    if (ended.kind !== 'crashed') this.#freeze()
    this.trace(ended.kind === 'threw' ? `threw ${String(ended.error)}` : ended.kind)
    return ended
  }

  crash(why: string): void {
    if (this.#state !== 'running') return
    this.trace(why)
    this.#crash()
  }

  trace(line: string): void {
    this.#around.trace(`${this.name}: ${line}`)
  }

  /** Makes a call. `land` is what it does to the world when it arrives. */
  call<T>(what: string, link: Link, land: () => T | Promise<T>): Promise<T> {
    if (this.#state === 'dead') return forever()
    const { chance, climate, time } = this.#around
    const { crash, fail, slow } = climate()
    if (chance.is(crash / 2)) {
      this.crash(`crashed before ${what}`)
      return forever()
    }
    const fails = chance.is(fail)
    const arrives = !fails || chance.is(0.5)
    const crashes = chance.is(crash / 2)
    const takes = chance.is(slow) ? chance.between(link.usual, link.timeout) : chance.delay(link.usual, link.usual * 10)
    const landsAfter = chance.between(0, takes + 1)
    this.#open += 1
    return new Promise((resolve, reject) => {
      const answer = (say: () => void) => {
        this.#open -= 1
        this.#whenAwake(say)
      }
      time.in(landsAfter, async () => {
        const landed = arrives ? await landing(land) : null
        this.trace(landed ? `${what} → ${landed.told}` : `${what} never arrived`)
        if (crashes) this.crash(`crashed after ${what}`)
        time.in((fails ? link.timeout : takes) - landsAfter, () =>
          answer(() => {
            if (fails || !landed) return reject(new ConnectionLost(`no answer to ${what}`))
            if (landed.kind === 'done') resolve(landed.value)
            else reject(landed.error)
          }),
        )
      })
    })
  }

  /** Time as this run sees it. */
  clock(): Clock {
    const { time, newId } = this.#around
    return {
      now: time.now,
      newId,
      sleep: (ms, signal) =>
        new Promise((resolve, reject) => {
          const cancel = time.in(ms, () => this.#whenAwake(resolve))
          const abort = () => {
            cancel()
            reject(signal?.reason)
          }
          signal?.addEventListener('abort', abort, { once: true })
        }),
    }
  }

  #freeze(): void {
    const { chance, climate, time } = this.#around
    if (this.#open === 0 || !chance.is(climate().thaw)) {
      this.#state = 'dead'
      return
    }
    this.#state = 'frozen'
    this.#thawsAt = time.now() + chance.delay(20_000, 900_000)
    time.at(this.#thawsAt, () => {
      this.#state = 'running'
      this.trace('thawed')
      // The later event is answered soon too, and then the container stays frozen.
      time.in(chance.between(100, 30_000), () => {
        this.#state = 'dead'
      })
    })
  }

  #whenAwake(go: () => void): void {
    if (this.#state === 'running') go()
    else if (this.#state === 'frozen') this.#around.time.at(this.#thawsAt, () => this.#whenAwake(go))
  }
}

type Landed<T> = { kind: 'done'; value: T; told: string } | { kind: 'failed'; error: unknown; told: string }

const landing = async <T>(land: () => T | Promise<T>): Promise<Landed<T>> => {
  try {
    const value = await land()
    return { kind: 'done', value, told: brief(value) }
  } catch (error) {
    return { kind: 'failed', error, told: String(error) }
  }
}

/** The kind of an answer, for the trace. */
const brief = (value: unknown): string => {
  if (value === null || typeof value !== 'object') return String(value)
  if ('kind' in value) return String(value.kind)
  return Array.isArray(value) ? `${value.length} of them` : 'an object'
}
