import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endLeftOver, ownDirectory } from '../../../local/workspace/left-over.ts'

let base: string
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'left-over-'))
})
afterEach(() => rm(base, { recursive: true }))

const NODE = ['-e', 'console.log("up"); setInterval(() => {}, 1000)']

/** A program in this directory, as a deployed application is. */
const programIn = async (directory: string) => {
  const cwd = join(directory, 'app')
  await mkdir(cwd, { recursive: true })
  const child = spawn(process.execPath, NODE, { cwd, detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
  await once(child.stdout, 'data')
  return child
}

/** The directory of a workspace whose process was killed. */
const abandoned = async (name: string) => {
  const directory = join(base, name)
  await mkdir(directory)
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  await writeFile(join(directory, 'owner.json'), JSON.stringify({ pid: child.pid, startedAt: '1' }))
  return directory
}

test('a killed workspace leaves nothing after the next start: its programs end, its directory goes', async () => {
  const directory = await abandoned('greenlight-killed')
  const program = await programIn(directory)
  const ended = once(program, 'exit')
  expect(await endLeftOver(base)).toBe(1)
  // A machine without /proc does not say which process runs where.
  if (process.platform === 'linux') expect(await ended).toEqual([null, 'SIGKILL'])
  else program.kill('SIGKILL')
  expect(await readdir(base)).toEqual([])
})

test('a running workspace, and other directories, stay', async () => {
  const own = await ownDirectory(base)
  const program = await programIn(own)
  await mkdir(join(base, 'greenlight-other'))
  await writeFile(join(base, 'greenlight-file'), '')
  expect(await endLeftOver(base)).toBe(0)
  expect(program.exitCode ?? program.signalCode).toBeNull()
  expect(await readdir(base)).toHaveLength(3)
  program.kill('SIGKILL')
  await once(program, 'exit')
})
