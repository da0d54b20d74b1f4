import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Buildspec } from './buildspec.ts'
import { PHASES } from './buildspec.ts'
import type { NotRun } from '../../process/capabilities.ts'
import { type PackageIndex, isNotRun } from '../../process/package-index.ts'

/**
 * What pip needs for the requirements files that a buildspec's commands name and the source has: a build that installs
 * no packages needs no index.
 */
export const neededPackages = async (
  buildspec: Buildspec,
  source: string,
  packageIndex: PackageIndex,
  signal: AbortSignal,
): Promise<Record<string, string> | NotRun> => {
  const links: string[] = []
  let packages: Record<string, string> = {}
  for (const file of await requirementsFiles(buildspec, source)) {
    const answer = await packageIndex.prepare(file, signal)
    if (isNotRun(answer)) return answer
    packages = { ...packages, ...answer }
    if (answer.PIP_FIND_LINKS !== undefined) links.push(answer.PIP_FIND_LINKS)
  }
  return links.length > 1 ? { ...packages, PIP_FIND_LINKS: links.join(' ') } : packages
}

const requirementsFiles = async ({ phases }: Buildspec, source: string): Promise<string[]> => {
  const commands = PHASES.flatMap((name) => phases[name]?.commands ?? []).join('\n')
  const named = new Set([...commands.matchAll(/\brequirements[\w-]*\.txt\b/g)].map(([name]) => join(source, name)))
  const there = await Promise.all(
    [...named].map((file) =>
      stat(file)
        .then(() => [file])
        .catch(() => []),
    ),
  )
  return there.flat()
}
