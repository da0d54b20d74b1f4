import type { Finding, Outcome } from './check.ts'

type NotChecked = Extract<Outcome, { kind: 'not checked' }>

/** Outcomes as they are printed: what one cause prevents is one block. */
export type Block =
  | { kind: 'ok'; title: string }
  | { kind: 'finding'; title: string; findings: Finding[] }
  | { kind: 'not checked'; titles: string[]; because: string }

/** One block for each outcome, and one for all outcomes that have the same cause, where the first of them stands. */
export const blocksOf = (outcomes: readonly Outcome[]): Block[] => {
  const causes = new Map<string, Extract<Block, { kind: 'not checked' }>>()
  return outcomes.flatMap((outcome): Block[] => {
    if (outcome.kind !== 'not checked') return [outcome]
    const known = causes.get(outcome.cause)
    if (known) {
      known.titles.push(outcome.title)
      return []
    }
    const block = firstOf(outcome)
    causes.set(outcome.cause, block)
    return [block]
  })
}

const firstOf = ({ title, because }: NotChecked) => ({ kind: 'not checked' as const, titles: [title], because })

const LABEL = 'not checked'.length
const WIDTH = 110

/** What `greenlight doctor` prints. */
export const outcomeLines = (outcomes: readonly Outcome[]): string[] => blocksOf(outcomes).flatMap(linesOf)

const linesOf = (block: Block): string[] => {
  switch (block.kind) {
    case 'ok':
      return [line('ok', block.title)]
    case 'finding':
      return [
        line('wrong', block.title),
        ...block.findings.flatMap(({ what, fix }) => [line('', what), line('', `Fix: ${fix}`)]),
      ]
    case 'not checked':
      return [
        ...wrapped(block.titles).map((text, index) => line(index === 0 ? 'not checked' : '', text)),
        line('', `Reason: ${block.because}`),
      ]
  }
}

const line = (label: string, text: string): string => `${label.padEnd(LABEL)}  ${text}`

/** The titles with commas between, in lines of at most WIDTH characters. */
const wrapped = (titles: readonly string[]): string[] => {
  const lines = ['']
  for (const [index, title] of titles.entries()) {
    const text = index < titles.length - 1 ? `${title},` : title
    const last = lines.at(-1)!
    if (last && last.length + text.length + 1 > WIDTH) lines.push(text)
    else lines[lines.length - 1] = last ? `${last} ${text}` : text
  }
  return lines
}
