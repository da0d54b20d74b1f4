import { fewAtOnce } from '../functions/few-at-once.ts'

/** Each ends when it is told to. */
const underControl = () => {
  const begun: number[] = []
  const ends = new Map<number, (how: 'well' | 'badly') => void>()
  const act = (one: number): Promise<string> =>
    new Promise((resolve, reject) => {
      begun.push(one)
      ends.set(one, (how) => {
        if (how === 'well') resolve(`did ${one}`)
        else reject(new Error(`failed at ${one}`))
      })
    })
  const end = async (one: number, how: 'well' | 'badly' = 'well'): Promise<void> => {
    ends.get(one)!(how)
    await new Promise(setImmediate)
  }
  return { begun, act, end }
}

test('the next begins when one has ended, and the results are in order', async () => {
  const { begun, act, end } = underControl()
  const all = fewAtOnce(2, [1, 2, 3, 4], act)
  expect(begun).toEqual([1, 2])
  await end(2)
  expect(begun).toEqual([1, 2, 3])
  await end(3)
  expect(begun).toEqual([1, 2, 3, 4])
  await end(4)
  await end(1)
  await expect(all).resolves.toEqual(['did 1', 'did 2', 'did 3', 'did 4'])
})

test('after an error no more begin, and it is the answer', async () => {
  const { begun, act, end } = underControl()
  const all = fewAtOnce(2, [1, 2, 3, 4], act)
  const failed = expect(all).rejects.toThrow('failed at 1')
  await end(1, 'badly')
  await end(2)
  await failed
  expect(begun).toEqual([1, 2])
})

test('of none, none begins', async () => {
  const { begun, act } = underControl()
  await expect(fewAtOnce(2, [], act)).resolves.toEqual([])
  expect(begun).toEqual([])
})
