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
/** What the files that implement ports may import: of flows, the types of their parameters. */
const ADAPTERS_MAY = ['ports', 'flows', 'domain', 'clock', 'posting', 'parsing', 'icalendar']
const FUNCTIONS = ['doors', 'slack', 'aws', 'config', 'yaml', 'hook', 'record', ...ADAPTERS_MAY]
/** What every folder of the workspace may use: local/clock.ts, local/http-server.ts and the like. */
const LOCAL_MAY = ['local', 'clock', 'yaml', 'icalendar']
const LOCAL = [
  'local/aws words',
  'local/aws',
  'local/slack',
  'local/source',
  'local/process',
  'local/page',
  'local/web',
  'local/workspace',
  'local',
]

const EVERY_LAYER_MAY = 'small functions'

/** The layers and their imports. A file that fits no layer, or an import that leads to none, breaks the rule. */
const LAYERS: Record<string, Layer> = {
  clock: { where: /^functions\/clock\.ts$/, may: [], packages: /^node:/ },
  // Two functions that every layer may use (EVERY_LAYER_MAY).
  'small functions': { where: /^functions\/(?:few-at-once|own-entry|when-needed)\.ts$/, may: [], packages: NONE },
  posting: { where: /^functions\/http-post\.ts$/, may: ['clock'], packages: /^node:http$/ },
  parsing: { where: /^functions\/malformed\.ts$/, may: [], packages: /^zod/ },
  // Both are pure: a hash, and the calendar of a time zone.
  domain: { where: /^functions\/domain\//, may: [], packages: /^(?:node:crypto|@date-fns\/tz\/tzOffset)$/ },
  ports: { where: /^functions\/ports\//, may: ['domain', 'clock'], packages: NONE },
  flows: { where: /^functions\/flows\//, may: ['ports', 'domain', 'clock'], packages: NONE },
  slack: { where: /^functions\/slack\//, may: ADAPTERS_MAY, packages: /^(?!@aws-sdk\/)/ },
  aws: { where: /^functions\/aws\//, may: ADAPTERS_MAY, packages: /^(?!@slack\/)/ },
  yaml: { where: /^functions\/config\/yaml-document\.ts$/, may: [], packages: /^yaml$/ },
  // A pure reader of texts, as yaml is.
  icalendar: {
    where: /^functions\/config\/icalendar(-values)?\.ts$/,
    may: ['domain', 'parsing'],
    packages: /^ical\.js$/,
  },
  config: { where: /^functions\/config\//, may: ['yaml', ...ADAPTERS_MAY], packages: /^(?!@slack\/|@aws-sdk\/)/ },
  // traffic-shifting's own files: they know nothing of approvals.
  hook: { where: /^functions\/hook\//, may: ['aws', 'ports', 'clock', 'parsing'], packages: /^(?!@slack\/)/ },
  // The verification of the audit record, which day-passed and the command line share.
  record: {
    where: /^functions\/record\//,
    may: ['aws', 'ports', 'domain', 'clock', 'parsing'],
    packages: /^(?!@slack\/)/,
  },
  doors: { where: /^functions\/[^/]+\.ts$/, may: FUNCTIONS, packages: ANY },
  cli: { where: /^cli\//, may: FUNCTIONS, packages: ANY },
  // What stands in a package's place in the bundles (esbuild.plugins.cjs).
  infra: { where: /^infra\/[^/]+\.ts$/, may: ['aws', 'clock'], packages: /^zod/ },
  schemas: { where: /^schemas\//, may: ['config', 'flows', 'record'], packages: ANY },
  // What the services of AWS have in common. service-doors.ts holds the walls between the services.
  'local/aws words': { where: /^local\/aws\/[^/]+\.ts$/, may: [], packages: /^(?:zod|node:crypto)$/ },
  'local/aws': { where: /^local\/aws\//, may: ['local/aws words', 'local/process', ...LOCAL_MAY], packages: ANY },
  'local/slack': { where: /^local\/slack\//, may: LOCAL_MAY, packages: ANY },
  'local/source': {
    where: /^local\/source\//,
    may: ['local/aws words', 'local/process', ...LOCAL_MAY],
    packages: /^node:/,
  },
  'local/process': { where: /^local\/process\//, may: [], packages: /^node:/ },
  // It runs in a browser.
  'local/page': { where: /^local\/page\//, may: [], packages: /^(?:preact|zod)(?:\/|$)/ },
  // The only folder that knows the page: it turns the others' data into the page's contract.
  'local/web': {
    where: /^local\/web\//,
    may: [
      'local/page',
      'local/aws',
      'local/aws words',
      'local/slack',
      'local/source',
      'local/process',
      'domain',
      ...LOCAL_MAY,
    ],
    packages: ANY,
  },
  'local/workspace': {
    where: /^local\/workspace\//,
    may: [...LOCAL.filter((name) => name !== 'local/page'), 'cli', ...FUNCTIONS],
    packages: ANY,
  },
  local: { where: /^local\/[^/]+\.ts$/, may: ['clock', 'yaml'], packages: /^(?:node:|@hono\/|zod$)/ },
  support: { where: /^tests\/support\//, may: ['cli', ...LOCAL, ...FUNCTIONS], packages: ANY },
  simulation: { where: /^tests\/simulation\//, may: ['support', 'cli', ...LOCAL, ...FUNCTIONS], packages: ANY },
  scripts: { where: /^scripts\//, may: ['support', 'cli', ...LOCAL, ...FUNCTIONS], packages: ANY },
  tests: {
    where: /^tests\//,
    may: ['support', 'simulation', 'schemas', 'infra', 'cli', ...LOCAL, 'scripts', ...FUNCTIONS],
    packages: ANY,
  },
}

const layerOf = (path: string) => Object.keys(LAYERS).find((name) => LAYERS[name]?.where.test(path))

/** A JSON file belongs to no layer: every layer may read it. */
const isSource = (path: string) => /\.tsx?$/.test(path)

/** One sentence for every import in the wrong direction. */
export const wrongImports = (file: SourceFile): string[] => {
  const name = layerOf(file.path)
  const layer = name === undefined ? undefined : LAYERS[name]
  if (!layer) return [`${file.path} is in no layer`]
  return importsOf(file).flatMap((imported) => {
    if (isSource(imported)) {
      const other = layerOf(imported)
      const allowed = other !== undefined && (other === name || other === EVERY_LAYER_MAY || layer.may.includes(other))
      return allowed ? [] : [`${file.path} (${name}) imports ${imported} (${other ?? 'no layer'})`]
    }
    if (/^[a-z]+\//.test(imported) && imported.endsWith('.json')) return []
    return layer.packages.test(imported) ? [] : [`${file.path} (${name}) imports the package ${imported}`]
  })
}
