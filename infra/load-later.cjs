'use strict'

const esbuild = require('esbuild')
const { mkdir, readFile, rm, writeFile } = require('node:fs/promises')
const { basename, dirname, join, relative, resolve } = require('node:path')
const { readOnce } = require('./called-once.cjs')

const FUNCTIONS = join(__dirname, '..', 'functions')

/**
 * What a function loads when it is first needed: the parts, each with files of functions/. The sources import them as any
 * other file; the packaging gives each part a file of its own. docs/decisions/0037-parts-are-loaded-when-needed.md has the
 * reasons and the figures, tests/package.test.ts the budgets.
 *
 * `called`: the functions of the file; the first call of one loads the part. `made`: the same for functions that return a
 * port; the port's first use loads the part.
 */
const PARTS = {
  // What follows from what is stored: verdicts, messages, and whatever else the table `PERFORM` has.
  effects: {
    called: [
      'flows/approval/check-approval.ts',
      'flows/approval/find-approval.ts',
      'flows/approval/record-refusal.ts',
      'flows/approval/request-approval.ts',
      'flows/approval/take-click.ts',
      'flows/approval/weigh-deferred-clicks.ts',
      'flows/effects/announce-verdict.ts',
      'flows/effects/file-entries.ts',
      'flows/effects/settle-approval.ts',
      'flows/execution/check-execution.ts',
      'flows/execution/file-skips.ts',
      'flows/execution/watch-execution.ts',
      'flows/gates/manual-approval/describe-change.ts',
      'flows/gates/manual-approval/look-for-approvals.ts',
      'flows/gates/manual-approval/manual-approval.ts',
      'flows/show/send-notices.ts',
      'flows/show/show-approval.ts',
      'flows/show/show-execution.ts',
      'flows/show/show-notices.ts',
      'flows/show/show-record.ts',
      'flows/show/tell-execution.ts',
      'slack/absence-message.ts',
      'slack/approval-message.ts',
      'slack/continued-message.ts',
      'slack/digest-message.ts',
      'slack/execution-message.ts',
      'slack/execution-notice.ts',
      'slack/freeze-message.ts',
      'slack/notice-message.ts',
      'slack/refusal-answer.ts',
      'slack/watch-answer.ts',
    ],
    made: ['aws/announcements.ts', 'aws/turns.ts', 'slack/slack-channel.ts'],
  },
  // Services of AWS besides the table: a click that opens a form asks none of them.
  aws: {
    called: ['flows/steer/judge-steering.ts', 'flows/steer/last-good.ts', 'flows/steer/steer-pipeline.ts'],
    made: [
      'aws/alarms.ts',
      'aws/change-calendars.ts',
      'aws/cloudformation.ts',
      'aws/codebuild.ts',
      'aws/codepipeline-clients.ts',
      'aws/codepipeline.ts',
      'aws/queue.ts',
      'aws/role-credentials.ts',
      'aws/steering-calls.ts',
    ],
  },
  // What effect-due alone performs.
  queued: {
    called: [
      'flows/absence/tend-absence.ts',
      'flows/command/answer-command.ts',
      'flows/command/answer-several.ts',
      'flows/command/take-command.ts',
      'flows/command/tell-person.ts',
      'flows/execution/explain-failure.ts',
      'flows/freeze/tend-freeze.ts',
      'flows/home/show-homes.ts',
      'flows/show/send-digest.ts',
    ],
    made: [
      'aws/failures/read-failure.ts',
      'record/recorded-delivery.ts',
      'slack/command-answers.ts',
      'slack/home-tabs.ts',
    ],
  },
  // Builds and deployments outside pipelines.
  outside: {
    called: ['flows/outside/check-outside.ts', 'flows/outside/claim-deployment.ts', 'flows/outside/follow-outside.ts'],
    made: ['aws/outside-works.ts'],
  },
  // Few policies name a thousand people, and Node loads its compression for them.
  compression: { called: ['aws/compressed-policy.ts'] },
  // A click that opens a form writes no line.
  log: { made: ['log.ts'] },
  // Few events count anything.
  metrics: { made: ['metrics.ts'] },
  // iCalendar files at addresses, of which few installations have any.
  addresses: { made: ['aws/read-addresses.ts'] },
  // Both are switched on by a param.
  attestations: { called: ['record/attest-approval.ts'], made: ['aws/artifact-store.ts', 'aws/made-artifacts.ts'] },
  checkpoints: { called: ['record/keep-checkpoint.ts'], made: ['record/bucket-files.ts'] },
  // People and groups in Slack. Most events ask about none.
  directory: { made: ['slack/slack-directory.ts'] },
  // Their expressions have V8 read what is a letter in every language, as soon as it reads the file.
  letters: { called: ['domain/author.ts', 'domain/linear-pattern.ts'] },
  // What a lifecycle hook asks of AWS: ECS needs no report, and an address is checked without Lambda.
  codedeploy: { made: ['hook/codedeploy.ts'] },
  version: { made: ['hook/new-version.ts'] },
}

const FILES = new Map(
  Object.entries(PARTS).flatMap(([part, { called = [], made = [] }]) => [
    ...called.map((file) => [join(FUNCTIONS, file), { part, isMade: false }]),
    ...made.map((file) => [join(FUNCTIONS, file), { part, isMade: true }]),
  ]),
)

/** Marks the file itself; without it, an import of the file gets a stand-in that loads the part. */
const ITSELF = '?itself'

/** The name of what a file exports, in its part. */
const inPart = (path, name) => `${relative(FUNCTIONS, path).replaceAll(/\W/g, '_')}_${name}`

/** The functions that the file exports. What else it exports is in capitals, and has no stand-in. */
const functionsIn = async (path) =>
  Array.from((await readFile(path, 'utf8')).matchAll(/^export const ([a-z]\w*)\b/gm), ([, name]) => name)

/** A port that is made when it is first used. Ports are closures, so no method asks for `this`. */
const MADE_LATER = `
const madeLater = (make) => {
  let made
  const port = () => (made ??= make())
  return new Proxy(() => {}, {
    get: (_, key) => port()[key],
    has: (_, key) => key in port(),
    ownKeys: () => Reflect.ownKeys(port()),
    getOwnPropertyDescriptor: (_, key) => Reflect.getOwnPropertyDescriptor(port(), key),
    apply: (_, self, given) => Reflect.apply(port(), self, given),
  })
}`

const standIn = async (path, { part, isMade }) => {
  const load = (name) => `$part('${part}').${inPart(path, name)}(...given)`
  const names = await functionsIn(path)
  return isMade
    ? [MADE_LATER, ...names.map((name) => `export const ${name} = (...given) => madeLater(() => ${load(name)})`)]
    : names.map((name) => `export const ${name} = (...given) => ${load(name)}`)
}

/** The files of parts that the function uses, found by a build of functions/ alone. */
const usedFiles = async (entry, { target, format }) => {
  const { metafile } = await esbuild.build({
    entryPoints: [entry],
    ...{ bundle: true, packages: 'external', platform: 'node', target, format },
    ...{ write: false, outdir: dirname(entry), metafile: true, logLevel: 'silent' },
  })
  const [{ inputs }] = Object.values(metafile.outputs)
  return Object.entries(inputs)
    .filter(([path, { bytesInOutput }]) => bytesInOutput > 0 && FILES.has(resolve(path)))
    .map(([path]) => resolve(path))
}

/** The files that are loaded with the given one, itself last: each after those that it needs. */
const loadedWith = (name, files, before = new Set()) => {
  for (const [, needed] of files.get(name).matchAll(/require\("\.\/(chunk-[\w-]+)\.cjs"\)/g))
    if (!before.has(needed)) loadedWith(needed, files, before)
  return before.add(name)
}

/** Characters. A longer script takes 4 MB of memory more than the files of which it is made, and is compiled no sooner. */
const LONGEST_SCRIPT = 200_000

/** The files of the start as one, for which Node opens and compiles a script once. `file` returns what a file of it exports. */
const inOne = (
  names,
  files,
) => `const files={${names.map((name) => `"${name}":(function(exports,module){${files.get(name)}\n})`).join(',')}},loaded={};
const $file=exports.file=name=>{if(!loaded[name]){const module=loaded[name]={exports:{}};files[name](module.exports,module)}return loaded[name].exports};
exports.handler=$file("${names.at(-1)}").handler;
`

/**
 * Makes of `<door>.mjs` a file that loads `<door>.parts/<door>.cjs`. The parts are CommonJS, because what is needed in
 * the middle of a function must be there at once, and Lambda runs Node without `require` of ES modules ("Building Lambda
 * functions with Node.js", AWS Lambda Developer Guide: experimental features).
 */
const asCommonJs = async (outputs, outdir, door) => {
  const directory = join(outdir, `${door}.parts`)
  await mkdir(directory, { recursive: true })
  const own = new Set(outputs.map((path) => basename(path, '.mjs')))
  const files = new Map()
  for (const path of outputs) {
    const source = await readFile(path, 'utf8')
    const { code } = await esbuild.transform(source, {
      ...{ format: 'cjs', minify: true, target: 'node24', platform: 'node', legalComments: 'none' },
      // In a script with V8's code cache (infra/code-cache/start.mjs), Node answers to `import()` with a warning.
      supported: { 'dynamic-import': false },
    })
    const linked = code
      .replaceAll(/require\("\.[\w./-]*?\/([\w.-]+)\.mjs"\)/g, (whole, name) =>
        own.has(name) ? `require("./${name}.cjs")` : whole,
      )
      .replaceAll(/\$part\("([\w-]+)"\)/g, 'require("./$1.cjs")')
    if (linked.includes('$part('))
      throw new Error(`${path} loads a part in a way that infra/load-later.cjs does not know`)
    await rm(path)
    files.set(basename(path, '.mjs'), readOnce(linked))
  }
  const needed = loadedWith(door, files)
  const length = [...needed].reduce((sum, name) => sum + files.get(name).length, 0)
  const ofStart = length > LONGEST_SCRIPT ? new Set([door]) : needed
  const linkedTo = (file) => (code) =>
    code.replaceAll(/require\("\.\/(chunk-[\w-]+)\.cjs"\)/g, (whole, name) =>
      ofStart.has(name) ? `${file}("${name}")` : whole,
    )
  const start = new Map([...ofStart].map((name) => [name, linkedTo('$file')(files.get(name))]))
  await writeFile(join(directory, `${door}.cjs`), inOne([...ofStart], start))
  for (const [name, code] of files)
    if (!ofStart.has(name))
      await writeFile(join(directory, `${name}.cjs`), linkedTo(`require("./${door}.cjs").file`)(code))
  await writeFile(
    join(outdir, `${door}.mjs`),
    `import{createRequire}from'node:module';export const{handler}=createRequire(import.meta.url)('./${door}.parts/${door}.cjs');\n`,
  )
}

/** @type {import('esbuild').Plugin} */
const loadLater = {
  name: 'load-later',
  async setup(build) {
    const { initialOptions } = build
    const { outdir } = initialOptions
    // Only the packaging has a directory for the output.
    if (!outdir) return
    const [entry] = initialOptions.entryPoints
    const door = basename(entry, '.ts')
    const used = await usedFiles(entry, initialOptions)
    if (used.length === 0) return
    const isUsed = new Set(used)
    const parts = [...new Set(used.map((path) => FILES.get(path).part))]
    initialOptions.entryPoints = [
      { in: entry, out: door },
      ...parts.map((part) => ({ in: `part:${part}`, out: `${door}.parts/${part}` })),
    ]
    initialOptions.splitting = true
    initialOptions.metafile = true
    initialOptions.banner = {}
    initialOptions.chunkNames = `${door}.parts/[name]-[hash]`

    build.onResolve({ filter: /^part:/ }, ({ path }) => ({ path, namespace: 'part' }))
    build.onResolve({ filter: /^itself:/ }, ({ path }) => ({ path: path.slice('itself:'.length), suffix: ITSELF }))
    build.onLoad({ filter: /.*/, namespace: 'part' }, async ({ path: part }) => {
      const own = used.filter((path) => `part:${FILES.get(path).part}` === part)
      const lines = own.map(async (path) => {
        const names = (await functionsIn(path)).map((name) => `${name} as ${inPart(path, name)}`)
        return `export { ${names.join(', ')} } from ${JSON.stringify(`itself:${path}`)}`
      })
      return { contents: (await Promise.all(lines)).join('\n'), resolveDir: FUNCTIONS }
    })
    build.onLoad({ filter: /[\\/]functions[\\/].*\.ts$/ }, async ({ path, suffix }) => {
      const file = isUsed.has(path) && FILES.get(path)
      if (!file || suffix === ITSELF) return undefined
      return { contents: (await standIn(path, file)).join('\n'), resolveDir: dirname(path) }
    })
    build.onEnd(async ({ metafile, errors }) => {
      if (errors.length > 0) return
      await asCommonJs(
        Object.keys(metafile.outputs).map((path) => resolve(path)),
        outdir,
        door,
      )
    })
  },
}

module.exports = { loadLater, functionsIn, PARTS }
