import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { MOTO_ENVIRONMENT, REQUIREMENTS } from './moto.ts'

/**
 * `npm run test:deploy` begins with this: moto, in a Python environment of its own, kept until its requirements change.
 */
const INSTALLED = join(MOTO_ENVIRONMENT, 'requirements.txt')

const run = ([command = '', ...argv]: string[]): string | null => {
  const { error, status, stderr } = spawnSync(command, argv, { encoding: 'utf8', timeout: 300_000 })
  if (status === 0) return null
  return error?.message ?? stderr.trim().split('\n').at(-1) ?? `exit code ${status}`
}

// A directory of packages belongs to the Python that made it.
const { stdout } = spawnSync('python3', ['-c', 'import sys; print(sys.executable); print(sys.version)'], {
  encoding: 'utf8',
})
const [path = '', version = ''] = stdout?.split('\n') ?? []
const requirements = await readFile(REQUIREMENTS, 'utf8')
const needed = `# ${path} ${version}\n${requirements}`

const PYTHON = join(MOTO_ENVIRONMENT, 'bin', 'python')

const BY_PIP = {
  environment: ['python3', '-m', 'venv', MOTO_ENVIRONMENT],
  // Compiling everything takes longer than importing the few modules in use.
  packages: [
    ...[PYTHON, '-m', 'pip', 'install', '--quiet', '--no-compile', '--disable-pip-version-check'],
    ...['-r', REQUIREMENTS],
  ],
}

/** The same in a tenth of the CPU time. */
const BY_UV = {
  environment: ['uv', 'venv', '--quiet', '--python', path, MOTO_ENVIRONMENT],
  packages: ['uv', 'pip', 'install', '--quiet', '--python', PYTHON, '-r', REQUIREMENTS],
}

const install = async (): Promise<string | null> => {
  await rm(MOTO_ENVIRONMENT, { recursive: true, force: true })
  await mkdir(dirname(MOTO_ENVIRONMENT), { recursive: true })
  const hasUv = run(['uv', '--version']) === null
  const { environment, packages } = hasUv ? BY_UV : BY_PIP
  const noEnvironment = run(environment)
  if (noEnvironment) return `${environment.slice(0, 3).join(' ')} does not work here (${noEnvironment})`
  const noMoto = run(packages)
  if (noMoto) {
    const last = requirements.trim().split('\n').at(-1)
    return `${hasUv ? 'uv' : 'pip'} cannot install ${last} from PyPI (${noMoto})`
  }
  await writeFile(INSTALLED, needed)
  return null
}

if (!existsSync(INSTALLED) || (await readFile(INSTALLED, 'utf8')) !== needed) {
  const problem = await install()
  if (problem) {
    console.error(`The deploy cannot be tested: ${problem}. It needs Python 3.10 or newer, with venv, and PyPI.`)
    process.exitCode = 1
  }
}
