import IconChecklist from '@tabler/icons-react/icons/IconChecklist'
import IconClipboardList from '@tabler/icons-react/icons/IconClipboardList'
import IconHeartbeat from '@tabler/icons-react/icons/IconHeartbeat'
import IconPencil from '@tabler/icons-react/icons/IconPencil'
import { useQuery } from '@tanstack/react-query'
import type { ComponentType } from 'react'
import type { ProposalShown } from '../../../shared/contract/portal/home.ts'
import { dossierLink } from '../../../shared/pages/dossier/dossier.ts'
import { childLinks, childShown, familyHead } from '../../../shared/pages/family.ts'
import { type Entry, noChildText, type PageLink } from '../../../shared/pages/page.ts'
import { portalPages } from '../../../shared/pages/portal-pages.ts'
import { orpc } from '../client.ts'
import { AskedPapers } from '../papers/asked-papers.tsx'
import { ButtonLink } from '../parts/button.tsx'
import { Card, Face } from '../parts/card.tsx'
import { Page } from '../parts/page.tsx'
import { Empty, QueryState } from '../parts/query-state.tsx'
import { FactRow, PendingNotice } from './facts.tsx'
import './family.css'
import type { Child } from '../../../shared/pages/editable-fields.ts'
import { PickupsCard } from './pickups-card.tsx'

export const FamilyPage = () => {
  const family = useQuery(orpc.home.family.queryOptions())
  return (
    <Page head={familyHead}>
      <QueryState query={family}>
        {({ children, proposals }) => (
          <div className="stack">
            <PendingNotice proposals={proposals} />
            <AskedPapers />
            {children.length === 0 && (
              <Empty>
                <p>{noChildText}</p>
              </Empty>
            )}
            <div className="stack cols-2">
              {children.map((child) => (
                <ChildCard key={child.id} child={child} proposals={proposals} />
              ))}
            </div>
            {children.length > 0 && <PickupsCard />}
            <ButtonLink kind="quiet" to={dossierLink.path}>
              {dossierLink.name}
            </ButtonLink>
            <ButtonLink kind="quiet" to={portalPages.papers.path}>
              {portalPages.papers.name}
            </ButtonLink>
          </div>
        )}
      </QueryState>
    </Page>
  )
}

const ChildCard = ({ child, proposals }: { child: Child; proposals: readonly ProposalShown[] }) => {
  const papers = useQuery(orpc.papers.shown.queryOptions())
  const { age, facts, health } = childShown(child, proposals, papers.data)
  const links = childLinks(child)
  return (
    <Card
      title={
        <span className="child-name">
          <Face name={child.firstName} />
          {child.firstName}
        </span>
      }
    >
      <dl className="facts facts-line">
        <Row entry={age} />
        {facts.map((fact) => (
          <FactRow key={fact.label} fact={fact} />
        ))}
        {health && <Row entry={health} />}
      </dl>
      <div className="btns child-acts">
        <ActLink link={links.change} child={child} Icon={IconPencil} />
        <ActLink link={links.health} child={child} Icon={IconHeartbeat} />
        {links.consents && <ActLink link={links.consents} child={child} Icon={IconChecklist} />}
        <ActLink link={links.registrations} child={child} Icon={IconClipboardList} />
      </div>
    </Card>
  )
}

const Row = ({ entry: [label, value] }: { entry: Entry }) => (
  <div>
    <dt>{label}</dt>
    <dd>{value}</dd>
  </div>
)

const ActLink = ({
  link: { path, name },
  child,
  Icon,
}: {
  link: PageLink
  child: Child
  Icon: ComponentType<{ className?: string }>
}) => (
  <ButtonLink kind="second" isWide to={path}>
    <Icon className="icon" aria-hidden />
    {name}
    <span className="vh">&nbsp;: {child.firstName}</span>
  </ButtonLink>
)
