/** A statement of a role that allowed an action. */
export interface Use {
  /** The ARN of the role. */
  principalArn: string
  /** Such as `dynamodb:GetItem`. */
  action: string
  sid: string
}

const used = new Map<string, Use>()
const refused: string[] = []

export const noteUse = (use: Use): void => void used.set(`${use.principalArn} ${use.sid} ${use.action}`, use)

/** @param refusal as its error says it. */
export const noteRefusal = (refusal: string): void => void refused.push(refusal)

/** What has allowed calls of roles, each once. */
export const usesSoFar = (): Use[] => [...used.values()]

/** What roles were refused since the last time. */
export const takeRefusals = (): string[] => refused.splice(0)
