import { TestEnvironment } from 'jest-environment-node'
import vm from 'node:vm'
import { type Importer, isKept, packagesIn } from './kept-packages.ts'

const { Script, SourceTextModule, createContext } = vm

type Dynamically = (name: string, from: unknown, attributes: unknown) => Promise<vm.Module>

/** `import()` of the test file that runs now: in a script, which is at some path of the project, and in a module. */
const imports = {} as { inScript: Importer; inModule: Dynamically }

let load: ((path: string) => unknown) | undefined

/** The name under which jest finds a module's body in what its script returns. */
const BODY = 'Object.<anonymous>'

class ScriptOfWorker extends Script {
  readonly #kept: string | undefined

  constructor(code: string, options: vm.ScriptOptions = {}) {
    const { filename, importModuleDynamically } = options
    const isOfJest = typeof importModuleDynamically === 'function'
    if (isOfJest) imports.inScript = importModuleDynamically as unknown as Importer
    const kept = isOfJest && filename !== undefined && isKept(filename) ? filename : undefined
    super(kept === undefined ? code : '', options)
    this.#kept = kept
  }

  override runInContext(context: vm.Context, options?: vm.RunningScriptOptions): unknown {
    const path = this.#kept
    if (path === undefined) return super.runInContext(context, options)
    const exports = (load ??= packagesIn(context, () => imports.inScript))(path)
    return { [BODY]: (module: { exports: unknown }) => void (module.exports = exports) }
  }
}

/** The text of a module, what V8 compiled of it, and the module itself if it is of a package. */
interface KnownModule {
  code: string
  cachedData: Buffer
  module: ModuleOfWorker | null
}

const known = new Map<string, KnownModule>()

class ModuleOfWorker extends SourceTextModule {
  /** Missing from the types of Node's vm. */
  declare createCachedData: () => Buffer

  constructor(code: string, options: vm.SourceTextModuleOptions) {
    const { identifier: path, importModuleDynamically } = options
    if (path === undefined || typeof importModuleDynamically !== 'function') {
      super(code, options)
      return
    }
    imports.inModule = importModuleDynamically as unknown as Dynamically
    const earlier = known.get(path)?.code === code ? known.get(path) : undefined
    if (earlier?.module?.status === 'evaluated') return earlier.module
    super(code, {
      ...options,
      ...(earlier && { cachedData: earlier.cachedData }),
      importModuleDynamically: (...asked: Parameters<Dynamically>) => imports.inModule(...asked),
    })
    // Node allows this only before the module is evaluated.
    const cachedData = earlier?.cachedData ?? this.createCachedData()
    known.set(path, { code, cachedData, module: isKept(path) ? this : null })
  }
}

/**
 * Jest's context has a global object of V8's own. In an ordinary one, Node intercepts each use of a global name: `Math` or
 * `JSON` then takes fifty times as long, and tests that compute a lot take a quarter longer.
 */
const plainContext: typeof createContext = (object = vm.constants.DONT_CONTEXTIFY, options) =>
  createContext(object, options)

// Jest reads these names from the module at each file.
vm.Script = ScriptOfWorker
vm.SourceTextModule = ModuleOfWorker
vm.createContext = plainContext

/*
 * A worker ends by itself when no handle is open. It ends without first freeing, piece by piece, the hundreds of megabytes
 * that it holds: on a busy machine, that takes longer than the half second after which jest calls an end not graceful.
 */
if (process.send) process.once('beforeExit', () => process.exit())

const worker: { environment?: OneContext } = {}

/**
 * Jest's Node environment, with one context for all test files of a worker. Packages are loaded into it once: jest would
 * compile and run all of them again for every test file, its own included, and V8 would find out again which parts run
 * often. Each file has its own modules of the project, `process`, timers and mocks.
 */
export default class OneContext extends TestEnvironment {
  constructor(...given: ConstructorParameters<typeof TestEnvironment>) {
    super(...given)
    const { environment } = worker
    if (!environment) {
      worker.environment = this
      return
    }
    environment.global.process = this.global.process
    return environment
  }

  override async teardown(): Promise<void> {
    this.moduleMocker!.restoreAllMocks()
    this.fakeTimers!.useRealTimers()
    this.fakeTimersModern!.useRealTimers()
  }
}
