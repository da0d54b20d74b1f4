import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createPackageIndex, isNotRun } from '../../../local/process/package-index.ts'
import { tinySource, tinyWheels } from '../../appspec/tiny-package.ts'
import { tools } from '../../support/equipment.ts'
import { describeWith } from '../../support/needs.ts'
import { directoryWith, removeDirectories } from '../../support/order.ts'

afterAll(removeDirectories)

const python = 'missing' in tools.python ? 'python3' : tools.python.path
const signal = new AbortController().signal

/** The wheels that pip gets for these files, from an index that keeps its downloads in `cache`. */
const wheelsFor = async (cache: string, files: Record<string, string>, twice = false) => {
  const source = await directoryWith(files)
  const index = createPackageIndex(tools.python, cache)
  const before = await readdir(source, { recursive: true })
  const answers = [await index.prepare(join(source, 'requirements.txt'), signal)]
  if (twice) answers.push(await index.prepare(join(source, 'requirements.txt'), signal))
  expect(await readdir(source, { recursive: true })).toEqual(before)
  return Promise.all(
    answers.map(async (answer) => (isNotRun(answer) ? answer.why : readdir(answer['PIP_FIND_LINKS'] ?? ''))),
  )
}

await describeWith(['python'], 'cached packages', () => {
  test('change if a file that requirements.txt names has changed', async () => {
    const [cache, wheels] = [await directoryWith(), await tinyWheels(python, ['1.0', '2.0'])]
    const files = (version: string) => ({
      'requirements.txt': `--no-index\n--find-links ${wheels}\n-r requirements/prod.txt\n`,
      'requirements/prod.txt': `tiny==${version}\n`,
    })
    expect(await wheelsFor(cache, files('1.0'))).toEqual([['tiny-1.0-py3-none-any.whl']])
    expect(await wheelsFor(cache, files('2.0'))).toEqual([['tiny-2.0-py3-none-any.whl']])
    expect(await readdir(cache)).toHaveLength(2)
    expect(await wheelsFor(cache, files('1.0'))).toEqual([['tiny-1.0-py3-none-any.whl']])
    expect(await readdir(cache)).toHaveLength(2)
  })

  test('are built from a directory of the app, which stays as it is', async () => {
    const cache = await directoryWith()
    const files = { 'requirements.txt': '--no-index\n./vendor/tiny\n', ...tinySource('vendor/tiny', '1.0') }
    expect(await wheelsFor(cache, files)).toEqual([['tiny-1.0-py3-none-any.whl']])
  })

  test('are downloaded each time if they are editable', async () => {
    const cache = await directoryWith()
    const files = { 'requirements.txt': '--no-index\n-e ./tiny\n', ...tinySource('tiny', '1.0') }
    expect(await wheelsFor(cache, files, true)).toEqual([['tiny-1.0-py3-none-any.whl'], ['tiny-1.0-py3-none-any.whl']])
  })
})
