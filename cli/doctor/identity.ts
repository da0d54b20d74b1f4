import type { Check } from './check.ts'

/** AWS accepts the credentials: without them nothing else of AWS can be checked. */
export const identity: Check = {
  title: 'AWS credentials',
  run: async ({ aws }) => {
    await aws()
    return []
  },
}
