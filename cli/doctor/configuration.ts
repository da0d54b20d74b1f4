import type { Check } from './check.ts'

export const configuration: Check = {
  title: 'greenlight.yml',
  run: async ({ readConfiguration, configurationFile }) => {
    const read = await readConfiguration()
    if (read.kind === 'valid') return []
    return read.problems.map(({ line, key, message }) => ({
      what: `${configurationFile}:${line}  ${key ? `${key}: ` : ''}${message}`,
      fix: 'Correct it and deploy. Until then no one can approve in Slack.',
    }))
  },
}
