import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LogFiles } from '../../functions/record/log-files.ts'
import { Failure } from '../failure.ts'
import { fileProblem } from '../read-text.ts'

/** A log in a folder, which the first file creates. @throws {Failure} if a file cannot be read or written. */
export const folderFiles = (folder: string): LogFiles => {
  const path = (name: string): string => join(folder, name)
  const otherwise =
    <T>(name: string, code: string, value: T) =>
    (error: unknown): T => {
      if ((error as { code?: string }).code === code) return value
      throw new Failure(`${path(name)} cannot be used: ${fileProblem(error)}.`)
    }
  const whenAbsent = <T>(name: string, value: T) => otherwise(name, 'ENOENT', value)
  return {
    place: folder,
    list: async (prefix) => {
      const names = await readdir(folder).catch(whenAbsent('.', [] as string[]))
      const wanted = names.filter((name) => name.startsWith(prefix) && !name.endsWith(BEING_WRITTEN)).sort()
      // The time of a copy says nothing of when the log got the file.
      return wanted.map((name) => ({ name, writtenAt: Infinity }))
    },
    read: (name) => readFile(path(name), 'utf8').catch(whenAbsent(name, null)),
    create: async (name, text) => {
      await mkdir(folder, { recursive: true }).catch(whenAbsent('.', undefined))
      // A crash leaves no part of a file under its name.
      const written = `${name}${BEING_WRITTEN}`
      await writeFile(path(written), text).catch(whenAbsent(written, undefined))
      const isNew = await link(path(written), path(name))
        .then(() => true)
        .catch(otherwise(name, 'EEXIST', false))
      await rm(path(written), { force: true })
      return isNew
    },
  }
}

const BEING_WRITTEN = '.being-written'
