import IconChevronDown from '@tabler/icons-react/icons/IconChevronDown'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import type { MoneyDocument } from '../../../shared/contract/portal/documents.ts'
import type { AccountShown } from '../../../shared/contract/portal/home.ts'
import type { OnlineShown } from '../../../shared/contract/portal/payments.ts'
import { accountHead, kindName } from '../../../shared/pages/account.ts'
import { pendingPaymentText } from '../../../shared/pages/pending-payment.ts'
import { numbersText } from '../../../shared/pages/proposed-numbers.ts'
import { type Day, dayAt } from '../../../shared/rules/calendar/day.ts'
import { formatEuros, formatNumber } from '../../../shared/rules/money/money.ts'
import { openingBalanceText, openingName } from '../../../shared/rules/money/payment.ts'
import { isQuotientOld } from '../../../shared/rules/price/family-quotient.ts'
import { counted, shortDay } from '../../../shared/rules/text/french.ts'
import { orpc } from '../client.ts'
import { ProposedNumbers } from '../papers/proposed-numbers.tsx'
import { Button, ButtonLink } from '../parts/button.tsx'
import { Card, Facts } from '../parts/card.tsx'
import { Notice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { PendingPayment } from '../parts/pending-payment.tsx'
import { Phone } from '../parts/phone.tsx'
import { Empty, QueryState } from '../parts/query-state.tsx'
import { useSession } from '../session.ts'
import './account.css'
import { DownloadButton, InvoiceState, isSettled, SettledInvoice } from './invoice.tsx'
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
                  <p>
                    Vos factures ne sont pas encore sur le portail. Elles arrivent avec le prochain échange, cette nuit.
                  </p>
                </Notice>
              )}
            </div>
            <div className="stack">
              <FamilyCard account={shown} />
              <YearPapersCard />
              {shown.money && <Manager manager={shown.money.manager} />}
              <Notice>
                <p>
                  {shown.online ? (
                    <>
                      <b>Pas par carte&nbsp;?</b> Vous pouvez aussi payer auprès de l’Espace Jeunesse.
                    </>
                  ) : (
                    <>
                      <b>Pour payer</b>, utilisez les modes de règlement habituels, auprès de l’Espace Jeunesse.
                    </>
                  )}
                </p>
              </Notice>
            </div>
          </div>
        )}
      </QueryState>
    </Page>
  )
}

const Balance = ({
  money: { on, balanceCents, invoices, takenOver = [] },
  receivedCents,
}: {
  money: MoneyDocument
  receivedCents: number
}) => {
  const now = useSession()?.now
  const toPay = invoices.filter(({ leftCents }) => leftCents > 0)
  const taken = takenOver.reduce((sum, { totalCents, leftCents }) => (totalCents > 0 ? sum + leftCents : sum), 0)
  const isLate = (dueOn: Day) => now !== undefined && dueOn < dayAt(now)
  const dueDays = toPay.flatMap(({ dueOn }) => (dueOn === null ? [] : [dueOn])).toSorted()
  const dueOn = dueDays.find((day) => !isLate(day))
  const late = dueDays.filter(isLate).length
  return (
    <section className="card" aria-labelledby="solde">
      <h2 className="balance-title" id="solde">
        Solde des factures au {shortDay(on)}&nbsp;:
      </h2>
      <p className="amount">{formatEuros(Math.abs(balanceCents))}</p>
      {balanceCents < 0 && <p>en votre faveur&nbsp;: ils seront déduits de la prochaine facture.</p>}
      {balanceCents === 0 && <p>Tout est payé. Merci.</p>}
      <PendingPayment text={pendingPaymentText(receivedCents)} />
      {toPay.length > late && (
        <p>
          <b>{counted(toPay.length - late, 'facture')}</b> à payer
          {dueOn && (
            <>
              {' '}
              avant le <b className="nowrap">{shortDay(dueOn)}</b>
            </>
          )}
        </p>
      )}
      {late > 0 && <p className="late">{counted(late, 'facture')} en retard</p>}
      {taken > 0 && (
        <p>
          <b className="nowrap">{formatEuros(taken)}</b> de solde repris à payer
        </p>
      )}
      <p className="balance-more">
        <a className="btn btn-second" href="#detail">
          Détail financier par facture
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
  return (
    <section className="card" id="detail" tabIndex={-1} aria-labelledby="detail-titre">
      <h2 id="detail-titre">Détail financier par facture</h2>
      {online && (
        <p className="small soft bills-how">
          {online.isTest
            ? 'Essai du paiement en ligne\u00a0: rien n’est débité.'
            : 'Vous payez par carte bleue, sur le site sécurisé PayFiP.'}
        </p>
      )}
      {invoices.length + takenOver.length === 0 && <Empty>Vous n’avez pas encore de facture.</Empty>}
      {invoices
        .filter((invoice) => !isSettled(invoice))
        .map((invoice) => {
          const payable = findPayable(online, invoice)
          return (
            <article className="bill" key={invoice.id} aria-labelledby={`facture-${invoice.id}`}>
              <div className="row-between bill-head">
                <div>
                  <h3 id={`facture-${invoice.id}`}>{invoice.label}</h3>
                  <p className="small soft">
                    {kindName(invoice)} n°&nbsp;{invoice.number}
                  </p>
                </div>
                <p className="bill-amount num">{formatEuros(invoice.totalCents)}</p>
              </div>
              <InvoiceState invoice={invoice} receivedCents={payable?.receivedCents} />
              {payable && <PaymentNote payable={payable} />}
              <div className="btns btns-row">
                {payable && <PayButton invoice={invoice} payable={payable} />}
                <ButtonLink kind="second" to={`/mon-compte/facture/${invoice.id}`}>
                  Voir le détail<span className="vh">&nbsp;: {invoice.label}</span>
                </ButtonLink>
                <DownloadButton invoice={invoice} />
              </div>
            </article>
          )
        })}
      {takenOver.map((one) => (
        <OpeningBalance key={one.on} takenOver={one} />
      ))}
      {shown.length > 0 && (
        <ul className="bill-lines" aria-label="Déjà réglé">
          {shown.map((invoice) => (
            <SettledInvoice
              key={invoice.id}
              invoice={invoice}
              receivedCents={findPayable(online, invoice)?.receivedCents}
            />
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

/** The balance carried over from the program that the town used before this one. */
const OpeningBalance = ({ takenOver }: { takenOver: NonNullable<MoneyDocument['takenOver']>[number] }) => (
  <article className="bill" aria-label={openingName(takenOver.on)}>
    <div className="row-between bill-head">
      <h3>{openingName(takenOver.on)}</h3>
      <p className="bill-amount num">{formatEuros(Math.abs(takenOver.totalCents))}</p>
    </div>
    <p className="small">{openingBalanceText(takenOver)}</p>
  </article>
)

const FamilyCard = ({ account }: { account: AccountShown }) => {
  const now = useSession()?.now
  const { dependentChildren, lastIncomeCents, familyQuotient, incomeUpdatedOn } = account
  return (
    <Card title="Famille">
      <div className="facts-tight">
        <Facts
          facts={[
            ['Nombre d’enfants à charge', dependentChildren],
            ['Les derniers revenus', lastIncomeCents === null ? null : `${formatEuros(lastIncomeCents)} par an`],
            [
              'Quotient familial',
              familyQuotient === null ? (
                <span className="soft">Non connu</span>
              ) : (
                <span className="quotient">{formatNumber(familyQuotient)}</span>
              ),
            ],
            ['Date de mise à jour de revenus', incomeUpdatedOn && shortDay(incomeUpdatedOn)],
          ]}
        />
      </div>
      <ProposedNumbers />
      {now && needsPaper(account, dayAt(now)) && <AskForQuotient {...account} />}
      <details className="why">
        <summary>
          À quoi sert le quotient familial&nbsp;? <IconChevronDown className="icon icon-s" aria-hidden />
        </summary>
        <div>Il dit quel prix vous payez. Plus il est bas, moins c’est cher.</div>
      </details>
      <p>
        <Link className="change-account" href="/modifier-mon-compte">
          Modifier mon compte&nbsp;?
        </Link>
      </p>
    </Card>
  )
}

const needsPaper = ({ familyQuotient, incomeUpdatedOn }: AccountShown, today: Day): boolean =>
  familyQuotient === null || (incomeUpdatedOn !== null && isQuotientOld(incomeUpdatedOn, today))

/** Explains, below the family quotient that sets the prices, how a parent can send a newer one. */
const AskForQuotient = ({ familyQuotient, incomeUpdatedOn }: AccountShown) => {
  const { data } = useQuery(orpc.papers.shown.queryOptions())
  if (!data || data.sent.some((one) => numbersText(one) !== '')) return null
  return (
    <Notice kind="warn">
      <p>
        {familyQuotient === null || incomeUpdatedOn === null ? (
          <>
            <b>Votre quotient familial manque.</b> Sans lui, vous payez le tarif le plus haut.
          </>
        ) : (
          <>
            <b>Votre quotient date du {shortDay(incomeUpdatedOn)}.</b> S’il a changé depuis, votre prix change aussi.
          </>
        )}
        {!data.isOpen && ' Apportez votre attestation CAF ou MSA à l’Espace Jeunesse.'}
      </p>
      {data.isOpen && (
        <ButtonLink kind="second" to="/mes-pieces?pour=quotient">
          Envoyer mon attestation
        </ButtonLink>
      )}
    </Notice>
  )
}

const Manager = ({ manager: { facility, address, contact, phone } }: { manager: MoneyDocument['manager'] }) => (
  <Card title="Gestionnaire">
    <p className="manager">
      <b>{facility}</b>
    </p>
    <div className="facts-tight">
      <Facts
        facts={[
          ['Adresse', address],
          ['Contact', contact],
          ['Téléphone', phone === '' ? null : <Phone number={phone} />],
        ]}
      />
    </div>
  </Card>
)
