import type { ReactNode } from 'react'

type FiguresRow = { readonly key: string; readonly title: ReactNode; readonly cells: readonly string[] }

/** A short table of figures: a name and its numbers a row, and their sums below. */
export const FiguresTable = ({
  label,
  head,
  columns,
  rows,
  total,
}: {
  label: string
  head: string
  columns: readonly string[]
  rows: readonly FiguresRow[]
  /** Absent when the rows have no total. */
  total?: FiguresRow['cells']
}) => (
  <div className="table-scroll">
    <table className="table table-flush figures-table" aria-label={label}>
      <thead>
        <tr>
          <th scope="col">{head}</th>
          {columns.map((title) => (
            <th key={title} scope="col" className="num">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, title, cells }) => (
          <tr key={key}>
            <th scope="row">{title}</th>
            <Cells columns={columns} cells={cells} />
          </tr>
        ))}
      </tbody>
      {total ? (
        <tfoot>
          <tr>
            <th scope="row">Total</th>
            <Cells columns={columns} cells={total} />
          </tr>
        </tfoot>
      ) : null}
    </table>
  </div>
)

const Cells = ({ columns, cells }: { columns: readonly string[]; cells: readonly string[] }) =>
  columns.map((title, at) => (
    <td key={title} className="num">
      {cells[at]}
    </td>
  ))
