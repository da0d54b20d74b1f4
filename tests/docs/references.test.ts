import { globSync } from 'node:fs'
import manifest from '../../package.json' with { type: 'json' }
import { runGreenlight } from '../cli/scripted-terminal.ts'
import { ROOT, pages, read, yamlFiles } from './pages.ts'

/* What prose names must exist: files, scripts of package.json, commands of greenlight and their options. */

const FOLDERS = 'appspec|cli|docs|examples|functions|infra|local|schemas|scripts|tests'
const PATH = new RegExp(`^(?:${FOLDERS})/[\\w./*-]*$`)
/** A handler's name, as Lambda wants it. */
const HANDLER = /\.handler$/

const pathsIn = (text: string): string[] =>
  [...text.matchAll(/`([^`\n]+)`/g)]
    .map(([, code = '']) => code)
    .filter((code) => PATH.test(code) && !HANDLER.test(code))

const commentedPathsIn = (yaml: string): string[] =>
  [...yaml.matchAll(/^ *#.*$/gm)].flatMap(([comment]) =>
    [...comment.matchAll(new RegExp(`(?<![\\w/.-])(?:${FOLDERS})/[\\w./-]*\\w`, 'g'))].map(([path]) => path),
  )

const missing = (paths: readonly string[]): string[] =>
  paths.filter((path) => globSync(path, { cwd: ROOT }).length === 0)

test('every path that a page names exists', () => {
  const named = pages.flatMap((page) => pathsIn(read(page)))
  expect(named.length).toBeGreaterThan(50)
  expect(missing(named)).toEqual([])
})

test('every path that a comment in YAML names exists', () => {
  const named = yamlFiles.flatMap((file) => commentedPathsIn(read(file)))
  expect(named.length).toBeGreaterThan(10)
  expect(missing(named)).toEqual([])
})

/** Commands in a page's code, each on one line and without a comment. */
const commandsIn = (page: string): string[] =>
  read(page)
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .flatMap((line) =>
      [...line.matchAll(/\b(?:npx greenlight|npm (?:run|test|start)) ?[^`|#)]*/g)].map(([text]) => text.trim()),
    )

const commands = pages.flatMap((page) => commandsIn(page).map((command) => ({ page, command })))

test('every npm script that a page names is one of package.json', () => {
  const named = commands.flatMap(({ command }) => /^npm run (?:--silent )?([\w:-]+)/.exec(command)?.[1] ?? [])
  expect(named.length).toBeGreaterThan(10)
  expect(named.filter((name) => !(name in manifest.scripts))).toEqual([])
})

test('every greenlight command that a page names accepts its options', async () => {
  const named = commands.flatMap(({ page, command }) => {
    const [, name = '', rest = ''] = /^npx greenlight (\w+)(.*)$/.exec(command) ?? []
    return name ? [{ page, name, options: rest.match(/--[a-z-]+/g) ?? [] }] : []
  })
  expect(named.length).toBeGreaterThan(15)
  const problems = await Promise.all(
    named.map(async ({ page, name, options }) => {
      const { exitCode, out } = await runGreenlight([name, '--help'])
      if (exitCode !== 0) return [`${page}: there is no command ${name}`]
      const known = new Set(out.match(/--[a-z-]+/g))
      return options.filter((option) => !known.has(option)).map((option) => `${page}: ${name} has no ${option}`)
    }),
  )
  expect(problems.flat()).toEqual([])
})
