/** A value in DynamoDB's JSON: `{ S: 'text' }`. */
export type AttributeValue = Record<string, unknown>
export type Item = Record<string, AttributeValue>

const utf8 = (text: string): number => Buffer.byteLength(text)

/** By the type of a value ("DynamoDB item sizes and formats", developer guide). */
const SIZES: Record<string, (value: never) => number> = {
  S: utf8,
  N: (digits: string) => Math.ceil(digits.replace(/[-.]/g, '').length / 2) + 1,
  B: (bytes: string | Uint8Array) => (typeof bytes === 'string' ? Buffer.from(bytes, 'base64') : bytes).length,
  BOOL: () => 1,
  NULL: () => 1,
  L: (values: AttributeValue[]) => 3 + values.reduce((sum, value) => sum + 1 + sizeOf(value), 0),
  M: (values: Item) => 3 + Object.keys(values).length + itemSize(values),
}

const sizeOf = (value: AttributeValue): number => {
  const [[type, content] = ['', undefined]] = Object.entries(value)
  const size = SIZES[type]
  if (!size) throw new Error(`No size is known for DynamoDB's type ${type}`)
  return size(content as never)
}

/** Bytes that DynamoDB counts for an item, the names of its attributes included. */
export const itemSize = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + utf8(name) + sizeOf(value), 0)
