import { ownEntry } from '../own-entry.ts'
import { UnreadableRecord } from '../ports/records.ts'
import { RECORD_DICTIONARIES } from './record-dictionary.ts'

/** How records are stored: each field an attribute, which a person can read in the table, or deflated. */
export const RECORD_FORMS = ['plain', 'deflated'] as const
export type RecordForm = (typeof RECORD_FORMS)[number]

/** A record as JSON, deflated (zlib, RFC 1950) against one of RECORD_DICTIONARIES, beside some of its fields. */
export interface Deflated {
  deflated: Uint8Array
}

/** A record of so many bytes is not deflated, and none is inflated to more: no item takes more memory than that. */
const MOST_INFLATED = 1_048_576

/** Loaded when first needed. */
const zlib = () => process.getBuiltinModule('node:zlib')

interface Dictionary {
  bytes: Buffer
  /** Its checksum, which deflated bytes have as DICTID after two bytes ("FDICT", RFC 1950). */
  id: number
}

let loaded: Dictionary[] | undefined
const dictionaries = (): Dictionary[] =>
  (loaded ??= RECORD_DICTIONARIES.map((text) => {
    const bytes = Buffer.from(text)
    return { bytes, id: idIn(zlib().deflateSync('', { dictionary: bytes })) }
  }))

const idIn = (bytes: Uint8Array): number => new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(2)

/**
 * The record deflated, with the fields `beside` it that are read without it. The same record if that is not shorter, or if it
 * is too long.
 */
export const deflated = <T extends object>(record: T, beside: readonly (keyof T)[]): T | (Partial<T> & Deflated) => {
  const json = Buffer.from(JSON.stringify(record))
  if (json.length > MOST_INFLATED) return record
  const bytes = zlib().deflateSync(json, { level: LEVEL, dictionary: dictionaries()[0]!.bytes })
  if (bytes.length >= json.length) return record
  const kept = Object.fromEntries(beside.map((name) => [name, record[name]])) as Partial<T>
  return { ...kept, deflated: bytes }
}

/** An approval of 10 kB takes 0.12 ms, with level 6 0.10 ms. */
const LEVEL = 9

/**
 * The record, from either form.
 *
 * @throws if it was not deflated so, is too long, or says something else than the fields beside it
 */
export const inflated = <T extends object>(stored: T | Deflated): T => {
  if (!('deflated' in stored)) return stored
  const { deflated: bytes, ...beside } = stored
  if (!ArrayBuffer.isView(bytes)) throw new UnreadableRecord('it is not binary')
  const record = parsed(bytes)
  const other = Object.entries(beside).find(([name, value]) => ownEntry(record, name) !== value)
  if (other) throw new UnreadableRecord(`${other[0]} differs`)
  return record as T
}

const parsed = (bytes: Uint8Array): Record<string, unknown> => {
  let record: unknown
  try {
    const dictionary = dictionaries().find(({ id }) => id === idIn(bytes))?.bytes
    const json = zlib().inflateSync(bytes, { dictionary, maxOutputLength: MOST_INFLATED })
    record = JSON.parse(json.toString())
  } catch (cause) {
    throw new UnreadableRecord('it does not inflate to JSON', { cause })
  }
  if (typeof record !== 'object' || record === null) throw new UnreadableRecord('it is no object')
  return record as Record<string, unknown>
}
