import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'

interface Component {
  name: string
  version: string
  licenses?: { license: { id?: string } }[]
  properties?: { name: string; value: string }[]
}

/** Licences that let anyone use and change a package in a program of another licence. */
const ALLOWED = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT', 'MIT-0']

/** Packages with another one, and why it holds no one up. */
const WITH_ANOTHER: Record<string, string> = {
  'ical.js': 'MPL-2.0', // Its own files stay as they are.
}

let components: Component[]
beforeAll(async () => {
  const { stdout } = await promisify(execFile)('npm', ['run', '--silent', 'sbom'], { maxBuffer: 16 * 1024 * 1024 })
  const all = (JSON.parse(stdout) as { components: Component[] }).components
  components = all.filter(({ properties = [] }) => !properties.some(({ name }) => name.endsWith(':development')))
  expect(components.length).toBeLessThan(all.length)
}, 60_000)

test('the bill of materials has every package that the functions may load, with its version', () => {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> }
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { version: string }>
  }
  const listed = new Map(components.map(({ name, version }) => [name, version]))
  for (const name of Object.keys(dependencies))
    expect([name, listed.get(name)]).toEqual([name, lock.packages[`node_modules/${name}`]!.version])
})

test('every package has a licence that Greenlight may be used with', () => {
  const others = components
    .map(({ name, licenses = [] }) => [name, licenses.map(({ license }) => license.id ?? 'unknown')] as const)
    .filter(([, ids]) => ids.length === 0 || !ids.every((id) => ALLOWED.includes(id)))
  expect(Object.fromEntries(others.map(([name, ids]) => [name, ids.join(' and ')]))).toEqual(WITH_ANOTHER)
})

test('docs/security.md names them', () => {
  const page = readFileSync('docs/security.md', 'utf8')
  const used = new Set(components.flatMap(({ licenses = [] }) => licenses.map(({ license }) => license.id!)))
  for (const id of used) expect(page).toContain(id)
})
