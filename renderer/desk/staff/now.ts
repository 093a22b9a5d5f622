import { type Day, dayAt, type Instant, timeAt } from '../../../shared/rules/calendar/day.ts'
import { useSession } from './session.ts'

/** The core's clock as of the last read of the session: the page's clock may be wrong, or not in France's time zone. */
export const useNow = (): { today: Day /** `YYYY-MM-DDTHH:MM` in France. */; clockText: string } => {
  const { data } = useSession()
  const now = data?.now ?? ('1970-01-01T00:00:00.000Z' as Instant)
  return { today: dayAt(now), clockText: clockTextAt(now) }
}

/** `YYYY-MM-DDTHH:MM` in France, as `DateTimeField` and `datetime-local` fields take it. */
export const clockTextAt = (at: Instant): string => `${dayAt(at)}T${timeAt(at)}`
