import { ActionIcon } from '@mantine/core'
import IconX from '@tabler/icons-react/icons/IconX'
import type { ReactNode } from 'react'

/** A table of rows to type in, each with a cross that removes it. The button that adds a row is below the table. */
export const RowsEdit = <Row extends { readonly key: string }>({
  heads,
  rows,
  renderCells,
  removeLabel,
  onRemove,
  renderInstead,
}: {
  heads: readonly string[]
  rows: readonly Row[]
  /** Renders a `td` for each head. */
  renderCells: (row: Row, index: number) => ReactNode
  removeLabel: (row: Row, index: number) => string
  onRemove: (index: number) => void
  /** Rendered instead of the cross, for a row that cannot be removed. */
  renderInstead?: (row: Row) => ReactNode
}) => (
  <table className="rows-edit">
    <thead>
      <tr>
        {heads.map((head) => (
          <th key={head}>{head}</th>
        ))}
        <th>
          <span className="unseen">Retirer</span>
        </th>
      </tr>
    </thead>
    <tbody>
      {rows.map((row, index) => (
        <tr key={row.key}>
          {renderCells(row, index)}
          <td>
            {renderInstead?.(row) ?? (
              <ActionIcon aria-label={removeLabel(row, index)} onClick={() => onRemove(index)}>
                <IconX size={16} />
              </ActionIcon>
            )}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
)
