/*
 * Who works at the shop that the workspace plays, and where they talk.
 */

export interface Person {
  id: string
  /** Slack handle, without @. */
  name: string
  realName: string
  /** What they are here, such as "Release manager" or "Contractor, not an approver". */
  title: string
  email: string
  /** A CSS color, which Slack gives to each person. */
  color: string
}

const person = (id: string, name: string, realName: string, title: string, color: string): Person => ({
  id,
  name,
  realName,
  title,
  email: `${name}@shop.example`,
  color,
})

export const TEAM = { id: 'T0SHOPTEAM', name: 'The Shop', domain: 'the-shop' }

/** Greenlight as an app installed in Slack. */
export const APP = { id: 'A0GREENLIGHT', botId: 'B0GREENLIGHT', botUserId: 'U0GREENLIGHT', name: 'Greenlight' }

export const PEOPLE: readonly Person[] = [
  person('U0ANA', 'ana', 'Ana Soares', 'Engineer', '#0b6e99'),
  person('U0BEN', 'ben', 'Ben Okafor', 'Engineer', '#8a4b08'),
  person('U0CHEN', 'chen', 'Chen Wei', 'Engineer', '#5b3f96'),
  person('U0DANA', 'dana', 'Dana Novak', 'Release manager', '#0f7b4f'),
  person('U0ELI', 'eli', 'Eli Brandt', 'Release manager, can override a freeze', '#a3324c'),
  person('U0HALA', 'hala', 'Hala Nasser', 'Head of engineering, stand-in', '#3d5a2a'),
  person('U0FINN', 'finn', 'Finn Larsen', 'Contractor, not an approver', '#5c6370'),
  person('U0IVO', 'ivo', 'Ivo Marsh', 'Partner company, through Slack Connect', '#7a6a12'),
]

/** People whose Slack account is deactivated. */
export const DEACTIVATED: readonly Person[] = [person('U0GRETA', 'greta', 'Greta Lind', 'Left in spring', '#8d8d8d')]

const PARTNER_TEAM = 'T0PARTNER'

/** The Slack workspace that a person belongs to. */
export const teamOf = (userId: string): string => (userId === 'U0IVO' ? PARTNER_TEAM : TEAM.id)

export const CHANNELS = [
  { id: 'C0RELEASES', name: 'releases', topic: 'Approvals waiting and decided' },
  { id: 'C0DEPLOYS', name: 'deployments', topic: 'Every execution of every pipeline' },
  { id: 'C0GENERAL', name: 'general', topic: 'Everything else' },
  { id: 'C0AUDIT', name: 'audit', topic: 'Checkpoints of the audit record' },
] as const

export const GROUPS = [
  { id: 'S0RELMGRS', handle: 'release-managers', name: 'Release managers', users: ['U0DANA', 'U0ELI'] },
  { id: 'S0ENGINEERS', handle: 'engineers', name: 'Engineers', users: ['U0ANA', 'U0BEN', 'U0CHEN'] },
] as const

/** Disabled: Slack's lists leave it out. */
export const DISABLED_GROUP = { id: 'S0OPERATORS', handle: 'operators', name: 'Operators', users: ['U0BEN'] } as const

/**
 * The scopes that the app's manifest requests, and those that a person needs to see the result with the bot's token.
 */
export const BOT_SCOPES = [
  'commands',
  'chat:write',
  'chat:write.public',
  'channels:read',
  'channels:history',
  'groups:read',
  'groups:history',
  'im:write',
  'im:history',
  'users:read',
  'users:read.email',
  'usergroups:read',
  'team:read',
]
