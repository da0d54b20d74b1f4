import { existsSync, readFileSync } from 'node:fs'
import { BROKEN_BOTS } from './broken-bots.ts'
import { FORGED_BOTS } from './broken-bots-of-the-thief.ts'
import { INVARIANTS, LIVE_INVARIANTS, THIEF_INVARIANTS } from './invariants.ts'
import { LIVE_BROKEN_BOTS } from './live-broken-bots.ts'

const ALL_INVARIANTS = { ...INVARIANTS, ...LIVE_INVARIANTS, ...THIEF_INVARIANTS }
const ALL_BOTS = { ...BROKEN_BOTS, ...LIVE_BROKEN_BOTS, ...FORGED_BOTS }
const here = `${process.cwd()}/tests/simulation`
const README = readFileSync(`${here}/README.md`, 'utf8')

/** The cells of the tables that begin with this heading, by row. */
const rows = (heading: string): string[][] => {
  const lines = README.split('\n')
  const begin = lines.findIndex((line) => line.replaceAll(/\s+/g, ' ').startsWith(heading))
  const table = lines.slice(begin + 2)
  return table
    .slice(
      0,
      table.findIndex((line) => !line.startsWith('|')),
    )
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}

describe('the README of the simulation', () => {
  test('has a row for each invariant, with its number, its name and its check', () => {
    const written = rows('| number | invariant').map(([number, name, , check]) => [
      number,
      name,
      check!.split(' in ')[0],
    ])
    const meant = Object.entries(ALL_INVARIANTS).map(([number, { name, check }]) => [number, name, `\`${check.name}\``])
    expect(written).toEqual(meant)
  })

  test('names the file that each check is in', () => {
    for (const [number, , , cell] of rows('| number | invariant')) {
      const [, check, file] = /^`(\w+)` in `([\w.-]+)`$/.exec(cell!) ?? []
      expect([number, readFileSync(`${here}/${file}`, 'utf8').includes(`export const ${check} =`)]).toEqual([
        number,
        true,
      ])
    }
  })

  test('names each broken bot, and the invariant that it breaks', () => {
    const meant = Object.entries(ALL_BOTS).map(([what, { breaks }]) => `${breaks} ${what}`)
    expect(
      rows('| breaks | broken bot')
        .map((cells) => cells.join(' '))
        .toSorted(),
    ).toEqual(meant.toSorted())
  })

  test('names tests that exist', () => {
    const paths = README.match(/tests\/[\w/-]+\.test\.ts/g) ?? []
    expect(paths.filter((path) => !existsSync(path))).toEqual([])
  })
})

test('each invariant has a bot that breaks it', () => {
  const broken = new Set<string>(Object.values(ALL_BOTS).map(({ breaks }) => breaks))
  expect(Object.keys(ALL_INVARIANTS).filter((number) => !broken.has(number))).toEqual([])
})
