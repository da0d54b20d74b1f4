import { pages, read } from './pages.ts'

/** The pages that tell a reader what to run. A decision tells why, and may quote what no one runs any more. */
export const guides: readonly string[] = pages.filter((page) => /^docs\/(?!decisions\/|README)/.test(page))

/** The blocks of commands of a text, without the indentation of their list. */
const blocksIn = (text: string): string[] =>
  [...text.matchAll(/^( *)```sh\n([^]*?)^\1```/gm)].map(([, indent = '', block = '']) =>
    block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  )

/** Every line of these blocks; a command that goes on after a backslash is one line. */
export const linesOf = (page: string): string[] => linesIn(read(page))

/** The same of a part of a page. */
export const linesIn = (text: string): string[] =>
  blocksIn(text).flatMap((block) =>
    block
      .replaceAll(/\\\n\s*/g, '')
      .split('\n')
      .filter(Boolean),
  )
