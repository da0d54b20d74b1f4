import type { SlackAnswer } from './emulated-slack.ts'
import type { Parameters } from './parameters.ts'
import { GROUPS, TEAM } from './people.ts'

/** usergroups.list: every user group, with its members when `include_users` is asked. */
export function listGroups(parameters: Parameters): SlackAnswer {
  const withUsers = String(parameters.include_users) === 'true'
  const usergroups = GROUPS.map(({ id, handle, name, users }) => ({
    id,
    team_id: TEAM.id,
    is_usergroup: true,
    name,
    handle,
    description: '',
    is_external: false,
    date_delete: 0,
    user_count: users.length,
    ...(withUsers && { users }),
  }))
  return { ok: true, usergroups }
}

/** usergroups.users.list: the members of one group, or `no_such_subteam`. */
export function listGroupUsers(parameters: Parameters): SlackAnswer {
  const group = GROUPS.find(({ id }) => id === parameters.usergroup)
  return group ? { ok: true, users: [...group.users] } : { ok: false, error: 'no_such_subteam' }
}
