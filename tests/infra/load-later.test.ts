import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

type Parts = Record<string, { called?: string[]; made?: string[] }>

const { PARTS, functionsIn } = createRequire(import.meta.url)(join(process.cwd(), 'infra', 'load-later.cjs')) as {
  PARTS: Parts
  functionsIn: (path: string) => Promise<string[]>
}
const files = Object.values(PARTS).flatMap(({ called = [], made = [] }) => [...called, ...made])

test('each file is in one part', () => {
  expect(files.filter((file, at) => files.indexOf(file) !== at)).toEqual([])
})

test.each(files)('%s exports functions, which can load their part when they are called', async (file) => {
  const exported = (await import(pathToFileURL(join(process.cwd(), 'functions', file)).href)) as object
  const named = Object.entries(exported).filter(([name]) => /^[a-z]/.test(name))
  expect(named.filter(([, value]) => typeof value !== 'function')).toEqual([])
  const functions = await functionsIn(join(process.cwd(), 'functions', file))
  expect(functions.length).toBeGreaterThan(0)
  expect(named.map(([name]) => name).sort()).toEqual(functions.sort())
})
