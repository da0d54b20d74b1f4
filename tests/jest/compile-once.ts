import { TestEnvironment } from 'jest-environment-node'
import vm from 'node:vm'

/** V8's code of a module, and the text that it was compiled from. A module belongs to one context. */
interface CompiledModule {
  code: string
  cachedData: Buffer
}

type Importer = Exclude<vm.ScriptOptions['importModuleDynamically'], number | undefined>

/** A script, which runs in any context, and the `import()` of the test file that runs now. */
interface KeptScript {
  code: string
  script: vm.Script
  imports: { module: Importer }
}

const modules = new Map<string, CompiledModule>()
const scripts = new Map<string, KeptScript>()

class ScriptOnce extends vm.Script {
  constructor(code: string, options: vm.ScriptOptions = {}) {
    const { filename: name, importModuleDynamically } = options
    if (name === undefined || typeof importModuleDynamically !== 'function') {
      super(code, options)
      return
    }
    const known = scripts.get(name)
    if (known?.code === code) {
      known.imports.module = importModuleDynamically
      return known.script
    }
    const imports = { module: importModuleDynamically }
    super(code, { ...options, importModuleDynamically: (...asked) => imports.module(...asked) })
    scripts.set(name, { code, script: this, imports })
  }
}

class ModuleOnce extends vm.SourceTextModule {
  /** Missing from the types of Node's vm. */
  declare createCachedData: () => Buffer

  constructor(code: string, options: vm.SourceTextModuleOptions) {
    const name = options.identifier
    const known = name === undefined ? undefined : modules.get(name)
    const cachedData = known?.code === code ? known.cachedData : undefined
    super(code, cachedData ? { ...options, cachedData } : options)
    // Node allows this only before the module is evaluated.
    if (name !== undefined && !cachedData) modules.set(name, { code, cachedData: this.createCachedData() })
  }
}

const createContext = vm.createContext

/**
 * A context whose global object is V8's own. In an ordinary one, Node intercepts each use of a global name: `Math` or
 * `JSON` then takes fifty times as long, and tests that compute a lot take a quarter longer.
 */
const plainContext: typeof createContext = (object = vm.constants.DONT_CONTEXTIFY, options) =>
  createContext(object, options)

// Jest reads these names from the module at each file.
vm.Script = ScriptOnce
vm.SourceTextModule = ModuleOnce
vm.createContext = plainContext

/**
 * Jest's Node environment, in which a worker compiles a file once instead of once a test file, and global names are as
 * fast as in a program. Jest loads every module again for every test file, its own included: compiling took a third of
 * the CPU time of small test files.
 */
export default TestEnvironment
