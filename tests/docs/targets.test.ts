import { pages, proseOf } from './pages.ts'

const updatesTheHook = (page: string): string | undefined =>
  /^## Update the hook\n(?<said>[^]*?)(?=^## |$(?![^]))/m.exec(proseOf(page))?.groups?.said

test('where the repository has the key of the hook, “Update the hook” says to change it there', () => {
  const guides = pages.filter((page) => /^docs\/targets\//.test(page) && updatesTheHook(page) !== undefined)
  expect(guides.length).toBeGreaterThan(1)
  for (const guide of guides) {
    const [, file] = /`(?:\w+\/)?(target-\w+\.json)`/.exec(proseOf(guide)) ?? []
    expect([guide, updatesTheHook(guide)]).toEqual([guide, expect.stringContaining(`${file}\``)])
  }
})
