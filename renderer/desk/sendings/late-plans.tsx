import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { instantText } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { Note } from '../parts/feedback.tsx'

/** On Accueil: planned messages that did not leave, and wait for a person. */
export const LatePlans = () => {
  const { data } = useQuery(orpc.sendings.late.queryOptions())
  if (!data || data.length === 0) return null
  return (
    <Note tone="warn">
      <b>Un envoi prévu attend votre décision&nbsp;:</b> il ne part pas tout seul.
      <ul>
        {data.map(({ id, subject, plannedFor, obstacle }) => (
          <li key={id}>
            <Link to="/messages" search={{ onglet: 'envois', envoi: id }}>
              {subject}
            </Link>
            , {instantText(plannedFor)}
            {obstacle === null ? null : <span className="soft small"> {obstacle}</span>}
          </li>
        ))}
      </ul>
    </Note>
  )
}
