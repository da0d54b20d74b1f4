import { assign, leadingTo } from '../../functions/domain/assignment.ts'

test('an approval finds its place through a rule that an earlier one came through', () => {
  const [A, B, C, D] = [1, 2, 4, 8] as const
  // The third moves the first from A to B. The fourth then moves it back, the third on to C, and the second to D.
  expect(assign([1, 1, 1, 1], [A | B, C | D, A | C, B])).toEqual([[0], [3], [2], [1]])
})

test('a rule leads to an open place if one of its approvals could move there, also through another rule', () => {
  const [A, B, C, D] = [1, 2, 4, 8] as const
  const held = [[], [0, 1], [2], [3]]
  expect(leadingTo(A, held, [A | B, B, B | C, D])).toBe(A | B | C)
  expect(leadingTo(D, [[0], [], []], [A])).toBe(D)
})
