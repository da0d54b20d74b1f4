import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { ActionRun } from '../aws/action-runner.ts'
import { ownEntry } from '../../functions/own-entry.ts'

/** The text of a file that an action names as `Artifact::path`. */
export const fileIn = async ({ inputArtifacts }: ActionRun, named = ''): Promise<string> => {
  const [artifact = '', path = ''] = named.split('::')
  const directory = ownEntry(inputArtifacts, artifact)
  if (directory === undefined) throw new Error(`there is no input artifact "${artifact}" to read ${path} from`)
  return readFile(join(directory, path), 'utf8').catch(() => {
    throw new Error(`${path} is not in the artifact ${artifact}`)
  })
}

/** A JSON text in that shape. Throws a sentence that begins with `what`. */
export const parsed = <Schema extends z.ZodType>(schema: Schema, text: string, what: string): z.output<Schema> => {
  try {
    return schema.parse(JSON.parse(text))
  } catch (error) {
    throw new Error(
      `${what} is not as it should be: ${error instanceof z.ZodError ? z.prettifyError(error) : 'no JSON'}`,
    )
  }
}
