import type { Middle } from '../domain/delivery-measures.ts'
import type { DigestCard } from '../ports/cards.ts'
import type { SlackMessage } from './approval-message.ts'
import type { Inline } from './block-kit.ts'
import { cut, moment, preformatted, richText, section, spoken, text } from './block-kit.ts'
import { digestTable } from './digest-table.ts'
import { facts } from './facts.ts'
import { formFor, roughDuration } from './language.ts'
import { plain, say } from './sentence.ts'
import { DIGEST } from './words/digest-words.ts'
import { MARK } from './words/marks.ts'

const MOST_PIPELINES = 15
const LONGEST_NAME_SHOWN = 24
const LONGEST_NAMES_SHOWN = 80
const LONGEST_BAR = 20

/**
 * How much was deployed in a day or a week, and how well: a line for each number, and a row for each pipeline, or a bar in a
 * Slack without tables.
 */
export const digestMessage = (card: DigestCard): SlackMessage => {
  const { every, range, all, rows } = card
  const first = facts(say(DIGEST[every], { count: deploymentWords(all.deployments) }), ...onlyParts(card))
  const lines = [
    facts(failedParts(card), [text(plain(DIGEST.before, { count: deploymentWords(card.before.deployments) }))]),
    durationLine(DIGEST.leadTime, all.leadTime),
    durationLine(DIGEST.waiting, all.waiting),
    durationLine(DIGEST.restore, all.restore),
  ].filter((line) => line.length > 0)
  const ranked = rows.toSorted((one, other) => other.measures.deployments - one.measures.deployments)
  const shown = ranked.slice(0, MOST_PIPELINES)
  const rest = ranked.length - shown.length
  const more = rest > 0 ? [section(...say(formFor(DIGEST.more, rest), { count: String(rest) }))] : []
  const told = [
    section(...first),
    section(moment(range.from, DIGEST.from), text(' '), moment(range.to, DIGEST.to)),
    ...lines.map((line) => section(...line)),
  ]
  return {
    text: spoken(...[first, ...lines].flatMap((line, index) => (index > 0 ? [text('\n'), ...line] : line))),
    ...(shown.length === 0
      ? { blocks: [richText(...told)] }
      : {
          blocks: [richText(...told), digestTable(shown), ...more.map((line) => richText(line))],
          plainer: [richText(...told, preformatted(bars(shown).join('\n')), ...more)],
        }),
  }
}

const deploymentWords = (count: number): string =>
  count === 0 ? DIGEST.none : plain(formFor(DIGEST.deployments, count), { count: String(count) })

/** The pipelines that the digest covers; nothing if it covers all. */
const onlyParts = ({ only: { pipeline = [], account = [], region = [] } }: DigestCard): Inline[][] => {
  const parts = (forms: typeof DIGEST.accounts | typeof DIGEST.regions, names: readonly string[]): Inline[] =>
    names.length === 0 ? [] : say(formFor(forms, names.length), { names: shownNames(names) })
  return [
    pipeline.length === 0 ? [] : [text(shownNames(pipeline))],
    parts(DIGEST.accounts, account),
    parts(DIGEST.regions, region),
  ]
}

const shownNames = (names: readonly string[]): string => cut(names.join(', '), LONGEST_NAMES_SHOWN)

const failedParts = ({ all }: DigestCard): Inline[] =>
  all.failureRate === null
    ? []
    : say(DIGEST.failed, { count: String(all.failed), share: String(Math.round(all.failureRate * 100)) })

const durationLine = <const S extends `${string}{duration}${string}`>(words: S, value: Middle | null): Inline[] =>
  value === null ? [] : [text(words.replace('{duration}', roughDuration(value.median)))]

/** `shop-web  ██████ 6 ✗ 1`: a mark and a number, so that color and length are not the only signs. */
const bars = (pipelines: DigestCard['rows']): string[] => {
  const most = Math.max(1, ...pipelines.map(({ measures }) => measures.deployments))
  const names = pipelines.map(({ name }) => cut(name, LONGEST_NAME_SHOWN))
  const width = Math.max(...names.map(({ length }) => length))
  return pipelines.map(({ measures: { deployments, failed } }, index) => {
    const bar = '█'.repeat(Math.ceil((deployments / most) * LONGEST_BAR))
    const failures = failed > 0 ? [`${MARK.failed} ${failed}`] : []
    return [names[index]!.padEnd(width), ...(bar ? [bar] : []), String(deployments), ...failures].join(' ')
  })
}
