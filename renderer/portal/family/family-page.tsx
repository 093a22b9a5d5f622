import IconClipboardList from '@tabler/icons-react/icons/IconClipboardList'
import IconHeartbeat from '@tabler/icons-react/icons/IconHeartbeat'
import IconPencil from '@tabler/icons-react/icons/IconPencil'
import { useQuery } from '@tanstack/react-query'
import type { ProposalShown } from '../../../shared/contract/portal/home.ts'
import { familyHead } from '../../../shared/pages/family.ts'
import { orpc } from '../client.ts'
import { AskedPapers } from '../papers/asked-papers.tsx'
import { ButtonLink } from '../parts/button.tsx'
import { Card, Face } from '../parts/card.tsx'
import { Page } from '../parts/page.tsx'
import { Empty, QueryState } from '../parts/query-state.tsx'
import { FactRow, PendingNotice } from './facts.tsx'
import './family.css'
import { type Child, childFacts, isPending } from './editable-fields.ts'
import { healthSentText } from './health-sent.ts'
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
                <p>Aucun enfant n’est dans votre dossier. L’Espace Jeunesse peut l’ajouter.</p>
              </Empty>
            )}
            <div className="stack cols-2">
              {children.map((child) => (
                <ChildCard key={child.id} child={child} proposals={proposals} />
              ))}
            </div>
            {children.length > 0 && <PickupsCard />}
            <ButtonLink kind="quiet" to="/mes-pieces">
              Mes pièces
            </ButtonLink>
          </div>
        )}
      </QueryState>
    </Page>
  )
}

const ChildCard = ({ child, proposals }: { child: Child; proposals: readonly ProposalShown[] }) => {
  const { name, others } = childFacts(child, proposals)
  const papers = useQuery(orpc.papers.shown.queryOptions())
  const healthSent = papers.data ? healthSentText(papers.data, child.id) : null
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
        <div>
          <dt>Âge</dt>
          <dd>{child.age}</dd>
        </div>
        {others.map((fact) => (
          <FactRow key={fact.label} fact={fact} />
        ))}
        {name.filter(isPending).map((fact) => (
          <FactRow key={fact.label} fact={fact} />
        ))}
        {healthSent !== null && (
          <div>
            <dt>Santé</dt>
            <dd>{healthSent}</dd>
          </div>
        )}
      </dl>
      <div className="btns child-acts">
        <ButtonLink kind="second" isWide to={`/ma-famille/${child.id}`}>
          <IconPencil className="icon" aria-hidden />
          Modifier mes informations
          <span className="vh">&nbsp;: {child.firstName}</span>
        </ButtonLink>
        <ButtonLink kind="second" isWide to={`/ma-famille/${child.id}/sante`}>
          <IconHeartbeat className="icon" aria-hidden />
          Allergies, régime, PAI
          <span className="vh">&nbsp;: {child.firstName}</span>
        </ButtonLink>
        <ButtonLink kind="second" isWide to={`/mes-inscriptions?enfant=${child.id}`}>
          <IconClipboardList className="icon" aria-hidden />
          Inscriptions en cours
          <span className="vh">&nbsp;: {child.firstName}</span>
        </ButtonLink>
      </div>
    </Card>
  )
}
