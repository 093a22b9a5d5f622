import IconChevronDown from '@tabler/icons-react/icons/IconChevronDown'
import { useQuery } from '@tanstack/react-query'
import { Fragment } from 'react'
import { Link, useParams } from 'wouter'
import { type Invoice, invoiceHead } from '../../../shared/pages/account.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { priceSentences } from '../../../shared/rules/price/price-sentences.ts'
import { capitalised, shortDay } from '../../../shared/rules/text/french.ts'
import { orpc } from '../client.ts'
import { Card } from '../parts/card.tsx'
import { Notice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { Phone } from '../parts/phone.tsx'
import { Empty, QueryState } from '../parts/query-state.tsx'
import { useSession } from '../session.ts'
import './account.css'
import { DownloadButton, InvoiceState } from './invoice.tsx'
import { findPayable, type Payable, PayButton, PaymentNote } from './pay.tsx'

export const InvoicePage = () => {
  const { id } = useParams()
  const account = useQuery(orpc.home.account.queryOptions())
  const invoice = account.data?.money?.invoices.find((one) => `${one.id}` === id)
  return (
    <Page head={invoiceHead(invoice)} isNarrow>
      <QueryState query={account}>
        {({ online }) =>
          invoice ? (
            <InvoiceDetail invoice={invoice} payable={findPayable(online, invoice)} />
          ) : (
            <Empty>Cette facture n’est pas dans votre dossier.</Empty>
          )
        }
      </QueryState>
    </Page>
  )
}

type Line = Invoice['lines'][number]

const sumOf = (lines: readonly Line[]): number => lines.reduce((sum, { totalCents }) => sum + totalCents, 0)

const LineShown = ({ line: { label, detail, totalCents, child, days, why } }: { line: Line }) => (
  <div className="line">
    <div className="line-main">
      <b>{capitalised(child && label.startsWith(`${child}, `) ? label.slice(child.length + 2) : label)}</b>
      <span className="num">{formatEuros(totalCents)}</span>
      <span className="soft">
        {detail}
        {days && (
          <>
            <br />
            {days}
          </>
        )}
      </span>
    </div>
    {why && (
      <details className="why">
        <summary>
          Pourquoi ce prix <IconChevronDown className="icon icon-s" aria-hidden />
        </summary>
        <div>
          {priceSentences(why).map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
          <p>
            {detail} = <b className="nowrap">{formatEuros(totalCents)}</b>.
          </p>
        </div>
      </details>
    )}
  </div>
)

const InvoiceDetail = ({ invoice, payable }: { invoice: Invoice; payable: Payable | undefined }) => {
  const { id, totalCents, leftCents, lines, kind, issuedOn, label } = invoice
  const phone = useSession()?.service.phone
  const isInvoice = kind === 'invoice'
  const children = Map.groupBy(lines, ({ child = '' }) => child)
  return (
    <div className="stack">
      <section className="card stack-s" aria-label="À payer">
        <InvoiceState invoice={invoice} receivedCents={payable?.receivedCents} />
        <p className="amount">{formatEuros(isInvoice && leftCents > 0 ? leftCents : totalCents)}</p>
        <p className="small soft">
          {isInvoice ? 'Facturé' : 'Fait'} le {shortDay(issuedOn)}.
        </p>
        {payable && <PaymentNote payable={payable} />}
        {payable && <PayButton invoice={invoice} payable={payable} isWide />}
        <DownloadButton invoice={invoice} isWide />
      </section>
      {lines.length === 0 && <p className="card soft">Le détail est dans le PDF.</p>}
      {[...children].map(([child, own]) => (
        <section className="card" key={child} aria-label={child === '' ? 'Détail' : child}>
          <div className="card-head">
            {child !== '' && (
              <span className="face" aria-hidden>
                {child.charAt(0)}
              </span>
            )}
            <h2>{child === '' ? 'Détail' : child}</h2>
            <b className="num">{formatEuros(sumOf(own))}</b>
          </div>
          {own.map((line, index) => (
            // The index is a stable key, since the lines of an issued invoice never change their order.
            <LineShown key={`${index}`} line={line} />
          ))}
        </section>
      ))}
      <Card title="Total">
        <div className="sum">
          {children.size > 1 &&
            [...children].map(([child, own]) => (
              <Fragment key={child}>
                <span>{child}</span>
                <span className="num">{formatEuros(sumOf(own))}</span>
              </Fragment>
            ))}
          <span className="total-l">{label}</span>
          <span className="total num">{formatEuros(totalCents)}</span>
          {isInvoice && leftCents !== totalCents && (
            <>
              <span>Déjà réglé</span>
              <span className="num">{formatEuros(totalCents - leftCents)}</span>
              <span>
                <b>Reste à payer</b>
              </span>
              <b className="num">{formatEuros(leftCents)}</b>
            </>
          )}
        </div>
      </Card>
      <Notice>
        <p>
          <b>Une question sur cette facture&nbsp;?</b>{' '}
          <Link href={`/nouveau-message?facture=${id}`}>Écrire un message</Link>
          {phone && (
            <>
              , ou appelez le <Phone number={phone} />
            </>
          )}
          .
        </p>
      </Notice>
    </div>
  )
}
