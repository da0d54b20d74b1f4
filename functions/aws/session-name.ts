/** STS takes 2 to 64 of these characters for a session name and a source identity ("AssumeRole", STS API reference). */
const NAME_LIMIT = 64
const DECIDER = /^(?:[UW][A-Z0-9]+|greenlight-automatic)$/

/**
 * The Slack user IDs of those who decided, as CloudTrail shows them: `U0DANA,U0CHEN`, or `U0DANA,U0CHEN+3` if there is
 * no room for all; `greenlight-automatic` if a rule decided. Null if there is no such ID.
 */
export const sessionNameOf = (userIds: readonly string[]): string | null => {
  const ids = userIds.filter((id) => DECIDER.test(id))
  for (let shown = ids.length; shown > 0; shown--) {
    const more = ids.length - shown
    const name = `${ids.slice(0, shown).join(',')}${more > 0 ? `+${more}` : ''}`
    if (name.length <= NAME_LIMIT) return name
  }
  return null
}

/**
 * The name of a session that steers pipelines for a person, as CloudTrail shows it: `steer-U0DANA`. The roles let no other
 * session steer, and only effect-due opens one (infra/bot-roles.yml).
 */
export const steeringSessionNameOf = (userId: string): string | null => {
  const name = sessionNameOf([userId])
  return name && `steer-${name}`
}
