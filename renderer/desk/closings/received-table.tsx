import type { ClosingStatement } from '../../../shared/rules/money/closing.ts'
import { formatAmount } from '../../../shared/rules/money/money.ts'
import { paymentMeans, paymentMeansShort } from '../../../shared/rules/money/payment/payment.ts'
import './closings.css'

const amount = (cents = 0) => (cents === 0 ? '–' : formatAmount(cents))

/** The money received: a row for each nature, a column for each means of payment. */
export const ReceivedTable = ({
  received,
  labels,
}: {
  received: ClosingStatement['received']
  labels: Readonly<Record<string, string>>
}) => {
  if (received.length === 0) return <p className="soft">Rien n’a été encaissé.</p>
  const used = paymentMeans.filter((means) => received.some(({ byMeans }) => byMeans.some(([one]) => one === means)))
  const sumOf = (means: (typeof used)[number]): number =>
    received.reduce((sum, { byMeans }) => sum + (byMeans.find(([one]) => one === means)?.[1] ?? 0), 0)
  return (
    <div className="table-scroll">
      <table className="table table-flush closings-received" aria-label="Encaissé par nature et par moyen">
        <thead>
          <tr>
            <th scope="col">Nature</th>
            <th scope="col">Ce qui est payé</th>
            {used.map((means) => (
              <th key={means} scope="col" className="num">
                {paymentMeansShort[means]}
              </th>
            ))}
            <th scope="col" className="num">
              Total
            </th>
          </tr>
        </thead>
        <tbody>
          {received.map(({ nature, cents, byMeans }) => (
            <tr key={nature}>
              <td className="soft">{nature}</td>
              <td>{labels[nature]}</td>
              {used.map((means) => (
                <td key={means} className="num">
                  {amount(byMeans.find(([one]) => one === means)?.[1])}
                </td>
              ))}
              <td className="num">
                <b>{formatAmount(cents)}</b>
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={2}>
              Encaissé
            </th>
            {used.map((means) => (
              <td key={means} className="num">
                {amount(sumOf(means))}
              </td>
            ))}
            <td className="num">
              <b>{formatAmount(received.reduce((sum, { cents }) => sum + cents, 0))}</b>
            </td>
          </tr>
        </tfoot>
      </table>
    </div>
  )
}
