import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { unzipSync } from 'fflate'

/** Writes the files of a zip archive below a directory. Rejects with a sentence. */
export const unpackBundle = async (archive: Uint8Array, directory: string): Promise<void> => {
  for (const [name, content] of Object.entries(filesIn(archive))) {
    const path = join(directory, name)
    if (!path.startsWith(directory + sep)) throw new Error(`The bundle has a file outside itself: ${name}`)
    await mkdir(name.endsWith('/') ? path : dirname(path), { recursive: true })
    if (!name.endsWith('/')) await writeFile(path, content)
  }
}

const filesIn = (archive: Uint8Array) => {
  try {
    return unzipSync(archive)
  } catch {
    throw new Error('The bundle is not a zip archive')
  }
}
