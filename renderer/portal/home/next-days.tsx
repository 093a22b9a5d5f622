import IconClock from '@tabler/icons-react/icons/IconClock'
import { Link } from 'wouter'
import type { DashboardShown } from '../../../shared/contract/portal/home.ts'
import { nextDays } from '../../../shared/pages/dashboard.ts'
import { Card, Face } from '../parts/card.tsx'
import { Badge } from '../parts/notice.tsx'
import { Empty } from '../parts/query-state.tsx'

/**
 * « Prochains jours »: each child's activities in the next seven days, and the reservations that are not confirmed yet.
 */
export const NextDays = (dashboard: Pick<DashboardShown, 'days'>) => {
  const { title, more, days, none } = nextDays(dashboard)
  return (
    <Card
      title={title}
      side={
        <Link className="nowrap" href={more.path}>
          {more.name}
        </Link>
      }
    >
      {days.length === 0 ? (
        <Empty>{none}</Empty>
      ) : (
        <ul className="agenda">
          {days.map(({ day, children }) => (
            <li key={day}>
              <b className="agenda-d">{day}</b>
              <div>
                {children.map(({ child, firstName, activities }) => (
                  <div key={child} className="agenda-child">
                    <Face name={firstName} isSmall />
                    <div>
                      <p>{firstName}</p>
                      {activities.map(({ text, unsure }) => (
                        <p key={text} className="soft">
                          {text}{' '}
                          {unsure.map((slot) => (
                            <Badge key={slot.text} kind={slot.kind}>
                              <IconClock className="icon" aria-hidden />
                              {slot.text}
                            </Badge>
                          ))}
                        </p>
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
}
