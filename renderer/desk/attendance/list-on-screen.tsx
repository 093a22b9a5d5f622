import { Checkbox } from '@mantine/core'
import IconAlertTriangle from '@tabler/icons-react/icons/IconAlertTriangle'
import IconBan from '@tabler/icons-react/icons/IconBan'
import IconSquare from '@tabler/icons-react/icons/IconSquare'
import type { ListCell, ListTable } from '../../../shared/contract/desk/attendance.ts'
import { withUnbrokenNumbers } from '../../../shared/rules/text/french.ts'
import { Badge } from '../parts/feedback.tsx'

/** A list as it will be printed; for an outing, with a checkbox for each child. */
export const ListOnScreen = ({
  table,
  stays,
  onToggle,
}: {
  table: ListTable
  /** Registrations left out of the printed list; undefined for lists without that choice. */
  stays: ReadonlySet<number> | undefined
  onToggle: (registrationId: number) => void
}) => (
  <table className="table lists-table" aria-label={table.title}>
    <thead>
      <tr>
        {stays ? (
          <th scope="col">
            <span className="unseen">Sur la fiche</span>
          </th>
        ) : null}
        {table.columns.map(({ title, kind }) => (
          <th key={title} scope="col" className={kind === 'number' ? 'num' : undefined}>
            {title}
          </th>
        ))}
      </tr>
    </thead>
    {table.groups.map(({ name, count, rows }) => (
      <tbody key={name}>
        {name === '' ? null : (
          <tr className="group">
            <td colSpan={table.columns.length + (stays ? 1 : 0)}>
              {name} <span className="soft">{count}</span>
            </td>
          </tr>
        )}
        {rows.map(({ id, registrationId, cells }) => (
          <tr key={id}>
            {stays && registrationId !== null ? (
              <td>
                <Checkbox
                  aria-label={`${cells[0]?.text ?? ''} part en sortie`}
                  checked={!stays.has(registrationId)}
                  onChange={() => onToggle(registrationId)}
                />
              </td>
            ) : null}
            {cells.map((cell, at) => {
              const { title = '', kind = 'text' } = table.columns[at] ?? {}
              return at === 0 ? (
                <th key={title} scope="row">
                  <CellWords cell={cell} />
                </th>
              ) : (
                <td key={title} className={kind === 'number' ? 'num' : undefined}>
                  <CellWords cell={cell} />
                </td>
              )
            })}
          </tr>
        ))}
      </tbody>
    ))}
  </table>
)

const CellWords = ({ cell: { text, under, strong, alert, banned = [], box } }: { cell: ListCell }) => (
  <>
    {box === 'expected' ? (
      <>
        <IconSquare size={16} aria-hidden="true" />
        <span className="unseen">à cocher</span>
      </>
    ) : box === 'notBooked' ? (
      <span className="soft">
        –<span className="unseen"> pas réservé</span>
      </span>
    ) : null}
    {alert === undefined ? null : (
      <Badge tone="danger">
        <IconAlertTriangle size={14} aria-hidden="true" />
        <span>{alert}</span>
      </Badge>
    )}
    {text === '' ? null : strong ? <b>{withUnbrokenNumbers(text)}</b> : <span>{withUnbrokenNumbers(text)}</span>}
    {under ? <span className="lists-under">{withUnbrokenNumbers(under)}</span> : null}
    {banned.map((sentence) => (
      <Badge key={sentence} tone="danger">
        <IconBan size={14} aria-hidden="true" />
        <span>{sentence}</span>
      </Badge>
    ))}
  </>
)
