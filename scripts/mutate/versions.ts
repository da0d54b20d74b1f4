import { readFileSync } from 'node:fs'
import { registerHooks, stripTypeScriptTypes } from 'node:module'
import { relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** One loading of the project's modules. */
export interface Version {
  /** Files that are loaded again, from the top of the repository: the changed file, and all that reach it. */
  anew: ReadonlySet<string> | 'all'
  /** The changed file, and its text. */
  changed: { file: string; text: string } | null
}

export interface Versions {
  /** From now on modules are loaded in this version; returns the number that is in their addresses. */
  begin(version: Version): number
  /** The source file at a module's address; null for a module of another version, or of no version. */
  fileAt(url: string, version: number): string | null
}

const QUERY = '?version='

/** What tests import from Jest is in the global scope here (run-test-file.ts). */
const JEST = 'data:text/javascript,export const { jest, expect, describe, test, it } = globalThis'

/**
 * Makes Node load changed modules without a new process. A module of a version has the version's number in its address,
 * so that it is loaded beside the one of an earlier version; modules that the change does not reach are loaded once for
 * all.
 */
export const openVersions = (root: string): Versions => {
  const top = pathToFileURL(`${root}/`).href
  const stripped = new Map<string, string>()
  let count = 0
  let current: Version = { anew: new Set(), changed: null }

  const fileOf = (url: string) => relative(root, fileURLToPath(url.replace(/\?.*$/, ''))).replaceAll('\\', '/')
  const codeOf = (file: string): string => {
    if (current.changed?.file === file) return stripTypeScriptTypes(current.changed.text)
    const code = stripped.get(file) ?? stripTypeScriptTypes(readFileSync(`${root}/${file}`, 'utf8'))
    stripped.set(file, code)
    return code
  }
  const isAnew = (url: string): boolean =>
    url.startsWith(top) &&
    url.endsWith('.ts') &&
    !url.includes('/node_modules/') &&
    (current.anew === 'all' || current.anew.has(fileOf(url)))

  registerHooks({
    resolve: (specifier, context, next) => {
      if (specifier === '@jest/globals') return { url: JEST, format: 'module', shortCircuit: true }
      const resolved = next(specifier, context)
      return isAnew(resolved.url) ? { ...resolved, url: `${resolved.url}${QUERY}${count}` } : resolved
    },
    load: (url, context, next) =>
      url.includes(QUERY) ? { format: 'module', source: codeOf(fileOf(url)), shortCircuit: true } : next(url, context),
  })
  return {
    begin: (version) => {
      current = version
      count += 1
      return count
    },
    fileAt: (url, version) => (url.endsWith(`${QUERY}${version}`) ? fileOf(url) : null),
  }
}
