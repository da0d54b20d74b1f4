import { thosePermitted } from '../../functions/flows/those-permitted.ts'
import { botInMemory } from '../support/bot-in-memory.ts'

const { directory } = botInMemory().services

test.each([
  [[], ''],
  [['U0NOONE', 'U0GUS'], ''],
  [['U0GUS', 'U0ANA'], ' These people may: ANA.'],
  [['U0ANA', 'U0BEN', 'U0CHEN'], ' These people may: ANA, BEN, CHEN.'],
  [['U0ANA', 'U0BEN', 'U0CHEN', 'U0DANA'], ' These people may: ANA, BEN, CHEN and 1 more.'],
])('%j: three are named, none whom Slack does not know or who left', async (people, words) => {
  expect(await thosePermitted(directory, people)).toBe(words)
})
