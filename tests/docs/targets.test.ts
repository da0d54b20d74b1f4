import { pages, proseOf } from './pages.ts'

const updatesTheHook = (page: string): string | undefined =>
  /^## Update the hook\n(?<said>[^]*?)(?=^## |$(?![^]))/m.exec(proseOf(page))?.groups?.said

test('where the repository has the key of the hook and a copy of the template, “Update the hook” says to change both', () => {
  const guides = pages.filter((page) => /^docs\/targets\//.test(page) && updatesTheHook(page) !== undefined)
  expect(guides.length).toBeGreaterThan(1)
  for (const guide of guides) {
    const [, target] = /`(?:\w+\/)?(target-\w+)\.json`/.exec(proseOf(guide)) ?? []
    for (const file of [`${target}.json\``, `copy \`infra/${target}.yml\``])
      expect([guide, updatesTheHook(guide)?.replaceAll('\n', ' ')]).toEqual([guide, expect.stringContaining(file)])
  }
})
