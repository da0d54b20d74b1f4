import { watchNotices, withWatcher, withoutWatcher } from '../../functions/domain/watching.ts'
import { START, execution, pipelineChange } from '../support/records.ts'

const running = execution([pipelineChange('running', START)])
const over = execution([pipelineChange('succeeded', START)])
const crowd = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`U${index}`, START + index]))

test('a person who asks is told how the execution ends, and it is read again', () => {
  const [watched, answer] = withWatcher({ ...running, confirmed: true }, 'U0ANA', START + 5)
  expect(answer).toBe('noted')
  expect(watched).toEqual({ ...running, confirmed: false, watchers: { U0ANA: START + 5 } })
  expect(withWatcher(watched, 'U0ANA', START + 6)).toEqual([watched, 'noted'])
  expect(withWatcher(watched, 'U0BEN', START + 6)[0].watchers).toEqual({ U0ANA: START + 5, U0BEN: START + 6 })
})

test('of an execution that is over, no one is told', () => {
  expect(withWatcher(over, 'U0ANA', START)).toEqual([over, 'over'])
})

test('fifty people can be told', () => {
  expect(withWatcher({ ...running, watchers: crowd(49) }, 'U0ANA', START)[1]).toBe('noted')
  expect(withWatcher({ ...running, watchers: crowd(50) }, 'U0ANA', START)[1]).toBe('full')
  expect(withWatcher({ ...running, watchers: crowd(50) }, 'U1', START)[1]).toBe('noted')
})

test('a person who was told is told no more', () => {
  const two = { ...over, watchers: { U0ANA: START, U0BEN: START } }
  expect(withoutWatcher(two, 'U0ANA')).toEqual({ ...over, watchers: { U0BEN: START } })
  expect(withoutWatcher({ ...over, watchers: { U0ANA: START } }, 'U0ANA')).not.toHaveProperty('watchers')
  expect(withoutWatcher(over, 'U0ANA')).toEqual(over)
})

test('each is told by a message of their own, once the execution is over', () => {
  const watchers = { U0ANA: START + 1_999, U0BEN: START }
  const second = START / 1_000
  expect(watchNotices({ ...running, watchers }, START)).toEqual([])
  expect(watchNotices(over, START)).toEqual([])
  expect(watchNotices({ ...over, watchers }, START + 9)).toEqual([
    { kind: 'watched', key: `watched-U0ANA-${second + 1}`, dueAt: START + 9, channel: 'U0ANA' },
    { kind: 'watched', key: `watched-U0BEN-${second}`, dueAt: START + 9, channel: 'U0BEN' },
  ])
})
