/**
 * The bot may not ask AWS there. `isUnjoined`: the installation does not list the account or Region. Else AWS refuses the bot's role,
 * and a person may mend that.
 */
export class OutOfReach extends Error {
  override readonly name: string = 'OutOfReach'
  readonly isUnjoined: boolean
  constructor(because: string, { isUnjoined = false, ...options }: ErrorOptions & { isUnjoined?: boolean } = {}) {
    super(because, options)
    this.isUnjoined = isUnjoined
  }
}
