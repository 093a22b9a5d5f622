import IconChevronDown from '@tabler/icons-react/icons/IconChevronDown'
import { useQuery } from '@tanstack/react-query'
import { Fragment } from 'react'
import { useParams } from 'wouter'
import type { PayableShown } from '../../../shared/contract/portal/payments.ts'
import {
  type Invoice,
  invoiceHead,
  invoiceShown,
  noSuchInvoice,
  receivedFor,
} from '../../../shared/pages/money/invoice.ts'
import { priceSentences } from '../../../shared/rules/price/printed/price-sentences.ts'
import { orpc } from '../client.ts'
import { Card } from '../parts/card.tsx'
import { Notice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { Empty, QueryState } from '../parts/query-state.tsx'
import { Words } from '../parts/words.tsx'
import { useSession } from '../session.ts'
import './account.css'
import { DownloadButton, State } from './invoice.tsx'
import { findPayable, PayButton, PaymentNote } from './pay.tsx'

export const InvoicePage = () => {
  const { id } = useParams()
  const account = useQuery(orpc.home.account.queryOptions())
  const invoice = account.data?.money?.invoices.find((one) => `${one.id}` === id)
  return (
    <Page head={invoiceHead(invoice)} isNarrow>
      <QueryState query={account}>
        {({ online }) =>
          invoice ? (
            <InvoiceDetail
              invoice={invoice}
              receivedCents={receivedFor(online, invoice)}
              payable={findPayable(online, invoice)}
            />
          ) : (
            <Empty>{noSuchInvoice}</Empty>
          )
        }
      </QueryState>
    </Page>
  )
}

type Shown = ReturnType<typeof invoiceShown>

const LineShown = ({
  line: { title, amount, detail, days, why },
}: {
  line: Shown['children'][number]['lines'][number]
}) => (
  <div className="line">
    <div className="line-main">
      <b>{title}</b>
      <span className="num">{amount}</span>
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
            {detail} = <b className="nowrap">{amount}</b>.
          </p>
        </div>
      </details>
    )}
  </div>
)

const InvoiceDetail = ({
  invoice,
  receivedCents,
  payable,
}: {
  invoice: Invoice
  receivedCents: number
  payable: PayableShown | undefined
}) => {
  const { amount, issued, noLines, children, total, question } = invoiceShown(invoice, useSession()?.service.phone)
  return (
    <div className="stack">
      <section className="card stack-s" aria-label="À payer">
        <State invoice={invoice} receivedCents={receivedCents} />
        <p className="amount">{amount}</p>
        <p className="small soft">{issued}</p>
        {payable && <PaymentNote payable={payable} />}
        {payable && <PayButton debt={{ invoice: invoice.id }} label={invoice.label} payable={payable} isWide />}
        <DownloadButton invoice={invoice} isWide />
      </section>
      {children.length === 0 && <p className="card soft">{noLines}</p>}
      {children.map(({ child, title, amount: ofChild, lines }) => (
        <section className="card" key={child} aria-label={title}>
          <div className="card-head">
            {child !== '' && (
              <span className="face" aria-hidden>
                {child.charAt(0)}
              </span>
            )}
            <h2>{title}</h2>
            <b className="num">{ofChild}</b>
          </div>
          {lines.map((line, index) => (
            // The index is a stable key, since the lines of an issued invoice never change their order.
            <LineShown key={`${index}`} line={line} />
          ))}
        </section>
      ))}
      <Card title={total.title}>
        <div className="sum">
          {total.byChild.map((one) => (
            <Fragment key={one.label}>
              <span>{one.label}</span>
              <span className="num">{one.amount}</span>
            </Fragment>
          ))}
          <span className="total-l">{total.whole.label}</span>
          <span className="total num">{total.whole.amount}</span>
          {total.left.map(({ label, amount: cents }, index) =>
            index < total.left.length - 1 ? (
              <Fragment key={label}>
                <span>{label}</span>
                <span className="num">{cents}</span>
              </Fragment>
            ) : (
              <Fragment key={label}>
                <span>
                  <b>{label}</b>
                </span>
                <b className="num">{cents}</b>
              </Fragment>
            ),
          )}
        </div>
        {total.remarks.map((remark) => (
          <p className="small soft" key={remark}>
            {remark}
          </p>
        ))}
      </Card>
      <Notice>
        <p>
          <Words of={question} />
        </p>
      </Notice>
    </div>
  )
}
