import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { madeOnce } from './decided-once.ts'

const read = (directory: string) => readFile(join(directory, 'made'), 'utf8')
const name = () => `a-test-${Math.random()}`

test('what two suites need at once is made once, and read by both', async () => {
  const what = name()
  let made = 0
  const make = async (directory: string) => {
    made++
    await writeFile(join(directory, 'made'), 'yes')
  }
  expect(await Promise.all([madeOnce(what, make, read), madeOnce(what, make, read)])).toEqual(['yes', 'yes'])
  expect(made).toBe(1)
})

test('what cannot be made fails for each suite, with the reason', async () => {
  const what = name()
  const make = () => Promise.reject(new Error('no room'))
  await expect(madeOnce(what, make, read)).rejects.toThrow('no room')
  await expect(madeOnce(what, make, read)).rejects.toThrow('no room')
})

test('outside of a run it is made, read and removed', async () => {
  const run = process.env['GREENLIGHT_TEST_RUN']
  delete process.env['GREENLIGHT_TEST_RUN']
  let place = ''
  try {
    const make = (directory: string) => writeFile(join((place = directory), 'made'), 'alone')
    expect(await madeOnce(name(), make, read)).toBe('alone')
    await expect(readFile(join(place, 'made'))).rejects.toThrow('ENOENT')
  } finally {
    process.env['GREENLIGHT_TEST_RUN'] = run
  }
})
