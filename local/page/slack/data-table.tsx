import type { Block } from './block-kit.ts'
import { RichText } from './rich-text-view.tsx'
import { Unknown } from './unknown.tsx'

type DataTableBlock = Extract<Block, { type: 'data_table' }>
type Cell = DataTableBlock['rows'][number][number]

/** A table of data, which scrolls where it is too wide. Its first row is the header. Slack shows it in pages, and sorts it. */
export const DataTable = ({ block }: { block: DataTableBlock }) => {
  const { caption, rows, row_header_column_index: header } = block
  const [head = [], ...body] = rows
  return (
    <div class="block-table" role="group" aria-label={caption} tabIndex={0}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {head.map((cell, column) => (
              <th key={column} scope="col">
                <CellPart cell={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {body.map((cells, row) => (
            <tr key={row}>
              {cells.map((cell, column) => (
                <BodyCell key={column} cell={cell} isHeader={column === header} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const BodyCell = ({ cell, isHeader }: { cell: Cell; isHeader: boolean }) =>
  isHeader ? (
    <th scope="row">
      <CellPart cell={cell} />
    </th>
  ) : (
    <td class={cell.type === 'raw_number' ? 'number' : ''}>
      <CellPart cell={cell} />
    </td>
  )

const CellPart = ({ cell }: { cell: Cell }) => {
  if (cell.type === 'rich_text') return <RichText elements={cell.elements} />
  return cell.type === 'unknown' ? <Unknown name={cell.name} /> : <>{cell.text}</>
}
