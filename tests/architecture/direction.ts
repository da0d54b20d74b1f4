import { importsOf, type SourceFile } from './source-file.ts'

interface Layer {
  /** The folders and files that belong to it; the first layer that matches is the file's. */
  where: RegExp
  /** The layers it may import from, besides itself. */
  may: string[]
  /** The packages it may import, Node's own included. */
  packages: RegExp
}

const ANY = /^/
const NONE = /^$/
const ADAPTERS_MAY = ['flows', 'domain', 'clock', 'parsing']
const FUNCTIONS = ['doors', 'slack', 'aws', 'config', ...ADAPTERS_MAY]

/** Who may import whom. A file that fits no layer, or an import that leads to none, breaks the rule. */
const LAYERS: Record<string, Layer> = {
  clock: { where: /^functions\/clock\.ts$/, may: [], packages: /^node:/ },
  parsing: { where: /^functions\/malformed\.ts$/, may: [], packages: /^zod/ },
  // Both are pure: a hash, and the calendar of a time zone.
  domain: { where: /^functions\/domain\//, may: [], packages: /^(?:node:crypto|@date-fns\/tz)$/ },
  flows: { where: /^functions\/flows\//, may: ['domain', 'clock'], packages: NONE },
  slack: { where: /^functions\/slack\//, may: ADAPTERS_MAY, packages: /^(?!@aws-sdk\/)/ },
  aws: { where: /^functions\/aws\//, may: ADAPTERS_MAY, packages: /^(?!@slack\/)/ },
  config: {
    where: /^functions\/config\//,
    may: ADAPTERS_MAY,
    packages: /^(?!@slack\/|@aws-sdk\/)/,
  },
  doors: {
    where: /^functions\/[^/]+\.ts$/,
    may: FUNCTIONS,
    packages: ANY,
  },
  cli: {
    where: /^cli\//,
    may: FUNCTIONS,
    packages: ANY,
  },
  local: {
    where: /^local\//,
    may: FUNCTIONS,
    packages: ANY,
  },
  tests: {
    where: /^(?:tests|scripts)\//,
    may: ['cli', 'local', ...FUNCTIONS],
    packages: ANY,
  },
}

const layerOf = (path: string) => Object.keys(LAYERS).find((name) => LAYERS[name]?.where.test(path))

/** Data is nobody's layer: everybody may read a JSON file. */
const isSource = (path: string) => /\.tsx?$/.test(path)

/** One sentence for every import that goes the wrong way. */
export const wrongImports = (file: SourceFile): string[] => {
  const name = layerOf(file.path)
  const layer = name === undefined ? undefined : LAYERS[name]
  if (!layer) return [`${file.path} is in no layer`]
  return importsOf(file).flatMap((imported) => {
    if (isSource(imported)) {
      const other = layerOf(imported)
      const allowed = other !== undefined && (other === name || layer.may.includes(other))
      return allowed ? [] : [`${file.path} (${name}) imports ${imported} (${other ?? 'no layer'})`]
    }
    if (/^[a-z]+\//.test(imported) && imported.endsWith('.json')) return []
    return layer.packages.test(imported) ? [] : [`${file.path} (${name}) imports the package ${imported}`]
  })
}
