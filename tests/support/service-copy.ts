import { cp, mkdtemp, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What the service is packaged and deployed from. */
export const SERVICE_SOURCES = [
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
 * Copies the service into a new directory with that prefix, with this repository's packages, and returns its path.
 *
 * serverless-esbuild builds in .esbuild of the service and removes it at the end: if two run in one place, one removes
 * the directory of the other, which then does not end.
 */
export const copyService = async (prefix: string): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), prefix))
  for (const source of SERVICE_SOURCES) await cp(source, join(directory, source), { recursive: true })
  await symlink(join(process.cwd(), 'node_modules'), join(directory, 'node_modules'))
  return directory
}
