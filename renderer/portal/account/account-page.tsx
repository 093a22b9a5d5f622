import IconChevronDown from '@tabler/icons-react/icons/IconChevronDown'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import type { MoneyDocument } from '../../../shared/contract/portal/documents.ts'
import type { AccountShown } from '../../../shared/contract/portal/home.ts'
import type { OnlineShown, PayableShown } from '../../../shared/contract/portal/payments.ts'
import {
  accountHead,
  balanceShown,
  changeAccountLink,
  consentShown,
  homeFactsShown,
  homeFactsTexts,
  invoicesTexts,
  managerShown,
  noMoneyText,
  onlineText,
  openingBalanceShown,
  otherPaymentText,
  payableOpening,
  quotientNotice,
  yearsShown,
} from '../../../shared/pages/money/account.ts'
import { debitCardShown } from '../../../shared/pages/money/debit.ts'
import { invoicePath, isSettled, numberText, receivedFor } from '../../../shared/pages/money/invoice.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { orpc } from '../client.ts'
import { ProposedNumbers } from '../papers/proposed-numbers.tsx'
import { Button, ButtonLink } from '../parts/button.tsx'
import { Card, Facts } from '../parts/card.tsx'
import { Notice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { WithPhones } from '../parts/phone.tsx'
import { Empty, QueryState } from '../parts/query-state.tsx'
import { Words } from '../parts/words.tsx'
import { useSession } from '../session.ts'
import './account.css'
import { DownloadButton, SettledInvoice, State } from './invoice.tsx'
import { MandatePaper } from './mandate-paper.tsx'
import { findPayable, PayButton, PaymentNote } from './pay.tsx'
import { YearPapersCard } from './year-papers.tsx'

export const AccountPage = () => {
  const account = useQuery(orpc.home.account.queryOptions())
  return (
    <Page head={accountHead}>
      <QueryState query={account}>
        {(shown) => (
          <div className="stack cols-main">
            <div className="stack">
              {shown.money ? (
                <>
                  <Balance money={shown.money} receivedCents={shown.receivedCents} />
                  <Invoices money={shown.money} online={shown.online} />
                </>
              ) : (
                <Notice>
                  <p>{noMoneyText}</p>
                </Notice>
              )}
            </div>
            <div className="stack">
              {shown.money && <Years money={shown.money} />}
              <Debits debits={shown.debits} />
              <HomeFacts account={shown} />
              <YearPapersCard />
              {shown.money && <Manager manager={shown.money.manager} />}
              <Notice>
                <p>
                  <Words of={otherPaymentText(shown.online)} />
                </p>
              </Notice>
            </div>
          </div>
        )}
      </QueryState>
    </Page>
  )
}

const lineClasses = { plain: undefined, pending: 'small', late: 'late' }

const Balance = ({ money, receivedCents }: { money: MoneyDocument; receivedCents: number }) => {
  const { title, amount, lines } = balanceShown(money, receivedCents, useSession()?.now)
  return (
    <section className="card" aria-labelledby="solde">
      <h2 className="balance-title" id="solde">
        {title}
      </h2>
      <p className="amount">{amount}</p>
      {lines.map(({ kind, text }, index) => (
        // The index is a stable key, since the lines never change their order.
        <p key={`${index}`} className={lineClasses[kind]}>
          <Words of={text} />
        </p>
      ))}
      <p className="balance-more">
        <a className="btn btn-second" href="#detail">
          {invoicesTexts.title}
          <IconChevronDown className="icon" aria-hidden />
        </a>
      </p>
    </section>
  )
}

/** Six settled invoices cover about half a year of months; a button shows the older ones. */
const initialCount = 6

const Invoices = ({
  money: { invoices, takenOver = [] },
  online,
}: {
  money: MoneyDocument
  online: OnlineShown | null
}) => {
  const [isWhole, setWhole] = useState(false)
  const settled = invoices.filter(isSettled)
  const shown = isWhole ? settled : settled.slice(0, initialCount)
  const how = onlineText(online)
  return (
    <section className="card" id="detail" tabIndex={-1} aria-labelledby="detail-titre">
      <h2 id="detail-titre">{invoicesTexts.title}</h2>
      {how !== '' && <p className="small soft bills-how">{how}</p>}
      {invoices.length + takenOver.length === 0 && <Empty>{invoicesTexts.none}</Empty>}
      {invoices
        .filter((invoice) => !isSettled(invoice))
        .map((invoice) => {
          const payable = findPayable(online, invoice)
          return (
            <article className="bill" key={invoice.id} aria-labelledby={`facture-${invoice.id}`}>
              <div className="row-between bill-head">
                <div>
                  <h3 id={`facture-${invoice.id}`}>{invoice.label}</h3>
                  <p className="small soft">{numberText(invoice)}</p>
                </div>
                <p className="bill-amount num">{formatEuros(invoice.totalCents)}</p>
              </div>
              <State invoice={invoice} receivedCents={receivedFor(online, invoice)} />
              {payable && <PaymentNote payable={payable} />}
              <div className="btns btns-row">
                {payable && <PayButton debt={{ invoice: invoice.id }} label={invoice.label} payable={payable} />}
                <ButtonLink kind="second" to={invoicePath(invoice)}>
                  {invoicesTexts.detail}
                  <span className="vh">&nbsp;: {invoice.label}</span>
                </ButtonLink>
                <DownloadButton invoice={invoice} />
              </div>
            </article>
          )
        })}
      {takenOver.map((one) => (
        <OpeningBalance
          key={`${one.on} ${one.regie?.id ?? ''}`}
          takenOver={one}
          payable={payableOpening(online, one)}
        />
      ))}
      {shown.length > 0 && (
        <ul className="bill-lines" aria-label={invoicesTexts.settled}>
          {shown.map((invoice) => (
            <SettledInvoice key={invoice.id} invoice={invoice} receivedCents={receivedFor(online, invoice)} />
          ))}
        </ul>
      )}
      {shown.length < settled.length && (
        <Button kind="quiet" onClick={() => setWhole(true)}>
          Voir les factures d’avant ({settled.length - shown.length})
        </Button>
      )}
    </section>
  )
}

const OpeningBalance = ({
  takenOver,
  payable,
}: {
  takenOver: NonNullable<MoneyDocument['takenOver']>[number]
  payable: PayableShown | undefined
}) => {
  const { title, amount, about } = openingBalanceShown(takenOver, { isOnline: (payable?.payCents ?? null) !== null })
  return (
    <article className="bill" aria-label={title}>
      <div className="row-between bill-head">
        <h3>{title}</h3>
        <p className="bill-amount num">{amount}</p>
      </div>
      <p className="small">{about}</p>
      {payable && <PaymentNote payable={payable} />}
      {payable && takenOver.id !== undefined && (
        <div className="btns btns-row">
          <PayButton debt={{ openingDebt: takenOver.id }} label={title} payable={payable} />
        </div>
      )}
    </article>
  )
}

const Debits = ({ debits }: Pick<AccountShown, 'debits'>) => {
  const shown = debitCardShown(debits)
  if (!shown) return null
  return (
    <Card title={shown.title}>
      {shown.lines.map((line, index) => (
        // The index is a stable key, since the lines never change their order.
        <p key={`${index}`}>
          <Words of={line} />
        </p>
      ))}
      {debits?.mandates.map((one) => (
        <MandatePaper key={one.reference} mandate={one} />
      ))}
      {shown.link && (
        <p className="balance-more">
          <ButtonLink kind="second" to={shown.link.path}>
            {shown.link.name}
          </ButtonLink>
        </p>
      )}
    </Card>
  )
}

const Years = ({ money }: { money: MoneyDocument }) =>
  yearsShown(money, useSession()?.now).map(({ title, parts, balance }) => (
    <Card key={title} title={title}>
      <div className="facts-tight">
        <Facts facts={parts} />
      </div>
      <p>
        <Words of={balance} />
      </p>
    </Card>
  ))

const HomeFacts = ({ account }: { account: AccountShown }) => {
  const { children, income, quotient, until, updated } = homeFactsShown(account)
  const [quotientLabel, quotientText] = quotient
  const consent = consentShown(account)
  return (
    <Card title={homeFactsTexts.title}>
      <div className="facts-tight">
        <Facts
          facts={[
            children,
            income,
            [
              quotientLabel,
              <span key="quotient" className={account.familyQuotient === null ? 'soft' : 'quotient'}>
                {quotientText}
              </span>,
            ],
            ...(until[1] === '' ? [] : [until]),
            updated,
          ]}
        />
      </div>
      <ProposedNumbers />
      <QuotientNotice account={account} />
      {consent && (
        <p className="small">
          {consent.text} <Link href={consent.link.path}>{consent.link.name}</Link>
        </p>
      )}
      <details className="why">
        <summary>
          {homeFactsTexts.question} <IconChevronDown className="icon icon-s" aria-hidden />
        </summary>
        <div>{homeFactsTexts.answer}</div>
      </details>
      <p>
        <Link className="change-account" href={changeAccountLink.path}>
          {changeAccountLink.name}
        </Link>
      </p>
    </Card>
  )
}

const QuotientNotice = ({ account }: { account: AccountShown }) => {
  const { data } = useQuery(orpc.papers.shown.queryOptions())
  const notice = quotientNotice(account, data, useSession()?.now)
  if (!notice) return null
  return (
    <Notice kind="warn">
      <p>
        <Words of={notice.text} />
      </p>
      {notice.send && (
        <ButtonLink kind="second" to={notice.send.path}>
          {notice.send.name}
        </ButtonLink>
      )}
    </Notice>
  )
}

const Manager = ({ manager }: { manager: MoneyDocument['manager'] }) => {
  const { title, facility, entries } = managerShown(manager)
  return (
    <Card title={title}>
      <p className="manager">
        <b>{facility}</b>
      </p>
      <div className="facts-tight">
        <Facts facts={entries.map(([label, value]) => [label, value && <WithPhones key={label} text={value} />])} />
      </div>
    </Card>
  )
}
