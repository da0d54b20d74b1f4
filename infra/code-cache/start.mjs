/**
 * The file of a function that was packaged with V8's code cache: `<door>.mjs` of the archive. It loads the function's scripts with
 * what V8 made of them at packaging, if this is the Node and the architecture of the packaging, and each file is as it was packaged.
 * Otherwise Node compiles them, and Lambda sees no error. `globalThis.codeCache` says which, and the function logs it
 * (functions/log.ts).
 *
 * V8 rejects a cache of another V8, of other flags, and of a script of another length. It does not notice another script of the same
 * length or a changed byte of the cache, hence the hashes (docs/decisions/0046-v8s-code-cache-is-packaged.md).
 *
 * infra/code-cache.cjs replaces DOOR and MADE.
 */
// Node's own modules, without what `import` and `createRequire` load for their sake.
const { readFileSync } = process.getBuiltinModule('node:fs')
const { createHash } = process.getBuiltinModule('node:crypto')
const { Script } = process.getBuiltinModule('node:vm')

const directory = `${import.meta.dirname}/${DOOR}.parts/`

/** What V8 made of the script, or undefined and why. */
const cacheOf = (name, source) => {
  try {
    const cache = readFileSync(`${directory}${name}.cache`)
    const hash = createHash('sha256').update(source).update(cache).digest('base64url')
    if (hash === MADE.files[name]) return cache
    globalThis.codeCache = `not used: ${name} is not as it was packaged`
  } catch (error) {
    globalThis.codeCache = `not used: ${error.message}`
  }
  return undefined
}

const modules = {}

const load = (name) => {
  if (modules[name]) return modules[name].exports
  const module = (modules[name] = { exports: {} })
  const source = readFileSync(directory + name)
  const cachedData = cacheOf(name, source)
  const script = new Script(`(function(exports,require,module){${source}\n})`, {
    filename: directory + name,
    cachedData,
  })
  if (script.cachedDataRejected) globalThis.codeCache = 'not used: V8 rejected it, as it does under other flags'
  script.runInThisContext()(module.exports, requireIn, module)
  return module.exports
}

const nativeRequire = () => process.getBuiltinModule('node:module').createRequire(import.meta.url)

const requireIn = (name) =>
  name.startsWith('./') ? load(name.slice(2)) : (process.getBuiltinModule(name) ?? nativeRequire()(name))

const begin = () => {
  if (process.version === MADE.node && process.arch === MADE.arch) {
    globalThis.codeCache = 'used'
    return load(`${DOOR}.cjs`)
  }
  globalThis.codeCache = `not used: made by ${MADE.node} on ${MADE.arch}, and this is ${process.version} on ${process.arch}`
  return nativeRequire()(`./${DOOR}.parts/${DOOR}.cjs`)
}

export const { handler } = begin()
