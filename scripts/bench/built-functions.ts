import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as esbuild from 'esbuild'
import { WITH_CODE_CACHE } from '../../tests/support/lambda-flags.ts'
import { packageWithArchives } from '../../tests/support/package-service.ts'

/** A function that is ready to be loaded. */
export interface BuiltFunction {
  /** The directory of its archive, with the configuration. */
  directory: string
  bundle: string
  /** Path in the archive → bytes. */
  sizes: Map<string, number>
}

export interface BuiltFunctions {
  /** As `serverless package` makes them, by name. */
  packaged: Map<string, BuiltFunction>
  /** The same function by esbuild alone: minified, with Bolt and the SDK whole, in one file. */
  plain(name: string): Promise<string>
  /** An empty directory. */
  directory: string
  remove(): Promise<void>
}

/** CommonJS packages load Node's own modules with require, which an ES module does not have. */
const REQUIRE = `import{createRequire as $createRequire}from'node:module';const require=$createRequire(import.meta.url);`

/** `argv` is added to `serverless package`; as it is, each function has V8's code cache for this machine. */
export const buildFunctions = async (argv = WITH_CODE_CACHE): Promise<BuiltFunctions> => {
  const { archives } = await packageWithArchives(...argv)
  // Far from node_modules.
  const directory = await mkdtemp(join(tmpdir(), 'greenlight-bench-'))
  const packaged = new Map<string, BuiltFunction>()
  for (const [name, archive] of [...archives].sort()) {
    const own = join(directory, 'packaged', name)
    for (const [path, content] of archive) {
      await mkdir(dirname(join(own, path)), { recursive: true })
      await writeFile(join(own, path), content)
    }
    const sizes = new Map([...archive].map(([path, content]) => [path, content.length]))
    packaged.set(name, { directory: own, bundle: join(own, 'functions', `${name}.mjs`), sizes })
  }
  return {
    packaged,
    directory,
    plain: async (name) => {
      const outfile = join(directory, 'plain', `${name}.mjs`)
      await esbuild.build({
        entryPoints: [join('functions', `${name}.ts`)],
        outfile,
        ...{ bundle: true, minify: true, platform: 'node', format: 'esm', target: 'node24' },
        ...{ mainFields: ['module', 'main'], legalComments: 'none', banner: { js: REQUIRE }, logLevel: 'silent' },
      })
      return outfile
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  }
}
