import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ReadingPlace } from '../functions/config/read-configuration.ts'
import { fileProblem } from './read-text.ts'

/** The directory of greenlight.yml, whose calendars are files beside it. */
export const besideFile = (path: string, now: number): ReadingPlace => ({
  now,
  read: (file) => {
    try {
      return readFileSync(join(dirname(path), file), 'utf8')
    } catch (error) {
      throw new Error(fileProblem(error), { cause: error })
    }
  },
})
