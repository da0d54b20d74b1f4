import type { SlackAnswer } from './emulated-slack.ts'
import type { Parameters } from './parameters.ts'
import { DISABLED_GROUP, GROUPS, TEAM } from './people.ts'

type Group = (typeof GROUPS)[number] | typeof DISABLED_GROUP

/** Disabled groups are left out unless `include_disabled` is given. */
const groupsAsAsked = (parameters: Parameters): readonly Group[] =>
  String(parameters.include_disabled) === 'true' ? [...GROUPS, DISABLED_GROUP] : GROUPS

/** usergroups.list: every user group, with its members if `include_users` is given. */
export const listGroups = (parameters: Parameters): SlackAnswer => {
  const withUsers = String(parameters.include_users) === 'true'
  const usergroups = groupsAsAsked(parameters).map(({ id, handle, name, users }) => ({
    id,
    team_id: TEAM.id,
    is_usergroup: true,
    name,
    handle,
    description: '',
    is_external: false,
    date_delete: id === DISABLED_GROUP.id ? 1_767_225_600 : 0,
    user_count: users.length,
    ...(withUsers && { users }),
  }))
  return { ok: true, usergroups }
}

/** usergroups.users.list: the members of one group, or `no_such_subteam`. */
export const listGroupUsers = (parameters: Parameters): SlackAnswer => {
  const group = groupsAsAsked(parameters).find(({ id }) => id === parameters.usergroup)
  return group ? { ok: true, users: [...group.users] } : { ok: false, error: 'no_such_subteam' }
}
