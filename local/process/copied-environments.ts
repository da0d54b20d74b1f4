import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Tools } from './capabilities.ts'

/** Beside the packages that npm installed, where tools keep files that they can make again. */
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/greenlight', import.meta.url))

const COPY_ENVIRONMENT = fileURLToPath(new URL('copy-environment.py', import.meta.url))

/**
 * The same tools, with a python3 that copies a virtual environment where it is told to make one, as the hooks and the
 * builds of the examples do: `python3 -m venv --clear /directory`. venv itself takes eight seconds of CPU time, most of them
 * to install pip. What is copied is made at the first such command of this machine, by venv, and is kept in `cache`.
 *
 * Without Python, or if `cache` cannot be written, the tools are as they were.
 */
export const withCopiedEnvironments = async (tools: Tools, cache: string = CACHE): Promise<Tools> => {
  const { python } = tools
  if ('missing' in python) return tools
  const script = await readFile(COPY_ENVIRONMENT, 'utf8')
  const key = createHash('sha256')
    .update(JSON.stringify([python, COPY_ENVIRONMENT, script]))
    .digest('hex')
    .slice(0, 16)
  const directory = join(cache, `python-${key}`)
  const path = join(directory, 'python3')
  const command = `#!/bin/sh
case "$*" in
  '-I -m venv --clear /'* | '-m venv --clear /'*)
    exec ${quoted(python.path)} -I ${quoted(COPY_ENVIRONMENT)} ${quoted(join(directory, 'environment'))} "$@" ;;
esac
exec ${quoted(python.path)} "$@"
`
  const isWritten = await writeWhole(directory, path, command).then(
    () => true,
    () => false,
  )
  return isWritten ? { ...tools, python: { ...python, path } } : tools
}

/** Other workspaces may start it at this moment. */
const writeWhole = async (directory: string, path: string, text: string): Promise<void> => {
  await mkdir(directory, { recursive: true })
  const unfinished = `${path}.${process.pid}`
  await writeFile(unfinished, text, { mode: 0o755 })
  await rename(unfinished, path)
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
