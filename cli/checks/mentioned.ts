import type { ConfigurationFile } from '../../functions/config/schema.ts'

export interface Mentioned {
  channels: string[]
  people: string[]
  groups: string[]
}

/** Below these keys, names are not Slack's. */
const ELSEWHERE = new Set(['accounts', 'console', 'environment', 'match', 'name', 'repositories'])

const FORMS: [kind: keyof Mentioned, form: RegExp][] = [
  ['channels', /^[CG][A-Z0-9]{2,}$/],
  ['people', /^(?:[UW][A-Z0-9]{2,}|[^@\s]+@[^@\s]+)$/],
  ['groups', /^S[A-Z0-9]{2,}$/],
]

/** Every channel, person (by ID or e-mail address) and user group that the file speaks of, each once. */
export const mentionedIn = (file: ConfigurationFile): Mentioned => {
  const values = [...new Set(textsIn(file))]
  const of = (kind: keyof Mentioned) =>
    values.filter((value) => FORMS.some(([is, form]) => is === kind && form.test(value)))
  return { channels: of('channels'), people: of('people'), groups: of('groups') }
}

const textsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => (ELSEWHERE.has(key) ? [] : textsIn(inner)))
}
