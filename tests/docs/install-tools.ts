import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NEEDED, TOOLS } from './tools.ts'

/** `npm run test:docs` begins with this: the tools in a folder of their own, kept until their versions change. */
const INSTALLED = join(TOOLS, 'installed.json')

const needed = await readFile(NEEDED, 'utf8')
if (!existsSync(INSTALLED) || (await readFile(INSTALLED, 'utf8')) !== needed) {
  await rm(TOOLS, { recursive: true, force: true })
  await mkdir(TOOLS, { recursive: true })
  await cp(NEEDED, join(TOOLS, 'package.json'))
  const argv = ['install', '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts', '--loglevel=error']
  const { error, status, stderr } = spawnSync('npm', argv, { cwd: TOOLS, encoding: 'utf8', timeout: 300_000 })
  if (status === 0) await writeFile(INSTALLED, needed)
  else {
    console.error(`The guides' examples cannot be compiled: npm does not install what that takes.`)
    console.error(error?.message ?? stderr.trim())
    process.exitCode = 1
  }
}
