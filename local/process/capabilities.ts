import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** A program that the pipeline's real parts need: where it is, or a sentence that says what is missing. */
export type Tool = { path: string; version: string } | { missing: string }

export interface Tools {
  git: Tool
  bash: Tool
  /** Python 3.9 or newer, with venv and ensurepip. */
  python: Tool
}

/** What does not run for real on this machine, and why: shown on the page and in the terminal. */
export interface NotRun {
  what: string
  why: string
}

const PYTHON_PROBE = `
import importlib.util, sys
version = '.'.join(map(str, sys.version_info[:3]))
lacking = [name for name in ('venv', 'ensurepip') if importlib.util.find_spec(name) is None]
print(sys.executable, version, ','.join(lacking), sep='|')
`

/** A busy machine starts a program slowly. */
const ANSWERS_WITHIN_SECONDS = 30

/**
 * Looks for git, bash and Python on `PATH`; takes well under a second. Whether a package index can be reached is
 * checked at first use (package-index.ts), because that takes longer than starting the workspace may.
 */
export const detectTools = async (
  path: string = process.env.PATH ?? '',
  withinSeconds: number = ANSWERS_WITHIN_SECONDS,
): Promise<Tools> => {
  const [git, bash, python] = await Promise.all([
    probe('git', ['--version'], path, withinSeconds),
    probe('bash', ['-c', 'printf "%s" "$BASH_VERSION"'], path, withinSeconds),
    probe('python3', ['-c', PYTHON_PROBE], path, withinSeconds),
  ])
  return { git: tool('git', git), bash: tool('bash', bash), python: pythonTool(python) }
}

const MISSING: Record<keyof Tools, string> = {
  git: 'the source repository’s history: commits are kept in memory and have no diffs',
  bash: 'the build’s commands and the deployment’s hooks: files are only copied',
  python: 'the build’s commands and the deployment’s hooks: files are only copied',
}

/** What the missing tools mean for the pipeline. */
export const notRunWithout = (tools: Tools): NotRun[] =>
  (['git', 'bash', 'python'] as const).flatMap((name) => {
    const found = tools[name]
    return 'missing' in found ? [{ what: MISSING[name], why: found.missing }] : []
  })

type Probed = { output: string } | { missing: string }

const probe = async (command: string, args: string[], path: string, withinSeconds: number): Promise<Probed> => {
  try {
    const { stdout } = await promisify(execFile)(command, args, {
      env: { ...process.env, PATH: path },
      timeout: withinSeconds * 1_000,
      killSignal: 'SIGKILL',
    })
    return { output: stdout.trim() }
  } catch (error) {
    const { code, killed } = error as { code?: string | number; killed?: boolean }
    if (code === 'ENOENT') return { missing: `${command} is not installed` }
    if (killed) return { missing: `${command} did not answer within ${withinSeconds} s` }
    return { missing: `${command} does not run here: it ended with ${code ?? 'an error'}` }
  }
}

const tool = (name: string, probed: Probed): Tool =>
  'missing' in probed ? probed : { path: name, version: probed.output.replace(/^git version /, '') }

const pythonTool = (probed: Probed): Tool => {
  if ('missing' in probed) return probed
  const [path, version, lacking] = probed.output.split('|')
  if (!path || !version) return { missing: 'python3 does not say its version' }
  if (lacking) return { missing: `python3 ${version} comes without ${lacking.replace(',', ' and ')}` }
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major < 3 || (major === 3 && minor < 9)) return { missing: `python3 is ${version}, and 3.9 is needed` }
  return { path, version }
}
