/** The bot may not ask AWS there. `isUnjoined`: it was told of no such account or Region; else AWS refuses, and a person may mend that. */
export class OutOfReach extends Error {
  override readonly name: string = 'OutOfReach'
  readonly isUnjoined: boolean
  constructor(because: string, { isUnjoined = false, ...options }: ErrorOptions & { isUnjoined?: boolean } = {}) {
    super(because, options)
    this.isUnjoined = isUnjoined
  }
}
