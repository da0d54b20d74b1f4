/**
 * What CodePipeline answers when it will not do something. `code` is the error's name on the wire, such as
 * `InvalidApprovalTokenException` (AWS CodePipeline API Reference, "Common Errors" and each operation's "Errors").
 */
export class CodePipelineError extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.name = code
    this.code = code
  }
}
