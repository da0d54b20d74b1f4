import childProcess from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import workerThreads from 'node:worker_threads'

/** The variable with the directory of the run (tests/support/decided-once.ts), in which the suites share what they found. */
const RUN = 'GREENLIGHT_TEST_RUN'

/** Variables that say which programs the machine has, and how many cases a test takes. */
const OF_THE_MACHINE: ReadonlySet<string | symbol> = new Set(['CI', 'PATH', RUN])

const markOf = (run: string, path: string): string =>
  join(run, 'independent', createHash('sha256').update(path).digest('hex'))

/** Whether the suite with this path has ended in this run without any use of the machine that `watchMachine` sees. */
export const isIndependent = async (path: string): Promise<boolean> => {
  const run = process.env[RUN]
  if (run === undefined) return false
  return stat(markOf(run, path)).then(
    () => true,
    () => false,
  )
}

export interface MachineWatch {
  /** Before a suite. Returns its `process`, which tells of what the suite reads. */
  begin(path: string, own: NodeJS.Process): NodeJS.Process
  /** After the suite: remembers for the run that it has used nothing. */
  end(): Promise<void>
}

/**
 * Watches what makes a suite depend on the machine that it runs on: it starts a program or a thread, asks for its user, or
 * reads `PATH`, `CI`, all variables, or what the suites of a run share, such as the tools that one of them found. Begins
 * before the suites of this process are loaded.
 */
export const watchMachine = (): MachineWatch => {
  let current = { path: '', used: true }
  const use = (): void => void (current.used = true)

  const watched = <Value extends object>(target: Value): Value =>
    new Proxy(target, {
      apply: (called, self, given) => {
        use()
        return Reflect.apply(called as () => unknown, self, given) as unknown
      },
      construct: (called, given, made) => {
        use()
        return Reflect.construct(called as new () => object, given, made) as object
      },
    })

  const { prototype } = childProcess.ChildProcess as unknown as { prototype: { spawn: object } }
  prototype.spawn = watched(prototype.spawn)
  for (const name of ['spawnSync', 'execFileSync', 'execSync'] as const)
    Object.assign(childProcess, { [name]: watched(childProcess[name]) })
  workerThreads.Worker = watched(workerThreads.Worker)

  const watchedVariables = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => {
    const look = (name: string | symbol): void => {
      if (OF_THE_MACHINE.has(name)) use()
    }
    return new Proxy(env, {
      get: (target, name) => {
        look(name)
        return Reflect.get(target, name) as unknown
      },
      has: (target, name) => {
        look(name)
        return Reflect.has(target, name)
      },
      getOwnPropertyDescriptor: (target, name) => {
        look(name)
        return Reflect.getOwnPropertyDescriptor(target, name)
      },
      ownKeys: (target) => {
        use()
        return Reflect.ownKeys(target)
      },
    })
  }

  return {
    begin: (path, own) => {
      current = { path, used: false }
      own.env = watchedVariables(own.env)
      for (const name of ['getuid', 'geteuid', 'getgid', 'getegid'] as const)
        if (own[name]) Object.assign(own, { [name]: watched(own[name]) })
      return own
    },
    end: async () => {
      const run = process.env[RUN]
      if (current.used || run === undefined) return
      const mark = markOf(run, current.path)
      await mkdir(join(run, 'independent'), { recursive: true })
      await writeFile(mark, '')
    },
  }
}
