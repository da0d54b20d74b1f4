import { type Seed, createPushes, historyOf, readExample } from '../../../local/source/example-commits.ts'
import { FLASK_APP } from '../../../local/source/flask-app-commits.ts'
import { HELLO_LAMBDA } from '../../../local/source/hello-lambda-commits.ts'

const ANA = { name: 'Ana Soares', email: 'ana@shop.example' }
const NOW = Date.parse('2026-11-23T10:00:00Z')

describe.each<[string, Seed, string[]]>([
  ['flask-app', FLASK_APP, ['app.py', 'appspec.yml', 'scripts/before-install.sh']],
  ['hello-lambda', HELLO_LAMBDA, ['index.mjs', 'appspec.yml', 'target-lambda.yml', 'target-lambda.json']],
])('%s', (_, seed, paths) => {
  test('ends as the example in this repository, with the files that deploy it', async () => {
    const source = await readExample(seed)
    expect([...source.keys()]).toEqual(expect.arrayContaining(paths))
    const history = historyOf(seed, source, [ANA], NOW)
    expect(history.at(-1)?.tree).toBe(source)
    expect(history.every(({ tree }, at) => at === 0 || tree !== history[at - 1]?.tree)).toBe(true)
    const sizes = history.map(({ tree }) => tree.size)
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b))
    expect(history[0]?.tree.has('appspec.yml')).toBe(false)
  })

  test('every push applies, differs from the one before, and leaves no fault behind', async () => {
    const source = await readExample(seed)
    const push = createPushes(seed, source)
    const good = seed.good.map(() => push('good').tree)
    expect(new Set(good.map((tree) => JSON.stringify([...tree]))).size).toBe(seed.good.length)
    for (const kind of ['broken', 'failing-test'] as const) {
      const { message, tree } = push(kind)
      expect(message).toBe(seed[kind].message)
      expect(tree).not.toEqual(good.at(-1))
      const mended = push('good')
      expect(mended.message).toMatch(`, and undo "${message}"`)
      expect([...mended.tree.keys()]).toEqual([...source.keys()])
    }
  })

  test('a change that no longer applies is named', async () => {
    const [first] = seed.broken.edits
    const [path] = paths as [string]
    const stale = { ...seed, broken: { message: 'Change', edits: [first!, { path, from: 'nowhere here', to: '' }] } }
    const push = createPushes(stale, await readExample(seed))
    expect(() => push('broken')).toThrow(`The example's ${path} is not what its commits are to change`)
  })
})
