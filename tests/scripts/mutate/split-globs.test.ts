import { globSync } from 'node:fs'
import { splitGlobs } from '../../../scripts/mutate/split-globs.ts'

test.each([
  ['functions/domain/*.ts', ['functions/domain/*.ts']],
  ['a.ts,b/*.ts', ['a.ts', 'b/*.ts']],
  ['functions/{domain,flows}/**/*.ts,c.ts', ['functions/{domain,flows}/**/*.ts', 'c.ts']],
  ['functions/{domain,flows/{show,effects}}/*.ts,c.ts', ['functions/{domain,flows/{show,effects}}/*.ts', 'c.ts']],
])('%s', (list, globs) => expect(splitGlobs(list)).toEqual(globs))

test('a brace without the other is refused', () => {
  expect(() => splitGlobs('functions/{domain,flows/*.ts')).toThrow(
    'A brace in functions/{domain,flows/*.ts has no other',
  )
  expect(() => splitGlobs('a},b{')).toThrow('A brace in a},b{ has no other')
})

test('nested braces name the files of each', () => {
  const found = globSync(splitGlobs('functions/{domain,flows/{show,effects}}/*.ts'))
  for (const folder of ['domain', 'flows/show', 'flows/effects'])
    expect(found.some((path) => path.startsWith(`functions/${folder}/`))).toBe(true)
})
