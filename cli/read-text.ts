import { readFile } from 'node:fs/promises'
import { Failure } from './failure.ts'
import { ownEntry } from '../functions/own-entry.ts'

const REASONS: Record<string, string> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'there is no such file or folder',
  EACCES: 'you do not have permission',
  EPERM: 'you do not have permission',
  EISDIR: 'it is a folder',
  EEXIST: 'it exists already',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
}

/** Why the system refuses a file, as a clause. */
export const fileProblem = (error: unknown): string => {
  const { code = 'unknown error' } = error as NodeJS.ErrnoException
  return ownEntry(REASONS, code) ?? code
}

/** The text of a file. @throws {Failure} if it cannot be read. */
export const readText = async (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((error: unknown) => {
    throw new Failure(`${path} cannot be read: ${fileProblem(error)}.`)
  })
