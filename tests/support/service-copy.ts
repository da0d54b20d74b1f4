import { cp, mkdtemp, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What the service is packaged and deployed from. */
const SOURCES = [
  'docs',
  'esbuild.plugins.cjs',
  'functions',
  'greenlight.yml',
  'infra',
  'package.json',
  'serverless.yml',
  'tsconfig.json',
]

/**
 * Copies the service into a new directory of that prefix, with this repository's packages, and gives its path.
 *
 * serverless-esbuild builds in .esbuild of the service and removes it in the end: two of them at once, in one place, take
 * it away from each other, and the one that is left without does not end.
 */
export const copyService = async (prefix: string): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), prefix))
  for (const source of SOURCES) await cp(source, join(directory, source), { recursive: true })
  await symlink(join(process.cwd(), 'node_modules'), join(directory, 'node_modules'))
  return directory
}
