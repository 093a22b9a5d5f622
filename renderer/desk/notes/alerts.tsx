import { useQuery } from '@tanstack/react-query'
import { orpc } from '../../connection/client.ts'
import { Note } from '../parts/feedback.tsx'
import './notes.css'

/** Today's alerts about a home and its children, on every tab of its record. */
export const AlertsOfFamily = ({ familyId }: { familyId: number }) => {
  const { data = [] } = useQuery(orpc.notes.ofFamily.queryOptions({ input: { familyId } }))
  const alerts = data.filter(({ isAlert }) => isAlert)
  if (alerts.length === 0) return null
  return (
    <section className="stack alerts" aria-label="Alertes">
      {alerts.map(({ id, childId, about, text }) => (
        <Note key={id} tone="warn">
          {childId === null ? null : <b>{about}&nbsp;: </b>}
          {text}
        </Note>
      ))}
    </section>
  )
}

type DayChild = { readonly childId: number; readonly firstName: string; readonly lastName: string }

/** Today's alerts about the children of a day sheet. */
export const AlertsOfDay = ({ sheet }: { sheet: readonly DayChild[] }) => {
  const childIds = [...new Set(sheet.map(({ childId }) => childId))]
  const { data = [] } = useQuery(
    orpc.notes.alerts.queryOptions({ input: { childIds }, enabled: childIds.length > 0, gcTime: 12 * 3_600_000 }),
  )
  if (data.length === 0) return null
  const names = new Map(sheet.map(({ childId, firstName, lastName }) => [childId, `${firstName} ${lastName}`]))
  return (
    <section className="stack alerts" aria-label="Alertes du jour">
      {data.map(({ childId, text }) => (
        <Note key={`${childId} ${text}`} tone="warn">
          <b>{names.get(childId)}&nbsp;: </b>
          {text}
        </Note>
      ))}
    </section>
  )
}
