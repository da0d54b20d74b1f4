/** Something that was accepted and then given up. */
export interface DeadLetter {
  /** Workspace time, epoch milliseconds. */
  at: number
  /** The door that could not handle it, such as `approval-requested`. */
  door: string
  /** The last error, in words. */
  because: string
  event: unknown
}

/** What was given up, for people to see. In a deployment these are queues with an alarm on each. */
export class DeadLetters {
  readonly list: DeadLetter[] = []
  readonly #tell: (letter: DeadLetter) => void

  constructor(tell: (letter: DeadLetter) => void) {
    this.#tell = tell
  }

  add(letter: DeadLetter): void {
    this.list.push(letter)
    this.#tell(letter)
  }
}
