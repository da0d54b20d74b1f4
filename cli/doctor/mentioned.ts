import type { ConfigurationFile } from '../../functions/config/schema.ts'
import { ownEntry } from '../../functions/own-entry.ts'

export interface Mentioned {
  channels: string[]
  people: string[]
  groups: string[]
}

/** The settings that name channels, people or user groups in Slack, at any place of the file. */
const SETTINGS: Record<string, keyof Mentioned> = {
  approvals: 'channels',
  status: 'channels',
  channel: 'channels',
  people: 'people',
  groups: 'groups',
}

/** In `people`, the value for a machine. */
const MACHINE = 'nobody'

/** Every channel, person (by ID or e-mail address) and user group that the file names, each once. */
export const mentionedIn = (file: ConfigurationFile): Mentioned => {
  const found = { channels: new Set<string>(), people: new Set<string>(), groups: new Set<string>() }
  const look = (value: unknown, kind?: keyof Mentioned): void => {
    if (typeof value === 'string' && kind && value !== MACHINE) found[kind].add(value)
    if (typeof value !== 'object' || value === null) return
    for (const [key, inner] of Object.entries(value)) look(inner, kind ?? ownEntry(SETTINGS, key))
  }
  look(file)
  return { channels: [...found.channels], people: [...found.people], groups: [...found.groups] }
}
