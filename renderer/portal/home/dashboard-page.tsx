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
import type { ComponentType } from 'react'
import { Link } from 'wouter'
import type { DashboardShown } from '../../../shared/contract/portal/home.ts'
import { balance, type DashboardRow, dashboardHead, news, toDo } from '../../../shared/pages/dashboard.ts'
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

const ToDo = (dashboard: DashboardShown) => {
  const { title, rows, none } = toDo(dashboard, useSession()?.now)
  return (
    <Card title={title}>
      <Rows rows={rows} none={none} />
    </Card>
  )
}

const Balance = (dashboard: Pick<DashboardShown, 'balance'>) => {
  const { title, shown, none } = balance(dashboard)
  return (
    <Card title={title}>
      {shown ? (
        <div className="stack-s">
          <p className="amount">{shown.amount}</p>
          <p className="soft">{shown.about}</p>
          <PendingPayment text={shown.pending} />
          <ButtonLink to={shown.more.path} isWide>
            {shown.more.name}
          </ButtonLink>
        </div>
      ) : (
        <Empty>{none}</Empty>
      )}
    </Card>
  )
}

const Messages = (dashboard: DashboardShown) => {
  const { title, more, rows, none } = news(dashboard)
  return (
    <Card
      title={title}
      side={
        <Link className="nowrap" href={more.path}>
          {more.name}
        </Link>
      }
    >
      <Rows rows={rows} none={none} />
    </Card>
  )
}

type Look = { readonly colour?: 'good' | 'warn' | 'danger'; readonly Icon: ComponentType<{ className?: string }> }

const looks: Readonly<Record<DashboardRow['kind'], Look>> = {
  offer: { colour: 'danger', Icon: IconClock },
  firstStep: { Icon: IconListCheck },
  accepted: { colour: 'good', Icon: IconCircleCheck },
  refused: { colour: 'danger', Icon: IconAlertTriangle },
  otherAnswer: { colour: 'warn', Icon: IconClock },
  drafts: { colour: 'warn', Icon: IconPencil },
  dossier: { colour: 'warn', Icon: IconListCheck },
  invoices: { colour: 'danger', Icon: IconFileInvoice },
  message: { colour: 'warn', Icon: IconMail },
  opening: { Icon: IconCalendar },
  moreAnswers: { Icon: IconMail },
}

const Rows = ({ rows, none }: { rows: readonly DashboardRow[]; none: string }) =>
  rows.length === 0 ? (
    <Empty>{none}</Empty>
  ) : (
    <ul className="links">
      {rows.map(({ kind, path, title, about }) => {
        const { colour, Icon } = looks[kind]
        return (
          <li key={`${path} ${title}`}>
            <Link className="link-row" href={path}>
              <span className="round" data-kind={colour}>
                <Icon className="icon" aria-hidden />
              </span>
              <span>
                <b>{title}</b>
                {about !== '' && <span className="soft">{about}</span>}
              </span>
              <IconChevronRight className="icon" aria-hidden />
            </Link>
          </li>
        )
      })}
    </ul>
  )
