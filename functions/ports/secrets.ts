export interface SlackSecrets {
  botToken: string
  /** Null in functions that may not read it, because they see no clicks. */
  signingSecret: string | null
}

export interface Secrets {
  /** The known secrets, read at most every five minutes. */
  current(): Promise<SlackSecrets>
  /** Reads again, after Slack refused a secret: it may have been rotated. At most once in half a minute. */
  renewed(): Promise<SlackSecrets>
}
