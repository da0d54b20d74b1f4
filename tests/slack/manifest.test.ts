import { globSync, readFileSync } from 'node:fs'
import { WebClient } from '@slack/web-api'
import { parse } from 'yaml'
import { WHY_SHORTCUT } from '../../functions/slack/slack-payload.ts'
import { COMMAND } from '../../functions/slack/words/command-words.ts'

const MANIFEST = readFileSync('docs/slack-app-manifest.yml', 'utf8')

/**
 * The scopes that each method of the bot needs, all of them ("Facts" of each method, Slack API reference). Of
 * conversations.history and conversations.replies: for public and for private channels, and the first for direct messages.
 */
const SCOPES: Record<string, readonly string[]> = {
  'auth.test': [],
  'chat.getPermalink': [],
  'chat.postEphemeral': ['chat:write'],
  // In a public channel that the bot has not joined, chat:write.public.
  'chat.postMessage': ['chat:write', 'chat:write.public'],
  'chat.update': ['chat:write'],
  'conversations.history': ['channels:history', 'groups:history', 'im:history'],
  'conversations.open': ['im:write'],
  'conversations.replies': ['channels:history', 'groups:history'],
  'usergroups.users.list': ['usergroups:read'],
  'users.info': ['users:read'],
  'users.lookupByEmail': ['users:read', 'users:read.email'],
  'views.open': [],
  'views.publish': [],
}

/** Every family of methods of the Web API. */
const FAMILIES = Object.keys(new WebClient()).filter((name) => /^[a-z]+$/i.test(name))
const CALL = new RegExp(String.raw`\.((?:${FAMILIES.join('|')})(?:\.[a-z]\w*)+)\(`, 'g')

test('the manifest requests exactly the scopes of the methods that the bot calls', () => {
  const sources = globSync('functions/slack/**/*.ts').map((path) => readFileSync(path, 'utf8'))
  const called = new Set(sources.flatMap((source) => [...source.matchAll(CALL)].map(([, method]) => method!)))
  expect([...called].sort()).toEqual(Object.keys(SCOPES).sort())
  const { oauth_config } = parse(MANIFEST) as { oauth_config: { scopes: { bot: string[] } } }
  // Of slash commands, which Slack sends and the bot does not call.
  expect(oauth_config.scopes.bot.toSorted()).toEqual([...new Set([...Object.values(SCOPES).flat(), 'commands'])].sort())
})

test('the manifest has the command that the bot answers, at the address of the clicks, with people as IDs', () => {
  const { features, settings } = parse(MANIFEST) as {
    features: { slash_commands: Record<string, unknown>[] }
    settings: { interactivity: { request_url: string } }
  }
  expect(features.slash_commands).toEqual([
    expect.objectContaining({ command: COMMAND.name, url: settings.interactivity.request_url, should_escape: true }),
  ])
})

test('the manifest has the shortcut of messages that the bot answers, with a name that Slack takes', () => {
  const { features } = parse(MANIFEST) as { features: { shortcuts: { name: string; description: string }[] } }
  expect(features.shortcuts).toEqual([expect.objectContaining({ type: 'message', callback_id: WHY_SHORTCUT })])
  // "App manifest reference", Slack: features.shortcuts.
  expect(features.shortcuts[0]!.name.length).toBeLessThanOrEqual(24)
  expect(features.shortcuts[0]!.description.length).toBeLessThanOrEqual(150)
})

test('the manifest has the Home tab, and the event that its opening is, at the address of the clicks', () => {
  const { features, settings } = parse(MANIFEST) as {
    features: { app_home: object }
    settings: { interactivity: { request_url: string }; event_subscriptions: object }
  }
  expect(features.app_home).toMatchObject({ home_tab_enabled: true, messages_tab_enabled: true })
  expect(settings.event_subscriptions).toEqual({
    request_url: settings.interactivity.request_url,
    bot_events: ['app_home_opened'],
  })
})

test('every scope has its reason above it', () => {
  const [, list = ''] = /\n {4}bot:\n((?: {6}.*\n)+)/.exec(MANIFEST)!
  const groups = list.split(/(?<=- .*\n)(?= *#)/)
  expect(groups.length).toBeGreaterThan(3)
  for (const group of groups) expect(group).toMatch(/^ *# \S.*\n(?: *- .*\n)+$/)
})
