import { globSync } from 'node:fs'
import type { ImportGraph } from './import-graph.ts'

/** Parts that take seconds to start: a workspace, a process of its own, a whole simulated history. */
const HEAVY = /^(?:local\/workspace\/|tests\/simulation\/history\.ts$)/
const PROCESSES = 'node:child_process'

/** The test files that reach any of the files and run within this process, in milliseconds each. */
export const unitTestsOf = (
  root: string,
  graph: ImportGraph,
  files: ReadonlySet<string>,
  globs: readonly string[],
): string[] =>
  globSync(globs, { cwd: root, exclude: ['tests/deploy/**'] })
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .filter((test) => {
      const reached = [...graph.reachedFrom(test)]
      return reached.some((one) => files.has(one)) && !reached.some((one) => HEAVY.test(one))
    })
    .filter((test) => !graph.packagesOf(test).has(PROCESSES))
