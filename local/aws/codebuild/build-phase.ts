import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Phase } from './buildspec.ts'
import { type GroupOutcome, runInGroup } from '../../process/process-group.ts'

/** The state that one phase passes to the next: CodeBuild runs a whole 0.2 build in one shell. */
export interface ShellState {
  env: Record<string, string>
  cwd: string
}

export interface PhaseRun {
  name: string
  phase: Phase
  state: ShellState
  /** An empty directory for the phase's scripts. */
  directory: string
  log: (line: string) => void
  timeoutMs: number
  signal: AbortSignal
}

export interface PhaseOutcome {
  state: ShellState
  /** Why it failed, a sentence without its end; null if it succeeded. */
  failure: string | null
  /** The same as CodeBuild names it in the phase's context; null if it succeeded. */
  context: string | null
  /** True if it was ended from outside: no later command may run. */
  ended: boolean
}

/** How many lines of a failed command's output a summary repeats. */
const LAST_LINES = 3

/** Runs a phase's commands in one bash until one fails, then those of `finally`. */
export const runPhase = async (run: PhaseRun): Promise<PhaseOutcome> => {
  const first = await runCommands(run, run.state, 'commands')
  if (first.ended || run.phase.finally.length === 0) return first
  const last = await runCommands(run, first.state, 'finally')
  return { ...last, failure: first.failure ?? last.failure, context: first.context ?? last.context }
}

const runCommands = async (run: PhaseRun, state: ShellState, list: 'commands' | 'finally'): Promise<PhaseOutcome> => {
  const commands = run.phase[list]
  if (commands.length === 0) return { state, failure: null, context: null, ended: false }
  const directory = join(run.directory, `${run.name}-${list}`)
  await mkdir(directory, { recursive: true })
  await Promise.all(commands.map((command, at) => writeFile(join(directory, `${at}.sh`), `${command}\n`)))
  await writeFile(join(directory, 'run.sh'), sessionScript(directory, commands.length))

  const recent: string[] = []
  const outcome = await runInGroup({
    command: 'bash',
    args: [join(directory, 'run.sh')],
    cwd: state.cwd,
    env: state.env,
    onLine: (line) => {
      run.log(line)
      if (line.startsWith(MARK)) recent.length = 0
      else if (/\w/.test(line)) recent.push(line.trim())
      if (recent.length > LAST_LINES) recent.shift()
    },
    timeoutMs: run.timeoutMs,
    signal: run.signal,
  })
  const left = await stateLeftIn(directory, state)
  const problem = describe(outcome, run.timeoutMs)
  if (problem === null) return { state: left.state, failure: null, context: null, ended: false }
  const command = (commands[left.at] ?? '').trim().split('\n')[0]
  const output = recent.length > 0 ? `: ${recent.join(' · ')}` : ''
  return {
    state: left.state,
    failure: `\`${command}\` in phase ${run.name.toUpperCase()} ${problem}${output}`,
    context: `Error while executing command: ${command}. Reason: ${problem.replace(/^exited /, 'exit status ')}`,
    ended: outcome.kind === 'aborted' || outcome.kind === 'timed-out',
  }
}

const MARK = '[Container] Running command '

/**
 * Sources the commands one after the other, so that they share variables and working directory. It stores how far it
 * came, its directory and the exported variables, even if a command is `exit`.
 */
const sessionScript = (directory: string, count: number): string => {
  const at = (name: string) => quoted(join(directory, name))
  const commands = Array.from({ length: count }, (_, index) => [
    `GREENLIGHT_AT=${index}`,
    `printf '${MARK}%s\\n' "$(< ${at(`${index}.sh`)})"`,
    `. ${at(`${index}.sh`)} || exit`,
  ])
  return [
    `greenlight_leave() { printf %s "$GREENLIGHT_AT" >${at('at')}; pwd >${at('cwd')}; env -0 >${at('env')}; }`,
    'trap greenlight_leave EXIT',
    ...commands.flat(),
    '',
  ].join('\n')
}

const quoted = (path: string) => `'${path.replaceAll("'", `'\\''`)}'`

/** Of the shell itself, not of the build. */
const SHELL_OWN = new Set(['_', 'SHLVL', 'PWD', 'OLDPWD'])

const stateLeftIn = async (directory: string, before: ShellState): Promise<{ state: ShellState; at: number }> => {
  const read = (name: string) => readFile(join(directory, name), 'utf8').catch(() => '')
  const [at, cwd, env] = await Promise.all([read('at'), read('cwd'), read('env')])
  // If the shell was killed, it stored nothing.
  if (env === '') return { state: before, at: Number(at) }
  const pairs = env.split('\0').flatMap((line) => {
    const end = line.indexOf('=')
    const name = line.slice(0, end)
    return end > 0 && !SHELL_OWN.has(name) ? [[name, line.slice(end + 1)] as const] : []
  })
  return { state: { env: Object.fromEntries(pairs), cwd: cwd.replace(/\n$/, '') }, at: Number(at) }
}

const describe = (outcome: GroupOutcome, timeoutMs: number): string | null => {
  switch (outcome.kind) {
    case 'exited':
    case 'held-output':
      return outcome.code === 0 ? null : `exited ${outcome.code}`
    case 'killed':
      return `was killed by ${outcome.signal}`
    case 'timed-out':
      return `was ended after ${Math.round(timeoutMs / 1000)} s, the build's time limit`
    case 'aborted':
      return 'was ended because the execution was abandoned'
    case 'not-started':
      return `could not be started: bash: ${outcome.because}`
  }
}
