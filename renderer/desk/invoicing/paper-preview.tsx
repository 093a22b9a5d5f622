import type { PaperView } from '../../../shared/contract/desk/money/invoicing.ts'
import { isCarriedToNext, regularisedText } from '../../../shared/rules/money/invoice.ts'
import { formatEuros, formatNumber } from '../../../shared/rules/money/money.ts'
import { counted, shortDay } from '../../../shared/rules/text/french.ts'

/** An invoice or credit note in one column, with the same texts and amounts as its PDF. */
export const PaperPreview = ({ paper }: { paper: PaperView }) => {
  const { organisation, debtor, sections, regularised = [], carriedOver, totalCents } = paper
  const isCredit = paper.kind.startsWith('creditNote')
  const before = isCredit ? [] : carriedOver
  const due = [...regularised, ...before].reduce((sum, { amount }) => sum + amount, totalCents)
  const balanceOn = paper.dueOn === null ? paper.payment.balanceOn : undefined
  const isCarried = balanceOn === undefined && isCarriedToNext(due, paper.payment)
  return (
    <article className="paper invoice-paper" aria-label={titleOf(paper)}>
      <header>
        <div>
          <b>{organisation.town}</b>
          <br />
          {[organisation.name, organisation.cashDesk].filter((text) => text !== '').join(', ')}
          {organisation.addressLines.map((line) => (
            <span key={line}>
              <br />
              {line}
            </span>
          ))}
          {organisation.siret ? (
            <>
              <br />
              SIRET {organisation.siret}
            </>
          ) : null}
        </div>
        <div className="num">
          <h3>{isCredit ? 'Avoir' : 'Facture'}</h3>
          {paper.number === null ? 'Brouillon, sans numéro' : paper.number}
          <br />
          {shortDay(paper.date)}
          <br />
          {shortDay(paper.period.from)} → {shortDay(paper.period.to)}
        </div>
      </header>
      <address>
        {debtor.name}
        {debtor.addressLines.map((line) => (
          <span key={line}>
            <br />
            {line}
          </span>
        ))}
      </address>
      {isCredit ? (
        <p className="invoice-paper-why">
          Corrige la facture {paper.corrects}. Motif{'\u00a0'}: {paper.reason}
        </p>
      ) : (
        <p className="invoice-paper-why">
          {paper.familyQuotients.length === 0
            ? 'Quotient familial non connu\u00a0: tarif le plus haut'
            : paper.familyQuotients
                .map(({ value }) =>
                  value === null
                    ? 'Quotient familial non connu, tarif le plus haut'
                    : `Quotient familial ${formatNumber(value)}`,
                )
                .join(', puis ')}
          {paper.explanations.map((text) => (
            <span key={text}>
              <br />
              {text}
            </span>
          ))}
        </p>
      )}
      <table>
        <thead>
          <tr>
            <th scope="col">Désignation</th>
            <th scope="col" className="num">
              Quantité
            </th>
            <th scope="col" className="num">
              Prix
            </th>
            <th scope="col" className="num">
              Montant
            </th>
          </tr>
        </thead>
        {sections.map((section) => (
          <tbody key={section.title}>
            <tr className="invoice-paper-child">
              <th scope="rowgroup" colSpan={3}>
                {section.title}
              </th>
              <td className="num">{formatEuros(section.totalCents)}</td>
            </tr>
            {section.lines.map((line) => (
              <tr key={line.id}>
                <td>
                  {line.label}
                  {line.note ? <small>{line.note}</small> : null}
                </td>
                <td className="num">{counted(line.quantity, line.unit.one, line.unit.many)}</td>
                <td className="num">{formatEuros(line.unitCents)}</td>
                <td className="num">{formatEuros(line.totalCents)}</td>
              </tr>
            ))}
          </tbody>
        ))}
      </table>
      <dl>
        <dt>{isCredit ? 'Avoir en votre faveur' : 'Total de la facture'}</dt>
        <dd>{formatEuros(isCredit ? -totalCents : totalCents)}</dd>
        {regularised.map((row) => (
          <Sum key={`${row.number} ${row.label}`} name={regularisedText(row)} note={row.label} amount={row.amount} />
        ))}
        {before.map(({ label, amount }) => (
          <Sum key={label} name={label} amount={amount} />
        ))}
        {isCredit ? null : (
          <>
            <dt>
              <b>
                {due < 0
                  ? 'En votre faveur'
                  : balanceOn
                    ? `Par ses mensualités, solde le ${shortDay(balanceOn)}`
                    : isCarried
                      ? 'Reporté sur la prochaine facture'
                      : paper.dueOn
                        ? `À payer avant le ${shortDay(paper.dueOn)}`
                        : 'À payer'}
              </b>
            </dt>
            <dd>
              <b>{formatEuros(Math.abs(due))}</b>
            </dd>
          </>
        )}
      </dl>
      <footer>
        {isCarried || balanceOn ? null : payText(paper)}
        <span>
          Une question{'\u00a0'}? {paper.complaints.contact}
        </span>
      </footer>
    </article>
  )
}

const Sum = ({ name, note, amount }: { name: string; note?: string; amount: number }) => (
  <>
    <dt>
      {name}
      {note ? <small>{note}</small> : null}
    </dt>
    <dd>{formatEuros(amount)}</dd>
  </>
)

const titleOf = ({ kind, number, family }: Pick<PaperView, 'kind' | 'number' | 'family'>): string =>
  `${kind.startsWith('creditNote') ? 'Avoir' : 'Facture'} ${number ?? 'en brouillon'}, ${family}`

const payText = ({ payment }: PaperView) => {
  const ways = [
    ...payment.atTheDesk,
    ...(payment.payfipNumber ? [`en ligne\u00a0: payfip.gouv.fr (${payment.payfipNumber})`] : []),
  ]
  return ways.length > 0 ? <span>Régler par {ways.join(', ')}.</span> : null
}
