'use strict'

const esbuild = require('esbuild')
const { execFile } = require('node:child_process')
const { existsSync } = require('node:fs')
const { readdir, rm } = require('node:fs/promises')
const { basename, join } = require('node:path')
const { promisify } = require('node:util')
const { LAMBDA_FLAGS } = require('./lambda-flags.cjs')

/** Lambda's names of architectures → Node's. */
const ARCHITECTURES = { arm64: 'arm64', x86_64: 'x64' }

/**
 * Make the cache the same each time, byte for byte: V8's other threads leave marks in it, and the hashes of strings have a seed. V8
 * does not tell caches apart by these flags, and takes this one under any seed.
 */
const SAME_EACH_TIME = [
  '--random-seed=1',
  '--single-threaded-gc',
  '--no-concurrent-recompilation',
  '--no-concurrent-sparkplug',
]

/**
 * Writes the caches of the function's scripts, and a file that starts it with them in the place of `<door>.mjs`.
 *
 * @param {string} door
 * @param {string} outdir functions/ of the archive
 * @param {{ node: string, runtime: string, architecture: string }} of the command that starts Node, and where the function runs
 * @returns {Promise<string | undefined>} why there is none
 */
const make = async (door, outdir, { node, runtime, architecture }) => {
  const [command, ...options] = node ? node.split(/\s+/) : [process.execPath]
  const { stdout } = await promisify(execFile)(command, [
    ...options,
    ...LAMBDA_FLAGS,
    ...SAME_EACH_TIME,
    join(__dirname, 'code-cache', 'make.cjs'),
    ...[door, join(outdir, `${door}.parts`), join(outdir, '..', 'greenlight.json'), ARCHITECTURES[architecture]],
  ])
  const made = JSON.parse(stdout)
  const [major] = made.node.slice(1).split('.')
  if (!made.files || runtime !== `nodejs${major}.x`)
    return `${made.node} on ${made.arch} cannot make it for ${runtime} on ${architecture}.`
  await esbuild.build({
    entryPoints: [join(__dirname, 'code-cache', 'start.mjs')],
    outfile: join(outdir, `${door}.mjs`),
    ...{ minify: true, format: 'esm', platform: 'node', target: 'node24', allowOverwrite: true, logLevel: 'silent' },
    define: { DOOR: JSON.stringify(door), MADE: JSON.stringify(made) },
  })
  return undefined
}

/** Why the command failed, in one line that is the same for each function: the first of what it says that names an error. */
const whyFailed = ({ stderr = '', message }) => {
  const lines = (stderr.trim() || message).split('\n')
  return lines.find((line) => /error(?: \[\w+\])?:|error response/i.test(line)) ?? lines[0]
}

const removeCaches = async (directory) => {
  const caches = (await readdir(directory)).filter((file) => file.endsWith('.cache'))
  await Promise.all(caches.map((file) => rm(join(directory, file))))
}

/** The service that serverless packages, and why functions have no code cache: reason → functions. */
let packaging

/** A plugin of serverless.yml: tells `codeCache` what is packaged, and says in one line which functions have none, and why. */
class CodeCache {
  constructor({ service }, _, { log }) {
    packaging = { service, left: new Map() }
    const say = () => {
      for (const [why, doors] of packaging.left)
        log.notice(`Without V8's code cache (docs/starts.md): ${doors.sort().join(', ')}. ${why}`)
      packaging.left.clear()
    }
    this.hooks = { 'after:package:createDeploymentArtifacts': say, 'after:deploy:function:packageFunction': say }
  }
}

/**
 * Adds V8's code cache to the archive of a function whose scripts infra/load-later.cjs has made. The last plugin, because the
 * function starts here, with its configuration. docs/decisions/0046-v8s-code-cache-is-packaged.md has the reasons and the figures.
 *
 * @type {import('esbuild').Plugin}
 */
const codeCache = {
  name: 'code-cache',
  setup({ initialOptions: { outdir, entryPoints }, onEnd }) {
    if (!outdir || !packaging) return
    const { service, left } = packaging
    const door = basename(entryPoints[0].out ?? entryPoints[0], '.ts')
    const directory = join(outdir, `${door}.parts`)
    const { runtime, architecture } = { ...service.provider, ...service.functions[door] }
    onEnd(async ({ errors }) => {
      if (errors.length > 0 || !existsSync(directory)) return
      const node = service.custom.codeCacheNode
      const why = await make(door, outdir, { node, runtime, architecture }).catch(whyFailed)
      if (!why) return
      await removeCaches(directory)
      left.set(why, [...(left.get(why) ?? []), door])
    })
  },
}

module.exports = Object.assign(CodeCache, { codeCache, make })
