import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { instantText } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { Note } from '../parts/feedback.tsx'

/** On Accueil: what was planned for an hour at which the desk was off, and waits for a person. */
export const LatePlans = () => {
  const { data } = useQuery(orpc.sendings.late.queryOptions())
  if (!data || data.length === 0) return null
  return (
    <Note tone="warn">
      <b>Un envoi prévu n’est pas parti&nbsp;:</b> le logiciel était fermé à son heure.
      <ul>
        {data.map(({ id, subject, plannedFor }) => (
          <li key={id}>
            <Link to="/messages" search={{ onglet: 'envois', envoi: id }}>
              {subject}
            </Link>
            , {instantText(plannedFor)}
          </li>
        ))}
      </ul>
    </Note>
  )
}
