import { TestEnvironment } from 'jest-environment-node'
import vm from 'node:vm'

/** V8's code of a file, and the text that it was compiled from. */
interface Compiled {
  code: string
  cachedData: Buffer
}

const compiled = new Map<string, Compiled>()

/** Scripts of the running test file. V8 compiles most functions when they are first called. */
const running: { name: string; code: string; script: vm.Script }[] = []

const cachedDataOf = (name: string | undefined, code: string): Buffer | undefined => {
  const known = name === undefined ? undefined : compiled.get(name)
  return known?.code === code ? known.cachedData : undefined
}

class ScriptOnce extends vm.Script {
  constructor(code: string, options: vm.ScriptOptions) {
    const name = options.filename
    const cachedData = cachedDataOf(name, code)
    super(code, cachedData ? { ...options, cachedData } : options)
    if (name !== undefined && (!cachedData || this.cachedDataRejected)) running.push({ name, code, script: this })
  }
}

class ModuleOnce extends vm.SourceTextModule {
  /** Missing from the types of Node's vm. */
  declare createCachedData: () => Buffer

  constructor(code: string, options: vm.SourceTextModuleOptions) {
    const name = options.identifier
    const cachedData = cachedDataOf(name, code)
    super(code, cachedData ? { ...options, cachedData } : options)
    // Node allows this only before the module is evaluated.
    if (name !== undefined && !cachedData) compiled.set(name, { code, cachedData: this.createCachedData() })
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
 * fast as in a program. Jest loads every module again for every test file, its own included: a quarter of the CPU time
 * of small test files went into compiling.
 */
export default class CompileOnce extends TestEnvironment {
  override async teardown(): Promise<void> {
    for (const { name, code, script } of running.splice(0)) {
      compiled.set(name, { code, cachedData: script.createCachedData() })
    }
    await super.teardown()
  }
}
