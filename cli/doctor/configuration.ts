import type { Check } from './check.ts'

export const configuration: Check = {
  title: 'greenlight.yml',
  run: async ({ readConfiguration }) => {
    const read = await readConfiguration()
    if (read.kind === 'valid') return []
    return read.problems.map(({ line, key, message }) => ({
      what: `greenlight.yml:${line}  ${key ? `${key}: ` : ''}${message}`,
      fix: 'Put it right and deploy: until then nobody may approve in Slack.',
    }))
  },
}
