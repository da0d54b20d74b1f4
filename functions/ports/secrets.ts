export interface SlackSecrets {
  botToken: string
  signingSecret: string
}

export interface Secrets {
  /** Those known, read at most every five minutes. */
  current(): Promise<SlackSecrets>
  /** Reads anew, for a secret that was refused: it may have been rotated. At most once in half a minute. */
  renewed(): Promise<SlackSecrets>
}
