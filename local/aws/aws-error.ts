/** An error that an AWS service answers with: its code, such as `QueueDoesNotExist`, a sentence, and the HTTP status. */
export class AwsError extends Error {
  readonly code: string
  readonly status: number

  constructor(code: string, message: string, status = 400) {
    super(message)
    this.name = code
    this.code = code
    this.status = status
  }
}
