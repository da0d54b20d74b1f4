import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { detectTools } from '../../local/process/capabilities.ts'
import { withCopiedEnvironments } from '../../local/process/copied-environments.ts'
import { MOTO_ENVIRONMENT, REQUIREMENTS } from './moto.ts'

/**
 * `npm run test:deploy` begins with this: moto, in a Python environment of its own, kept until its requirements change.
 */
const INSTALLED = join(MOTO_ENVIRONMENT, 'requirements.txt')

const run = (command: string, ...argv: string[]): string | null => {
  const { error, status, stderr } = spawnSync(command, argv, { encoding: 'utf8', timeout: 300_000 })
  if (status === 0) return null
  return error?.message ?? stderr.trim().split('\n').at(-1) ?? `exit code ${status}`
}

const install = async (needed: string): Promise<string | null> => {
  await rm(MOTO_ENVIRONMENT, { recursive: true, force: true })
  await mkdir(MOTO_ENVIRONMENT, { recursive: true })
  const { python: copying } = await withCopiedEnvironments(await detectTools())
  const command = 'missing' in copying ? 'python3' : copying.path
  const noEnvironment = run(command, '-m', 'venv', '--clear', MOTO_ENVIRONMENT)
  if (noEnvironment) return `python3 -m venv does not work here (${noEnvironment})`
  // Compiling everything takes longer than importing the few modules in use.
  const pip = ['-m', 'pip', 'install', '--quiet', '--no-compile', '--disable-pip-version-check', '-r', REQUIREMENTS]
  const noMoto = run(join(MOTO_ENVIRONMENT, 'bin', 'python'), ...pip)
  if (noMoto) return `pip cannot install ${needed.trim().split('\n').at(-1)} from PyPI (${noMoto})`
  await writeFile(INSTALLED, needed)
  return null
}

// A directory of packages belongs to the Python that made it.
const { stdout: python } = spawnSync('python3', ['-c', 'import sys; print(sys.executable, sys.version)'], {
  encoding: 'utf8',
})
const requirements = await readFile(REQUIREMENTS, 'utf8')
const needed = `# ${python?.replaceAll('\n', ' ')}\n${requirements}`
if (!existsSync(INSTALLED) || (await readFile(INSTALLED, 'utf8')) !== needed) {
  const problem = await install(needed)
  if (problem) {
    console.error(`The deploy cannot be tested: ${problem}. It needs Python 3.10 or newer, with venv, and PyPI.`)
    process.exitCode = 1
  }
}
