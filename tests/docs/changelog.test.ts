import { readFileSync } from 'node:fs'
import { read } from './pages.ts'

/* Versions follow SemVer: the newest section is what was released last, and package.json names the release to come. */

const SECTION = /^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d{2}-\d{2})$/gm
const numbers = (version: string): number[] => version.split('.').map(Number)
const isAfter = (later: string, earlier: string): boolean => {
  const [a, b] = [numbers(later), numbers(earlier)]
  const differs = a.findIndex((number, index) => number !== b[index])
  return differs >= 0 && a[differs]! > b[differs]!
}

const released = [...read('CHANGELOG.md').matchAll(SECTION)].map(([, version = '', date = '']) => ({ version, date }))
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }

test('every heading is a version with its date, or what is not released yet', () => {
  const headings = read('CHANGELOG.md').match(/^## .*$/gm) ?? []
  expect(headings).toHaveLength(released.length + 1)
  expect(headings[0]).toBe('## [Unreleased]')
})

test('versions and dates fall, and package.json has the next version', () => {
  expect(released.length).toBeGreaterThan(0)
  const versions = [version, ...released.map((release) => release.version)]
  for (const [index, later] of versions.slice(0, -1).entries())
    expect([later, versions[index + 1], isAfter(later, versions[index + 1]!)]).toEqual([
      later,
      versions[index + 1],
      true,
    ])
  const dates = released.map(({ date }) => date)
  expect(dates).toEqual([...dates].sort().reverse())
})

test('the release that an upgrade is tested from is the newest', () => {
  const noted = readFileSync('tests/deploy/previous-release.json', 'utf8')
  expect((JSON.parse(noted) as { version: string }).version).toBe(released[0]?.version)
})
