import type { KeyObject } from 'node:crypto'
import { createHash } from 'node:crypto'
import { isSignedBy } from '../aws/kms.ts'

/** A state of the log: C2SP tlog-checkpoint. */
export interface Checkpoint {
  /** Whose log it is. */
  origin: string
  /** How many leaves there are. */
  size: number
  /** The root of the tree, as base64. */
  root: string
}

/** The text that is signed. */
export const checkpointText = ({ origin, size, root }: Checkpoint): string => `${origin}\n${size}\n${root}\n`

/** The checkpoint with its signature: C2SP signed-note, whose ECDSA key ID is of the public key's DER. */
export const signedNote = (checkpoint: Checkpoint, key: KeyObject, signature: string): string => {
  const line = Buffer.concat([keyId(key), Buffer.from(signature, 'base64')]).toString('base64')
  return `${checkpointText(checkpoint)}\n— ${checkpoint.origin} ${line}\n`
}

const keyId = (key: KeyObject): Buffer =>
  createHash('sha256')
    .update(key.export({ format: 'der', type: 'spki' }))
    .digest()
    .subarray(0, 4)

const NOTE = /^(?<origin>[^\s+]+)\n(?<size>0|[1-9]\d{0,14})\n(?<root>[A-Za-z0-9+/]{43}=)\n\n(?<signatures>(?:— .*\n)+)$/

/** The checkpoint of a note; null if no key of the list has signed the note. */
export const openNote = (note: string, keys: readonly KeyObject[]): Checkpoint | null => {
  const { origin, size, root, signatures } = NOTE.exec(note)?.groups ?? {}
  if (!origin || !size || !root || !signatures) return null
  const checkpoint = { origin, size: Number(size), root }
  const text = checkpointText(checkpoint)
  const isSigned = signatures
    .trimEnd()
    .split('\n')
    .some((line) => {
      const [, name, encoded = ''] = line.split(' ')
      const bytes = Buffer.from(encoded, 'base64')
      const [id, signature] = [bytes.subarray(0, 4), bytes.subarray(4).toString('base64')]
      return name === origin && keys.some((key) => keyId(key).equals(id) && isSignedBy(key, text, signature))
    })
  return isSigned ? checkpoint : null
}
