import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import type { Behind, FiguresTable } from '../../../../shared/contract/desk/figures/figures-tables.ts'
import { counted } from '../../../../shared/rules/text/french.ts'
import { Failure, Loading } from '../../parts/feedback.tsx'
import { Panel } from '../../parts/screen.tsx'

/**
 * The panel beside the table: one sentence about the whole table, then the people or papers that the chosen figure
 * counts.
 */
export const TablePanel = ({
  table,
  behind,
  isFocused,
}: {
  table: FiguresTable
  behind: Parameters<typeof useQuery<Behind>>[0] | null
  isFocused: boolean
}) => (
  <Panel label="Le chiffre choisi">
    <section aria-label="En une phrase">
      <h2>En une phrase</h2>
      <p className="figures-sentence">{table.sentence}</p>
      <p className="soft small">{table.note}</p>
    </section>
    {behind ? <BehindFigure options={behind} isFocused={isFocused} /> : null}
  </Panel>
)

const BehindFigure = ({
  options,
  isFocused,
}: {
  options: Parameters<typeof useQuery<Behind>>[0]
  isFocused: boolean
}) => {
  const { data, error, refetch } = useQuery(options)
  const list = useRef<HTMLTableElement>(null)
  const isThere = data !== undefined
  useEffect(() => {
    if (isFocused && isThere) list.current?.querySelector('a')?.focus()
  }, [isFocused, isThere])
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  return (
    <section aria-label="Derrière le chiffre">
      <h2>
        {data.title} <span className="soft small">{counted(data.total, 'ligne')}</span>
      </h2>
      <table
        ref={list}
        className="table table-flush figures-days"
        aria-label={`Derrière le chiffre\u00a0: ${data.title}`}
      >
        <thead>
          <tr>
            <th scope="col">{data.head}</th>
            <th scope="col" className="num">
              {data.valueHead}
            </th>
          </tr>
        </thead>
        <tbody>
          {data.rows.map(({ key, name, about, value, familyId }) => (
            <tr key={key}>
              <th scope="row">
                {familyId === null ? (
                  name
                ) : (
                  <Link to="/familles/$familyId" params={{ familyId: String(familyId) }}>
                    {name}
                  </Link>
                )}{' '}
                <span className="soft small">{about}</span>
              </th>
              <td className="num">{value}</td>
            </tr>
          ))}
          {data.total > data.rows.length ? (
            <tr>
              <td colSpan={2} className="soft">
                et {counted(data.total - data.rows.length, 'autre')}
              </td>
            </tr>
          ) : null}
        </tbody>
      </table>
    </section>
  )
}
