import IconFileUpload from '@tabler/icons-react/icons/IconFileUpload'
import { useQuery } from '@tanstack/react-query'
import type { AskedPaperShown } from '../../../shared/contract/portal/papers.ts'
import { dayAt } from '../../../shared/rules/calendar/day.ts'
import { paperDueText, paperKindRules } from '../../../shared/rules/requests/paper.ts'
import { orpc } from '../client.ts'
import { ButtonLink } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { Badge } from '../parts/notice.tsx'
import { useSession } from '../session.ts'

/** « Pièces demandées », on the dashboard and on « Ma famille »; renders nothing when the service asks for no paper. */
export const AskedPapers = () => {
  const { data } = useQuery(orpc.papers.shown.queryOptions())
  if (!data || data.asked.length === 0) return null
  return (
    <Card title="Pièces demandées">
      <AskedList asked={data.asked} />
    </Card>
  )
}

export const AskedList = ({ asked }: { asked: readonly AskedPaperShown[] }) => {
  const now = useSession()?.now
  return (
    <ul className="links">
      {asked.map(({ id, kind, child, about, note, dueOn, isLate, isSent }) => (
        <li key={id} className="line">
          <div className="line-main">
            <b>{paperKindRules[kind].title}</b>
            {isSent ? <Badge kind="wait">Enregistrée</Badge> : isLate ? <Badge kind="danger">En retard</Badge> : null}
          </div>
          <p className="soft">
            {about}
            {now && !isSent && `, ${paperDueText(dueOn, dayAt(now))}`}
          </p>
          {note !== '' && <p>{note}</p>}
          {!isSent && (
            <ButtonLink
              kind="second"
              isWide
              to={kind === 'health' ? `/ma-famille/${child}/sante` : `/mes-pieces?demande=${id}`}
            >
              <IconFileUpload className="icon" aria-hidden />
              {kind === 'health' ? 'Répondre' : 'Envoyer'}
              <span className="vh">
                &nbsp;: {paperKindRules[kind].title}, {about}
              </span>
            </ButtonLink>
          )}
        </li>
      ))}
    </ul>
  )
}
