/** Ends a command: one sentence for the person at the terminal, or an empty one if everything is printed already. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly exitCode: number

  constructor(message: string, exitCode = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

export const WRONG_ARGUMENTS = 2

/** For an argument or setting that the command cannot use: the sentence says what was expected. */
export const wrongArgument = (message: string): Failure => new Failure(message, WRONG_ARGUMENTS)
