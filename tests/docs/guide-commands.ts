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

/** The commands in the sentences of a page that give a value to an option. The others only name a command. */
export const inlineOf = (page: string): string[] =>
  [
    ...read(page)
      .replaceAll(/^( *)```\w*\n[^]*?^\1```/gm, '')
      .matchAll(/`([^`]+)`/g),
  ]
    .map(([, code = '']) => code.replaceAll(/\s+/g, ' '))
    .filter((code) => /^(?:aws|npx) .* --[\w-]+ [^-]/.test(code))
