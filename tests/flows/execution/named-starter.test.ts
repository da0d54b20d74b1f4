import { namedStarter } from '../../../functions/flows/execution/named-starter.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'

const { directory } = botInMemory().services
const STARTER = { kind: 'console', name: 'greenlight', arn: null } as const

test.each([
  [undefined, 'greenlight'],
  ['U0DANA', 'DANA'],
  ['U0NOONE', null],
])('for %s, the starter is named %s', async (userId, name) => {
  const starter = { ...STARTER, ...(userId !== undefined && { userId }) }
  expect(await namedStarter({ directory }, starter as never)).toEqual({ ...starter, name })
})
