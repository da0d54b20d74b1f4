import { constants } from 'node:fs'
import { access, mkdir, symlink } from 'node:fs/promises'
import { delimiter, join, resolve } from 'node:path'

/** What "sh and the usual small tools" means in the README: a slim container image has them. */
export const SMALL_TOOLS = [
  ...['sh', 'awk', 'find', 'grep', 'gzip', 'sed', 'tar', 'xargs'],
  // Of coreutils, what scripts use.
  ...['basename', 'cat', 'chmod', 'cksum', 'cp', 'cut', 'date', 'dirname', 'echo', 'env', 'expr', 'false', 'head'],
  ...['id', 'ln', 'ls', 'mkdir', 'mktemp', 'mv', 'printf', 'pwd', 'readlink', 'realpath', 'rm', 'rmdir', 'sha256sum'],
  ...['sleep', 'sort', 'tail', 'tee', 'test', 'touch', 'tr', 'true', 'uname', 'uniq', 'wc'],
]

/** Where `PATH` finds a program. Rejects if it does not. */
export const whereIs = async (program: string, path: string = process.env.PATH ?? ''): Promise<string> => {
  for (const directory of path.split(delimiter)) {
    const file = resolve(directory, program)
    const runs = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (runs) return file
  }
  throw new Error(`${program} is not on PATH`)
}

/** Makes a directory that is the whole `PATH` of a bare machine: the small tools, and these programs. */
export const makeBarePath = async (directory: string, programs: Record<string, string>): Promise<void> => {
  const small = await Promise.all(SMALL_TOOLS.map(async (name) => [name, await whereIs(name)] as const))
  await mkdir(directory, { recursive: true })
  for (const [name, file] of [...small, ...Object.entries(programs)]) await symlink(file, join(directory, name))
}

// node tests/support/bare-path.ts DIRECTORY [PROGRAM…]: also with these programs, from the current `PATH`.
if (import.meta.main) {
  const [directory = '', ...names] = process.argv.slice(2)
  const found = await Promise.all(names.map(async (name) => [name, await whereIs(name)] as const))
  await makeBarePath(directory, Object.fromEntries(found))
}
