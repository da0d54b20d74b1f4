export interface SlackSecrets {
  botToken: string
  signingSecret: string
}

export interface Secrets {
  /** The known secrets, read at most every five minutes. */
  current(): Promise<SlackSecrets>
  /** Reads again, after Slack refused a secret: it may have been rotated. At most once in half a minute. */
  renewed(): Promise<SlackSecrets>
}
