import { randomUUID } from 'node:crypto'
import { createEmulator } from 'emulate'
import { z } from 'zod'
import { type Aliases, createAliases } from './aliases.ts'
import { markedSecret } from '../secret-mark.ts'
import { APP, BOT_SCOPES, CHANNELS, DEACTIVATED, PEOPLE, TEAM } from './people.ts'

export type SlackAnswer = { ok: boolean; error?: string } & Record<string, unknown>

/** Slack's Web API as the emulator has it, under the workspace's ids and time. */
export interface EmulatedSlack {
  /** Calls a method as the bot. Parameters are Slack's, nested values as objects or as JSON text. */
  call(method: string, parameters: Record<string, unknown>): Promise<SlackAnswer>
  close(): Promise<void>
}

const slackAnswer = z.looseObject({ ok: z.boolean(), error: z.string().optional() })
const listed = z.object({
  members: z.array(z.object({ id: z.string(), name: z.string() })).default([]),
  channels: z.array(z.object({ id: z.string(), name: z.string() })).default([]),
})

const EVERYONE = [...PEOPLE, ...DEACTIVATED]

/** The id that the emulator gives to its team. */
const BUILT_IN_TEAM = 'T000000001'

/** Starts the emulator with the workspace's team, people, channels and app in it. */
export const openEmulatedSlack = async (options: {
  token: string
  /** Start of links back into Slack, such as `http://127.0.0.1:4600/slack`. */
  url: () => string
  aheadByMs: () => number
}): Promise<EmulatedSlack> => {
  const administrator = markedSecret(`xoxp-${randomUUID()}`)
  const seed = { slack: seedOf(options.token, administrator) }
  const emulator = await createEmulator({ service: 'slack', port: 0, seed })
  const aliases = createAliases(options.aheadByMs)
  const callAs = (token: string) => async (method: string, parameters: Record<string, unknown>) => {
    const response = await fetch(`${emulator.url}/api/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: aliases.inward(JSON.stringify(parameters)),
    })
    if (response.status === 404) return { ok: false, error: 'unknown_method' }
    const text = aliases.outward(await response.text()).replaceAll(emulator.url, options.url())
    return slackAnswer.parse(JSON.parse(text)) as SlackAnswer
  }
  await furnish(callAs(administrator), aliases)
  return { call: callAs(options.token), close: () => emulator.close() }
}

const seedOf = (token: string, administrator: string): Record<string, unknown> => ({
  team: { name: TEAM.name, domain: TEAM.domain },
  users: EVERYONE.map(({ name, realName, email, title }) => ({
    name,
    real_name: realName,
    email,
    profile: { title },
  })),
  channels: CHANNELS.map(({ name, topic }) => ({ name, topic })),
  oauth_apps: [
    {
      app_id: APP.id,
      client_id: 'workspace',
      client_secret: markedSecret('workspace'),
      name: APP.name,
      redirect_uris: [],
      scopes: BOT_SCOPES,
      bot_id: APP.botId,
      bot_user_id: APP.botUserId,
      bot_name: 'greenlight',
    },
  ],
  tokens: [
    {
      token,
      type: 'bot',
      user_id: APP.botUserId,
      scopes: BOT_SCOPES,
      app_id: APP.id,
      bot_id: APP.botId,
      bot_user_id: APP.botUserId,
    },
    { token: administrator, type: 'user', user: 'admin' },
  ],
  strict_scopes: true,
})

/** Gives everything its ID, and each channel its people and the bot: the emulator takes no seed for either. */
const furnish = async (call: EmulatedSlack['call'], aliases: Aliases): Promise<void> => {
  const { members } = listed.parse(await call('users.list', {}))
  const { channels } = listed.parse(await call('conversations.list', {}))
  aliases.add(BUILT_IN_TEAM, TEAM.id)
  for (const [ours, theirs] of [[EVERYONE, members] as const, [CHANNELS, channels] as const]) {
    for (const { id, name } of ours) {
      const seeded = theirs.find((candidate) => candidate.name === name)
      if (!seeded) throw new Error(`The Slack emulator did not take ${name}`)
      aliases.add(seeded.id, id)
    }
  }
  // The emulator refuses an invitation as a whole if one person is in the channel already.
  for (const { id: channel } of CHANNELS)
    for (const users of [PEOPLE.map(({ id }) => id).join(','), APP.botUserId])
      await call('conversations.invite', { channel, users })
}
