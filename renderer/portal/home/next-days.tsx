import IconClock from '@tabler/icons-react/icons/IconClock'
import { Link } from 'wouter'
import type { DashboardShown } from '../../../shared/contract/portal/home.ts'
import { type CellState, holdsPlace } from '../../../shared/rules/cell/cell.ts'
import { folded } from '../../../shared/rules/people/names.ts'
import { briefDay, capitalised } from '../../../shared/rules/text/french.ts'
import { Card, Face } from '../parts/card.tsx'
import { Badge } from '../parts/notice.tsx'
import { Empty } from '../parts/query-state.tsx'

type Slots = DashboardShown['days'][number]['children'][number]['slots']

/**
 * « Prochains jours »: each child's activities in the next seven days, and the reservations that are not confirmed yet.
 */
export const NextDays = ({ days }: Pick<DashboardShown, 'days'>) => (
  <Card
    title="Prochains jours"
    side={
      <Link className="nowrap" href="/mes-reservations">
        Tout voir
      </Link>
    }
  >
    {days.length === 0 ? (
      <Empty>Rien de réservé dans les 7 jours qui viennent.</Empty>
    ) : (
      <ul className="agenda">
        {days.map(({ day, children }) => (
          <li key={day}>
            <b className="agenda-d">{briefDay(day)}</b>
            <div>
              {children.map(({ child, firstName, slots }) => (
                <div key={child} className="agenda-child">
                  <Face name={firstName} isSmall />
                  <div>
                    <p>{firstName}</p>
                    {[...Map.groupBy(slots, ({ activity }) => activity)].map(([activity, of]) => (
                      <ActivityLine key={activity} activity={activity} slots={of} />
                    ))}
                  </div>
                </div>
              ))}
            </div>
          </li>
        ))}
      </ul>
    )}
  </Card>
)

const unsure: Partial<Record<CellState, { kind: 'list' | 'wait'; text: string }>> = {
  waitlisted: { kind: 'list', text: 'liste d’attente' },
  requested: { kind: 'wait', text: 'demande enregistrée' },
  requestSent: { kind: 'wait', text: 'demande envoyée' },
  cancelRequested: { kind: 'wait', text: 'annulation demandée' },
  cancelSent: { kind: 'wait', text: 'annulation envoyée' },
}

/**
 * « CLSH MERCREDI – matin, repas »; only « GARDERIE DU SOIR » when the activity's name already contains its only slot.
 */
const ActivityLine = ({ activity, slots }: { activity: string; slots: Slots }) => {
  const held = slots.flatMap(({ name, state }) =>
    holdsPlace(state) && !folded(activity).includes(folded(name)) ? [name.toLocaleLowerCase('fr')] : [],
  )
  return (
    <p className="soft">
      {[activity, held.join(', ')].filter(Boolean).join('\u00a0– ')}{' '}
      {slots.map(({ name, state }) => {
        const words = unsure[state]
        return (
          words && (
            <Badge key={name} kind={words.kind}>
              <IconClock className="icon" aria-hidden />
              {capitalised(name.toLocaleLowerCase('fr'))}&nbsp;: {words.text}
            </Badge>
          )
        )
      })}
    </p>
  )
}
