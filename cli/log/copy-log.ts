import type { LogFiles } from '../../functions/record/log-files.ts'
import { checkpointText } from '../../functions/record/checkpoint-note.ts'
import { Failure } from '../failure.ts'

/** What a log consists of, in the order in which a reader of half of it finds a whole one. */
const KINDS = ['leaves.', 'entries.', 'tree.', 'checkpoint.']
/** Of the others, the newest that both have shows whether they are one log. */
const BESIDE = new Set(['entries.', 'tree.'])

/**
 * Gives each of two places the files of a log that it lacks.
 *
 * @throws {Failure} if both have the same file with another content: they are different logs.
 */
export const copyBothWays = async (one: LogFiles, other: LogFiles): Promise<void> => {
  for (const kind of KINDS) {
    const [here, there] = await Promise.all([namesIn(one, kind), namesIn(other, kind)])
    const newestOfBoth = [...here].filter((name) => there.has(name)).at(-1)
    if (newestOfBoth && !BESIDE.has(kind)) {
      const [a, b] = await Promise.all([one.read(newestOfBoth), other.read(newestOfBoth)])
      if (contentOf(kind, a) !== contentOf(kind, b))
        throw new Failure(
          `Another ${newestOfBoth} is in ${one.place} than in ${other.place}: name another --log, or another --origin.`,
        )
    }
    for (const name of here) if (!there.has(name)) await other.create(name, (await one.read(name)) ?? '')
    for (const name of there) if (!here.has(name)) await one.create(name, (await other.read(name)) ?? '')
  }
}

const namesIn = async (files: LogFiles, kind: string): Promise<Set<string>> =>
  new Set((await files.list(kind)).map(({ name }) => name))

/** Each signature of the same state is another one. */
const contentOf = (kind: string, text: string | null): string => {
  const [origin = '', size = '', root = ''] = (text ?? '').split('\n')
  return kind === 'checkpoint.' ? checkpointText({ origin, size: Number(size), root }) : (text ?? '')
}
