import type { DataTableBlock, RawNumberElement, RawTextElement } from '@slack/types'
import type { Measures, Middle } from '../domain/delivery-measures.ts'
import type { DigestCard } from '../ports/cards.ts'
import { cut } from './block-kit.ts'
import { roughDuration } from './language.ts'
import { DIGEST_TABLE } from './words/digest-words.ts'

const LONGEST_NAME_IN_CELL = 60
const LONGEST_BAR_IN_CELL = 8
/** A page of Slack's table would have five rows. */
const MOST_ROWS_IN_A_PAGE = 15

/** The numbers of each pipeline; people can sort by each. Slack takes two rows or more, so there is one pipeline at least. */
export const digestTable = (pipelines: DigestCard['rows']): DataTableBlock => {
  const most = Math.max(1, ...pipelines.map(({ measures }) => measures.deployments))
  return {
    type: 'data_table',
    caption: DIGEST_TABLE.caption,
    page_size: MOST_ROWS_IN_A_PAGE,
    rows: [
      DIGEST_TABLE.columns.map(textCell),
      ...pipelines.map(({ name, measures }) => [textCell(cut(name, LONGEST_NAME_IN_CELL)), ...cellsOf(measures, most)]),
    ],
  }
}

/** Numbers are sorted by what they are, and not by how they are written. */
const cellsOf = ({ deployments, failed, leadTime, waiting, restore }: Measures, most: number) => [
  numberCell(deployments, `${'█'.repeat(Math.ceil((deployments / most) * LONGEST_BAR_IN_CELL))} ${deployments}`.trim()),
  numberCell(failed, String(failed)),
  durationCell(leadTime),
  durationCell(waiting),
  durationCell(restore),
]

const durationCell = (value: Middle | null): RawNumberElement | RawTextElement =>
  value === null
    ? textCell(DIGEST_TABLE.unknown)
    : numberCell(Math.round(value.median / 1_000), roughDuration(value.median))

const textCell = (text: string): RawTextElement => ({ type: 'raw_text', text })
const numberCell = (value: number, text: string): RawNumberElement => ({ type: 'raw_number', value, text })
