import Resolver from 'jest-resolve'
import { readFileSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import { dirname, extname, resolve } from 'node:path'
import vm from 'node:vm'

// As they are before jest gets others (one-context.ts).
const { Script, runInContext } = vm

const PACKAGES = resolve('node_modules')
/** Holds the state of the test file that runs: each file loads it again. */
const RUNNER = resolve(PACKAGES, 'jest-circus')

/** Whether the file is of a package that all test files of a worker share. */
export const isKept = (path: string): boolean => path.startsWith(`${PACKAGES}/`) && !path.startsWith(`${RUNNER}/`)

/** Imports the module with this path, or of Node with this name. */
export type Importer = (path: string) => Promise<vm.Module>

interface CommonJs {
  exports: unknown
}

/** As jest does for `require`. */
const RESOLVING = {
  conditions: ['require', 'default', 'node', 'node-addons'],
  extensions: ['.js', '.cjs', '.json', '.node'],
  moduleDirectory: ['node_modules'],
}

/** @throws {Error} with the code MODULE_NOT_FOUND. */
const pathOf = (name: string, from: string): string => {
  const found = Resolver.default.findNodeModule(name, { ...RESOLVING, basedir: dirname(from) })
  if (found !== null) return found
  throw Object.assign(new Error(`Cannot find module '${name}' from '${from}'`), { code: 'MODULE_NOT_FOUND' })
}

/**
 * Loads CommonJS files of packages into a context, each once.
 *
 * @param importer of the test file that runs now, for `import()` in a package
 */
export const packagesIn = (context: vm.Context, importer: () => Importer): ((path: string) => unknown) => {
  const modules = new Map<string, CommonJs>()
  const inContext = <T>(code: string): T => runInContext(code, context) as T
  const parseJson = inContext<(text: string) => unknown>('JSON.parse')

  const load = (path: string): unknown => {
    const known = modules.get(path)
    if (known) return known.exports
    const module: CommonJs = { exports: inContext('({})') }
    modules.set(path, module)
    try {
      LOADERS[extname(path)]!(path, module)
    } catch (error) {
      modules.delete(path)
      throw error
    }
    return module.exports
  }

  const run = (path: string, module: CommonJs): void => {
    const require = (name: string): unknown => {
      if (/^(?:node:)?process$/.test(name)) return inContext('process')
      return isBuiltin(name) ? createRequire(path)(name) : load(pathOf(name, path))
    }
    const code = readFileSync(path, 'utf8').replace(/^#!.*/, '')
    const script = new Script(`(function (exports, require, module, __filename, __dirname) {${code}\n})`, {
      filename: path,
      // Node also takes a promise of a module.
      importModuleDynamically: ((name: string) => importer()(isBuiltin(name) ? name : pathOf(name, path))) as never,
    })
    const body = script.runInContext(context) as (...given: unknown[]) => void
    const require_ = Object.assign(require, { resolve: (name: string) => pathOf(name, path), cache: {} })
    body.call(module.exports, module.exports, require_, module, path, dirname(path))
  }

  const LOADERS: Record<string, (path: string, module: CommonJs) => void> = {
    '.js': run,
    '.cjs': run,
    '.json': (path, module) => void (module.exports = parseJson(readFileSync(path, 'utf8'))),
    '.node': (path, module) => void (module.exports = createRequire(path)(path)),
  }

  return load
}
