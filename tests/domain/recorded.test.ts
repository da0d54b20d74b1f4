import { createHash } from 'node:crypto'
import { recordedPeople, recordedPolicy, recordedRefusal } from '../../functions/domain/recorded.ts'
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

test('who may reject is recorded like who may approve', () => {
  const rejecters = [{ name: 'everyone', people: [...people, 'ULAST'], groups: ['S0ALL'] }]
  expect(recordedPolicy({ ...POLICY, rejecters }).rejecters).toEqual([
    { name: 'everyone', people: recordedPeople([...people, 'ULAST']), groups: ['S0ALL'] },
  ])
})

test('a refusal is recorded without the people who may override or confirm, who may be many', () => {
  expect(recordedRefusal({ because: 'may-not-break-glass', breakGlass: people })).toEqual({
    because: 'may-not-break-glass',
  })
  expect(recordedRefusal({ because: 'not-a-reviewer', reviewers: people })).toEqual({ because: 'not-a-reviewer' })
  expect(recordedRefusal({ because: 'starter' })).toEqual({ because: 'starter' })
})
