import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { transformSync, version } from 'esbuild'

/** A change of this makes jest discard its earlier transforms. */
const THIS_FILE = readFileSync(new URL(import.meta.url))

/**
 * A source file as jest runs it. Node itself removes the types, as it does for `npm start`, and every line keeps its
 * number; JSX, which Node does not know, goes through esbuild as the page does.
 */
export default {
  process: (source: string, path: string) => ({
    code: path.endsWith('.tsx') ? withoutJsx(source, path) : stripTypeScriptTypes(source),
  }),
  getCacheKey: (source: string, path: string): string =>
    [THIS_FILE, process.version, version, path, source]
      .reduce((hash, part) => hash.update(part), createHash('sha1'))
      .digest('hex'),
}

const withoutJsx = (source: string, sourcefile: string): string =>
  transformSync(source, {
    sourcefile,
    loader: 'tsx',
    target: 'es2024',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    sourcemap: 'inline',
  }).code
