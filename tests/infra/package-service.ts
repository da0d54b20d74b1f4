import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import type { Template } from './template.ts'
import { unzip } from './zip.ts'

export interface Packaged {
  template: Template
  /** Door → path in its archive → content. */
  archives: Map<string, Map<string, Buffer>>
  /** An empty directory far from node_modules; removed by `dispose`. */
  directory: string
  dispose(): Promise<void>
}

/** What a machine without an account has: no credentials, no profile, and no way out through a proxy. */
const environment = (home: string) => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:AWS|SLS|NODE_OPTIONS)/.test(name))),
  HOME: home,
  USERPROFILE: home,
  HTTPS_PROXY: 'http://127.0.0.1:9',
  HTTP_PROXY: 'http://127.0.0.1:9',
})

/** Runs `serverless package` on the repository and reads what it made. */
export const packageService = async (): Promise<Packaged> => {
  const directory = await mkdtemp(join(tmpdir(), 'greenlight-package-'))
  const output = join(directory, 'package')
  const serverless = join(process.cwd(), 'node_modules', 'serverless', 'bin', 'serverless.js')
  await promisify(execFile)(process.execPath, [serverless, 'package', '--package', output], {
    env: environment(directory),
  })
  const zips = (await readdir(output)).filter((file) => file.endsWith('.zip'))
  const template = await readFile(join(output, 'cloudformation-template-update-stack.json'), 'utf8')
  return {
    template: JSON.parse(template) as Template,
    archives: new Map(
      await Promise.all(
        zips.map(async (zip) => [basename(zip, '.zip'), unzip(await readFile(join(output, zip)))] as const),
      ),
    ),
    directory,
    dispose: () => rm(directory, { recursive: true, force: true }),
  }
}
