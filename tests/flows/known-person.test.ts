import { knownPerson } from '../../functions/flows/known-person.ts'
import type { Directory } from '../../functions/ports/directory.ts'
import { botInMemory } from '../support/bot-in-memory.ts'

const { directory } = botInMemory().services
const silent: Pick<Directory, 'person'> = { person: async () => ({ kind: 'unread', because: 'Slack does not answer' }) }
const refused: Pick<Directory, 'person'> = {
  person: async () => ({ kind: 'unread', because: 'Slack lacks a scope', isFinal: true }),
}

test('a person may be known the next time if Slack does not answer', async () => {
  const because = 'Greenlight cannot tell who you are: Slack does not answer.'
  expect(await knownPerson(silent, 'U0DANA')).toEqual({ kind: 'unknown', because, mayPass: true })
})

test.each([
  ['U0NOONE', directory, 'Greenlight cannot tell who you are.'],
  ['U0DANA', refused, 'Greenlight cannot tell who you are: Slack lacks a scope.'],
  ['U0GUS', directory, 'Your Slack account is deactivated.'],
  ['U0HAL', directory, 'Only people of this Slack workspace can do this.'],
])('%s may do nothing, and is told why', async (userId, asked, because) => {
  expect(await knownPerson(asked, userId)).toEqual({ kind: 'unknown', because })
})

test('an active member of the workspace is known with their zone', async () => {
  const known = await knownPerson(directory, 'U0DANA')
  if (known.kind === 'unknown') throw new Error(known.because)
  expect(known.person).toEqual({ userId: 'U0DANA', teamId: 'T0SHOP', name: 'DANA', email: 'dana@example.com' })
  expect(known.zone()).toBe('Europe/London')
})
