import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { zipSync } from 'fflate'
import type { Artifact } from './model.ts'
import type { State } from './state.ts'

/** An artifact as its bucket has it. */
export interface ArtifactObject {
  /** The artifact's files as a zip archive. */
  bytes: Uint8Array
  /** When its action ended. Epoch milliseconds. */
  writtenAt: number
}

/** The artifacts of the actions that have succeeded, as objects of their bucket. Each is packed when it is read first. */
export const artifactObjects = (state: State) => {
  const packed = new Map<string, ArtifactObject>()
  const made = (bucket: string, key: string): { artifact: Artifact; endedAt: number } | null => {
    for (const { executions } of state.pipelines.values())
      for (const { stages } of executions.values())
        for (const { status, outputs, updatedAt } of stages.flatMap(({ history }) => history)) {
          const artifact = outputs.find((one) => one.bucket === bucket && one.key === key)
          if (artifact && status === 'Succeeded') return { artifact, endedAt: updatedAt }
        }
    return null
  }
  return (bucket: string, key: string): ArtifactObject | null => {
    const found = made(bucket, key)
    // Without a working directory, artifacts stay off the disk.
    if (!found || !existsSync(found.artifact.directory)) return null
    const name = `${bucket}/${key}`
    const object = packed.get(name) ?? { bytes: zipOf(found.artifact.directory), writtenAt: found.endedAt }
    packed.set(name, object)
    return object
  }
}

/** In the order of names and with one date, so that the same files are the same bytes. */
const zipOf = (directory: string): Uint8Array => {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .sort()
  return zipSync(Object.fromEntries(files.map((name) => [name, readFileSync(join(directory, name))])), {
    mtime: '1980-01-01T12:00:00',
  })
}
