import type { ThirdPartyPage } from '../../../shared/contract/desk/money/payers.ts'
import { type Day, monthKey } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { paymentMeansNames } from '../../../shared/rules/money/payment/payment.ts'
import { briefDay, listed, monthSpanText, monthText } from '../../../shared/rules/text/french.ts'
import { PlainAction } from '../parts/buttons.tsx'
import { Badge } from '../parts/feedback.tsx'
import { useRegieNames } from '../regies/regie-choice.tsx'

/** « octobre 2026 », « juil. et août 2026 » */
export const monthsText = (from: Day, to: Day): string =>
  monthKey(from) === monthKey(to) ? monthText(from) : monthSpanText(from, to)

export const PapersTable = ({ papers, onSee }: { papers: ThirdPartyPage['papers']; onSee: (id: number) => void }) => {
  const regieNames = useRegieNames()
  if (papers.length === 0)
    return <p className="soft small">Sa première facture vient quand les factures des familles sont émises.</p>
  return (
    <table className="table table-flush" aria-label="Factures">
      <thead>
        <tr>
          <th scope="col">Numéro</th>
          <th scope="col">Émise</th>
          <th scope="col">Échéance</th>
          <th scope="col" className="num">
            Montant
          </th>
          <th scope="col" className="num">
            Reste
          </th>
        </tr>
      </thead>
      <tbody>
        {papers.map(({ id, regieId, kind, number, from, to, issuedOn, dueOn, totalCents, leftCents }) => (
          <tr key={id}>
            <td>
              <PlainAction label={number} aria={`Ouvrir ${number}`} onAction={() => onSee(id)} />{' '}
              <span className="soft small">
                {kind === 'creditNote' ? 'avoir, ' : ''}
                {monthsText(from, to)}
              </span>{' '}
              {regieNames.has(regieId) ? <Badge>{regieNames.get(regieId)}</Badge> : null}
            </td>
            <td>{briefDay(issuedOn)}</td>
            <td>{dueOn ? briefDay(dueOn) : ''}</td>
            <td className="num">{formatEuros(totalCents)}</td>
            <td className="num">
              <b>{kind === 'invoice' ? formatEuros(leftCents) : ''}</b>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export const PaymentsTable = ({ payments }: { payments: ThirdPartyPage['payments'] }) => {
  const regieNames = useRegieNames()
  return (
    <table className="table table-flush" aria-label="Règlements">
      <thead>
        <tr>
          <th scope="col">Quittance</th>
          <th scope="col">Reçu</th>
          <th scope="col">Moyen</th>
          <th scope="col">Ce qu’il paie</th>
          <th scope="col" className="num">
            Montant
          </th>
        </tr>
      </thead>
      <tbody>
        {payments.map(
          ({ id, regieId, receipt, receivedOn, means, reference, parts, creditCents, amountCents, cancelled }) => (
            <tr key={id}>
              <td>
                {receipt} {cancelled ? <Badge tone="danger">annulée</Badge> : null}{' '}
                {regieNames.has(regieId) ? <Badge>{regieNames.get(regieId)}</Badge> : null}
              </td>
              <td>{briefDay(receivedOn)}</td>
              <td>
                {paymentMeansNames[means]} <span className="soft small">{reference}</span>
              </td>
              <td className="small">
                {cancelled
                  ? cancelled.reason
                  : listed([
                      ...parts.map(({ name }) => name),
                      ...(creditCents > 0 ? [`${formatEuros(creditCents)} en avance`] : []),
                    ])}
              </td>
              <td className="num">{formatEuros(amountCents)}</td>
            </tr>
          ),
        )}
      </tbody>
    </table>
  )
}
