import { existsSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { ROOT, pages, proseOf } from './pages.ts'

/** The anchors that GitHub gives to the headings of a page; a second heading of the same name ends in -1. */
const anchorsOf = (page: string): string[] => {
  const seen = new Map<string, number>()
  return [...proseOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => {
    const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const slug = words.replaceAll(/[^\p{L}\p{N}_ -]/gu, '').replaceAll(' ', '-')
    const before = seen.get(slug) ?? 0
    seen.set(slug, before + 1)
    return before ? `${slug}-${before}` : slug
  })
}

const linksIn = (page: string): string[] =>
  [...proseOf(page).matchAll(/\]\(<?([^)\s>]+)>?\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))

/** What is wrong with a link, or nothing. */
const brokenness = (page: string, link: string): string[] => {
  const [path = '', anchor] = link.split('#')
  const target = path ? join(dirname(page), path) : page
  if (!existsSync(join(ROOT, target))) return [`${page}: ${link} has no target`]
  const missing = anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).includes(anchor)
  return missing ? [`${page}: ${link}: no such heading`] : []
}

test('every relative link has a target', () => {
  const links = pages.flatMap((page) => linksIn(page).map((link) => [page, link] as const))
  expect(links.length).toBeGreaterThan(20)
  expect(links.flatMap(([page, link]) => brokenness(page, link))).toEqual([])
})

test('the index lists every guide once, and every decision', () => {
  const listed = linksIn('docs/README.md')
  const guides = pages.filter((page) => page.startsWith('docs/') && page !== 'docs/README.md')
  const wanted = guides.map((guide) => relative('docs', guide))
  expect([...listed.filter((link) => link.endsWith('.md') && !link.startsWith('..'))].sort()).toEqual(wanted.sort())
})
