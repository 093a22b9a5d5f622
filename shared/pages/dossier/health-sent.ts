import type { PapersShown } from '../../contract/portal/papers.ts'
import { dayAt } from '../../rules/calendar/day.ts'
import { shortDay } from '../../rules/text/french.ts'

/** « Transmis le mer. 25 nov. 2026, pas encore lu. »; null when nothing was sent for this child. */
export const healthSentText = ({ sent }: PapersShown, child: number): string | null => {
  const last = sent.find((one) => one.kind === 'health' && one.child === child)
  if (!last) return null
  const became = { recorded: ', pas encore lu', sent: ', pas encore lu', accepted: ', noté par la mairie', refused: '' }
  const refused = last.state === 'refused' ? ` La mairie ne l’a pas noté\u00a0: ${last.reason}` : ''
  return `Transmis le ${shortDay(dayAt(last.recordedAt))}${became[last.state]}.${refused}`
}
