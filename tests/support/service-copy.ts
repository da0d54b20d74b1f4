import { cp, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

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
 * Where serverless keeps what it compiles of the schemas of a serverless.yml, which takes five seconds of CPU time. Its own
 * place is the home directory, and tests give it an empty one.
 */
export const KEPT_SCHEMAS = { SLS_SCHEMA_CACHE_BASE_DIR: resolve('node_modules', '.cache') }

/*
 * A company's copy of this repository has its own greenlight.yml and params, and its own pipeline runs these tests. They are
 * about the code, so they take the settings as Greenlight comes; `npm run check` judges those of the company.
 */
const AS_SHIPPED = join('tests', 'support', 'as-shipped')
export const SHIPPED_POLICY = join(AS_SHIPPED, 'greenlight.yml')
export const SHIPPED_PARAMS = join(AS_SHIPPED, 'params.yml')

const PARAMS = /^params:\n(?:(?: .*)?\n)*/m

/** The text of a serverless.yml with other params; `params` is the text of that block. */
export const withParams = (service: string, params: string): string => {
  if (!PARAMS.test(service)) throw new Error('serverless.yml has no params')
  return service.replace(PARAMS, () => `${params}\n`)
}

/** serverless.yml with the params that Greenlight comes with. */
export const shippedService = async (): Promise<string> =>
  withParams(await readFile('serverless.yml', 'utf8'), await readFile(SHIPPED_PARAMS, 'utf8'))

/**
 * Copies the service into a new directory with that prefix, with this repository's packages, and returns its path.
 *
 * serverless-esbuild builds in .esbuild of the service and removes it at the end: if two run in one place, one removes
 * the directory of the other, which then does not end.
 */
export const copyService = async (prefix: string): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), prefix))
  for (const source of SERVICE_SOURCES) await cp(source, join(directory, source), { recursive: true })
  await cp(SHIPPED_POLICY, join(directory, 'greenlight.yml'))
  await writeFile(join(directory, 'serverless.yml'), await shippedService())
  await symlink(join(process.cwd(), 'node_modules'), join(directory, 'node_modules'))
  return directory
}
