import { build } from 'esbuild'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { loadConfiguration } from '../../functions/config/load.ts'
import { serverlessPackage } from '../support/package-service.ts'
import { copyService } from '../support/service-copy.ts'

/** The service with this greenlight.yml, bundled as the packaging bundles it. */
const bundled = async (greenlight: string) => {
  const service = await copyService('greenlight-compiled-')
  made.push(service)
  await writeFile(join(service, 'greenlight.yml'), greenlight)
  // A door exports its handler alone.
  const door = join(service, 'functions', 'door.ts')
  await writeFile(door, "export { loadConfiguration as handler } from './config/load.ts'\n")
  const archive = await mkdtemp(join(tmpdir(), 'greenlight-archive-'))
  made.push(archive)
  await mkdir(join(archive, 'functions'))
  await build({
    entryPoints: [door],
    ...{ bundle: true, platform: 'node', format: 'esm', logLevel: 'silent', outExtension: { '.js': '.mjs' } },
    outdir: join(archive, 'functions'),
    plugins: createRequire(import.meta.url)(join(service, 'esbuild.plugins.cjs')) as [],
    banner: {
      js: "import{createRequire as $createRequire}from'node:module';const require=$createRequire(import.meta.url);",
    },
  })
  return archive
}
const made: string[] = []
afterAll(() => Promise.all(made.map((directory) => rm(directory, { recursive: true }))))

const GREENLIGHT =
  'routes:\n  - match: { pipeline: shop }\n    approvals: C0A\n    approvers: [{ name: a, people: [U0DANA] }]\n'
const WHERE = {
  accountId: '111122223333',
  region: 'eu-west-1',
  pipeline: 'shop',
  stage: 'Production',
  action: 'Approve',
}

test('a function reads what was packaged with it, and refuses what other code has checked', async () => {
  const archive = await bundled(GREENLIGHT)
  const path = join(archive, 'functions', 'door.mjs')
  const { handler: load } = (await import(pathToFileURL(path).href)) as { handler: typeof loadConfiguration }
  const errors: unknown[] = []
  const log = {
    info: () => undefined,
    warn: () => undefined,
    error: (_: string, more: unknown) => void errors.push(more),
    count: () => undefined,
  }
  const file = join(archive, 'greenlight.json')
  expect(load(file, log, 0).routeFor(WHERE)?.approvers).toMatchObject([{ people: ['U0DANA'] }])
  expect(errors).toEqual([])

  const compiled = JSON.parse(await readFile(file, 'utf8')) as object
  await writeFile(file, JSON.stringify({ ...compiled, reader: '0123456789abcdef' }))
  expect(load(file, log, 0).routeFor(WHERE)).toBeNull()
  expect(errors).toMatchObject([{ problems: [{ message: 'not packaged with this code: deploy again' }] }])
})

test('a mistake in greenlight.yml ends the packaging, with its line', async () => {
  const service = await copyService('greenlight-compiled-')
  made.push(service)
  await writeFile(join(service, 'greenlight.yml'), GREENLIGHT.replace('U0DANA', 'dana'))
  await expect(serverlessPackage(service, join(service, 'package'), [])).rejects.toThrow(
    /Error: greenlight\.yml:4: routes\.0\.approvers\.0\.people\.0: /m,
  )
}, 120_000)
