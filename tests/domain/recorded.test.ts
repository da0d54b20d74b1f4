import { createHash } from 'node:crypto'
import { recordedPeople, recordedPolicy } from '../../functions/domain/recorded.ts'
import { POLICY, policy, rule } from '../support/records.ts'

const people = Array.from({ length: 200 }, (_, index) => `U${index}`)

test('up to two hundred people are recorded by their IDs', () => {
  expect(recordedPeople(people)).toEqual(people)
  expect(recordedPolicy(POLICY)).toEqual(POLICY)
})

test('more are recorded by their number and the hash of their IDs, each once, in order and with a line feed', () => {
  const lines = ['ULAST', ...people].sort().map((userId) => `${userId}\n`)
  const digest = { members: 201, sha256: createHash('sha256').update(lines.join('')).digest('hex') }
  expect(recordedPeople(['ULAST', ...people, 'U7'])).toEqual(digest)
  const { rules, breakGlass } = recordedPolicy(
    policy([rule('everyone', [...people, 'ULAST'])], { breakGlass: [...people, 'ULAST'] }),
  )
  expect(rules).toEqual([{ name: 'everyone', groups: [], count: 1, people: digest }])
  expect(breakGlass).toEqual(digest)
})
