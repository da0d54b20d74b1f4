import { isOutsideEvent, parseOutsideEvent } from '../../functions/aws/outside-event.ts'

/** Found by `npm run fuzz -- 1000000`: an object whose toString is no function has no text at all. */
test.each([
  ['an object without a text', { toString: 'CodeBuild Build State Change' }],
  ['a list', ['CodeBuild Build State Change']],
  ['nothing', undefined],
  ['a name that every object has', 'constructor'],
])('no event is one of a build or a deployment if its detail-type is %s', (_, detailType) => {
  expect(isOutsideEvent({ 'detail-type': detailType })).toBe(false)
  expect(parseOutsideEvent({ 'detail-type': detailType })).toBeNull()
})

test('what is no object is no event', () =>
  expect([isOutsideEvent(null), isOutsideEvent('text')]).toEqual([false, false]))
