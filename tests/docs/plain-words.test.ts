import { pages, read, yamlFiles } from './pages.ts'

/* CONTRIBUTING.md, "Plain words": a sentence names who acts. */

const VAGUE = /\b(?:nobody|whoever|somebody|anybody|(?:is|are) none)\b/i

/** Code may say it: the key `people` of greenlight.yml takes `nobody` for a machine. */
const withoutCode = (line: string): string => line.replaceAll(/`[^`]*`/g, '').replace(/^(\s*\S.*:) nobody\b/, '$1')

const vagueLines = (path: string): string[] =>
  read(path)
    .split('\n')
    .flatMap((line, index) => (VAGUE.test(withoutCode(line)) ? [`${path}:${index + 1}: ${line.trim()}`] : []))

test('pages and templates name who acts', () => {
  expect([...pages, ...yamlFiles].flatMap(vagueLines)).toEqual([])
})
