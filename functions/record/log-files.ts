/** Where a log is kept: a folder, or a bucket. Each file is written once. */
export interface LogFiles {
  /** As a message names the place. */
  place: string
  /** The files whose names begin so, in the order of their names. */
  list(prefix: string): Promise<LogFile[]>
  /** Null if there is no such file. */
  read(name: string): Promise<string | null>
  /** False if the file is there already; it stays as it is. */
  create(name: string, text: string): Promise<boolean>
}

export interface LogFile {
  name: string
  /** Epoch milliseconds. */
  writtenAt: number
}

/** As many digits as the size of a checkpoint may have, so that a listing is in order. */
const DIGITS = 15
const digits = (size: number): string => String(size).padStart(DIGITS, '0')

/** The leaves from that one on, up to the next file. Two writers of the same leaf write the same file: one of them wins. */
export const leavesName = (start: number): string => `leaves.${digits(start)}.jsonl`
/** The entries of those leaves, if the log keeps them. */
export const entriesName = (start: number): string => `entries.${digits(start)}.jsonl`
/** The complete trees that the first leaves fill. */
export const treeName = (size: number): string => `tree.${digits(size)}.json`
export const checkpointName = (size: number): string => `checkpoint.${digits(size)}`

/** The number in the name. */
export const numberIn = (name: string): number => Number(/\.(\d+)/.exec(name)?.[1])
