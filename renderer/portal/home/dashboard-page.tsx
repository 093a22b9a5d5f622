import IconAlertTriangle from '@tabler/icons-react/icons/IconAlertTriangle'
import IconCalendar from '@tabler/icons-react/icons/IconCalendar'
import IconChevronRight from '@tabler/icons-react/icons/IconChevronRight'
import IconCircleCheck from '@tabler/icons-react/icons/IconCircleCheck'
import IconClock from '@tabler/icons-react/icons/IconClock'
import IconFileInvoice from '@tabler/icons-react/icons/IconFileInvoice'
import IconListCheck from '@tabler/icons-react/icons/IconListCheck'
import IconMail from '@tabler/icons-react/icons/IconMail'
import IconPencil from '@tabler/icons-react/icons/IconPencil'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { AnswersShown, DashboardShown } from '../../../shared/contract/portal/home.ts'
import { dashboardHead } from '../../../shared/pages/dashboard.ts'
import { dayAt } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { balanceText, owedDocumentsText } from '../../../shared/rules/money/payment.ts'
import { draftCountText } from '../../../shared/rules/requests/demande-texts.ts'
import { briefDay, capitalised, counted, instantText, shortDay } from '../../../shared/rules/text/french.ts'
import { orpc } from '../client.ts'
import { ServiceNotices } from '../messages/news.tsx'
import { AskedPapers } from '../papers/asked-papers.tsx'
import { ButtonLink } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { Page } from '../parts/page.tsx'
import { PendingPayment } from '../parts/pending-payment.tsx'
import { Empty, QueryState } from '../parts/query-state.tsx'
import { RestoreNotices } from '../parts/restore-notices.tsx'
import { useSession } from '../session.ts'
import { NextDays } from './next-days.tsx'

/** « Mon tableau de bord » */
export const DashboardPage = () => {
  const reading = useQuery(orpc.home.dashboard.queryOptions())
  return (
    <Page head={dashboardHead}>
      <QueryState query={reading}>
        {(dashboard) => (
          <div className="stack cols-main">
            <div className="stack">
              <RestoreNotices />
              <ServiceNotices {...dashboard.news} />
              <ToDo {...dashboard} />
              <AskedPapers />
              <NextDays days={dashboard.days} />
            </div>
            <div className="stack">
              <Balance balance={dashboard.balance} />
              <Messages {...dashboard} />
            </div>
          </div>
        )}
      </QueryState>
    </Page>
  )
}

const ToDo = ({ firstSteps, drafts, offers, refusals, toPay }: DashboardShown) => {
  const now = useSession()?.now
  const owed = owedDocumentsText(toPay.count, toPay.isTakenOver)
  const ticked = draftCountText(drafts)
  const isLate = toPay.dueOn !== null && now !== undefined && toPay.dueOn < dayAt(now)
  return (
    <Card title="À faire">
      {ticked === '' && owed === '' && offers.length + refusals.length + firstSteps.length === 0 ? (
        <Empty>Rien à faire pour le moment.</Empty>
      ) : (
        <ul className="links">
          {offers.map(({ registration, firstName, activity, day, slot, until }) => (
            <Row
              key={`${registration} ${day} ${slot}`}
              to={`/mes-reservations/${registration}?mois=${day.slice(0, 7)}`}
              kind="danger"
              icon={<IconClock className="icon" aria-hidden />}
            >
              <b>
                Une place pour {firstName}&nbsp;: {briefDay(day)}, {slot.toLocaleLowerCase('fr')}
              </b>
              <span className="soft">
                {activity}, à prendre ou à laisser avant le {instantText(until)}
              </span>
            </Row>
          ))}
          {firstSteps.map(({ path, title, why }) => (
            <Row key={path} to={path} icon={<IconListCheck className="icon" aria-hidden />}>
              <b>{title}</b>
              <span className="soft">{why}</span>
            </Row>
          ))}
          {refusals.map((group) => (
            <AnswersRow key={keyOf(group)} group={group} />
          ))}
          {ticked !== '' && (
            <Row to="/mes-reservations" kind="warn" icon={<IconPencil className="icon" aria-hidden />}>
              <b>
                {ticked} à enregistrer
                {drafts.estimateCents > 0 && `, environ ${formatEuros(drafts.estimateCents)}`}
              </b>
              <span className="soft">
                La mairie ne {drafts.bookings + drafts.cancels > 1 ? 'les' : 'la'} voit pas encore.
              </span>
            </Row>
          )}
          {owed !== '' && (
            <Row to="/mon-compte" kind="danger" icon={<IconFileInvoice className="icon" aria-hidden />}>
              <b>
                {capitalised(owed)} à payer, {formatEuros(toPay.totalCents)}
              </b>
              {toPay.dueOn && (
                <span className="soft">
                  {isLate ? 'Échéance passée\u00a0:' : 'Avant le'} {shortDay(toPay.dueOn)}
                </span>
              )}
            </Row>
          )}
        </ul>
      )}
    </Card>
  )
}

const Balance = ({ balance }: Pick<DashboardShown, 'balance'>) => (
  <Card title="Solde des factures">
    {balance ? (
      <div className="stack-s">
        <p className="amount">{formatEuros(Math.abs(balance.cents))}</p>
        <p className="soft">
          {balanceText(balance)}, au {shortDay(balance.on)}
        </p>
        <PendingPayment cents={balance.receivedCents} />
        <ButtonLink to="/mon-compte" isWide>
          Voir mes factures
        </ButtonLink>
      </div>
    ) : (
      <Empty>Vos factures arrivent au prochain échange avec la mairie.</Empty>
    )}
  </Card>
)

const Messages = ({
  answers,
  hasMoreAnswers,
  windows,
  news: { unread },
}: Pick<DashboardShown, 'answers' | 'hasMoreAnswers' | 'windows' | 'news'>) => (
  <Card
    title="Messages"
    side={
      answers.length > 0 ? (
        <Link className="nowrap" href="/mes-demandes">
          Mes demandes
        </Link>
      ) : (
        <Link className="nowrap" href="/mes-messages">
          Mes messages
        </Link>
      )
    }
  >
    {answers.length === 0 && windows.length === 0 && unread === 0 ? (
      <Empty>Aucun message.</Empty>
    ) : (
      <ul className="links">
        {unread > 0 && (
          <Row to="/mes-messages" kind="warn" icon={<IconMail className="icon" aria-hidden />}>
            <b>{counted(unread, 'nouveau message', 'nouveaux messages')}</b>
            <span className="soft">L’Espace Jeunesse vous a écrit.</span>
          </Row>
        )}
        {windows.map(({ period, opensAt }) => (
          <Row key={`${period} ${opensAt}`} to="/mes-inscriptions" icon={<IconCalendar className="icon" aria-hidden />}>
            <b>{period}</b>
            <span className="soft">Réservations ouvertes le {instantText(opensAt)}</span>
          </Row>
        ))}
        {answers.map((group) => (
          <AnswersRow key={keyOf(group)} group={group} />
        ))}
        {hasMoreAnswers && (
          <Row to="/mes-demandes" icon={<IconMail className="icon" aria-hidden />}>
            <b>D’autres réponses</b>
            <span className="soft">Toutes sont dans «&nbsp;Mes demandes&nbsp;».</span>
          </Row>
        )}
      </ul>
    )}
  </Card>
)

const keyOf = ({ receipt, title }: AnswersShown): string => `${receipt} ${title}`

const AnswersRow = ({ group: { receipt, answer, title, about } }: { group: AnswersShown }) => {
  const kind = answer === 'accepted' ? 'good' : answer === 'refused' ? 'danger' : 'warn'
  const Icon = { good: IconCircleCheck, danger: IconAlertTriangle, warn: IconClock }[kind]
  return (
    <Row
      to={receipt === '' ? '/mes-demandes' : `/recu/${receipt}`}
      kind={kind}
      icon={<Icon className="icon" aria-hidden />}
    >
      <b>{title}</b>
      <span className="soft">
        {about}
        {answer === 'refused' && '. Lire pourquoi'}
      </span>
    </Row>
  )
}

const Row = ({
  to,
  kind,
  icon,
  children,
}: {
  to: string
  kind?: 'good' | 'warn' | 'danger'
  icon: ReactNode
  children: ReactNode
}) => (
  <li>
    <Link className="link-row" href={to}>
      <span className="round" data-kind={kind}>
        {icon}
      </span>
      <span>{children}</span>
      <IconChevronRight className="icon" aria-hidden />
    </Link>
  </li>
)
