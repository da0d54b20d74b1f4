import type { Test } from '@jest/test-result'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import LongestFirst, { LONGEST } from './longest-first.ts'

const at = (path: string) => {
  const context = { config: { id: 'none', cacheDirectory: tmpdir() }, hasteFS: { getSize: () => 1 } }
  return { path, context } as unknown as Test
}

test('the longest come first, in their order', async () => {
  const sorted = await new LongestFirst().sort(
    ['domain/policy', 'local/workspace/walk', 'e2e/walk'].map((name) => at(`${process.cwd()}/tests/${name}.test.ts`)),
  )
  expect(sorted.map(({ path }) => path.replace(/.*\/tests\//, ''))).toEqual([
    'e2e/walk.test.ts',
    'local/workspace/walk.test.ts',
    'domain/policy.test.ts',
  ])
})

test('each of them still exists', () => {
  expect(LONGEST.filter((name) => !existsSync(`${process.cwd()}${name}`))).toEqual([])
})
