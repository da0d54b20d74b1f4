import { rulesThrough, waysThrough } from '../../functions/domain/route.ts'

const rule = (name: string) => ({ name, people: [name], groups: [], count: 1 })
const [qa, two, lead, owner] = ['QA', 'two engineers', 'one lead', 'owner'].map(rule)
const route = { approvers: [qa!], anyOf: [[two!], [lead!, owner!]] }

test('the rules of a route are those that always count, then those of each way, in order', () => {
  expect(rulesThrough(route).map(({ name }) => name)).toEqual(['QA', 'two engineers', 'one lead', 'owner'])
})

test('each way has the rules that always count, and its own', () => {
  expect(waysThrough(route)).toEqual({
    ways: [
      [0, 1],
      [0, 2, 3],
    ],
  })
  expect(waysThrough({ approvers: [], anyOf: [[two!], [lead!]] })).toEqual({ ways: [[0], [1]] })
})

test('a route without alternatives has no ways, so that its policy is signed as before', () => {
  expect(waysThrough({ approvers: [qa!], anyOf: [] })).toEqual({})
})
