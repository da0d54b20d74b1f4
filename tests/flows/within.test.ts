import { within } from '../../functions/flows/within.ts'
import { botInMemory, later } from '../support/bot-in-memory.ts'

/** A clock, and the signals that call its timers off. */
const clock = () => {
  const made = botInMemory()
  const signals: (AbortSignal | undefined)[] = []
  const { clock } = made.services
  return {
    pass: made.pass,
    signals,
    clock: {
      ...clock,
      sleep: (ms: number, signal?: AbortSignal) => {
        signals.push(signal)
        return clock.sleep(ms, signal)
      },
    },
  }
}

test('work that ends in time gives its result, and leaves no timer behind', async () => {
  const { clock: made, signals } = clock()
  expect(await within(made, 100, Promise.resolve('done'))).toBe('done')
  await expect(within(made, 100, Promise.reject(new Error('down')))).rejects.toThrow('down')
  expect(signals.map((signal) => signal?.reason as unknown)).toEqual(['the work has ended', 'the work has ended'])
})

test('work that fails after that time disturbs no other work', async () => {
  const { clock: made, pass } = clock()
  const unhandled: unknown[] = []
  const listener = (error: unknown) => void unhandled.push(error)
  process.on('unhandledRejection', listener)
  const { promise, reject } = Promise.withResolvers<string>()
  const result = within(made, 100, promise)
  pass(100)
  expect(await result).toBeNull()
  reject(new Error('down'))
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', listener)
  expect(unhandled).toEqual([])
})

test('work that takes longer gives null', async () => {
  const { clock: made, pass } = clock()
  const work = later<string>()
  const result = within(made, 100, work.answer)
  pass(100)
  expect(await result).toBeNull()
})

test('work that takes a while, but not too long, gives its result', async () => {
  const { clock: made, pass } = clock()
  const work = later<string>()
  const result = within(made, 100, work.answer)
  pass(99)
  await new Promise((resolve) => setImmediate(resolve))
  work.give('done')
  expect(await result).toBe('done')
})
