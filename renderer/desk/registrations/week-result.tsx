import { Button } from '@mantine/core'
import type { WeekResult } from '../../../shared/contract/desk/reservations/reservations.ts'
import { briefDays, capitalised, counted, withFullStop } from '../../../shared/rules/text/french.ts'
import { Note } from '../parts/feedback.tsx'
import { Dialog } from '../parts/forms/dialogs.tsx'

/** The result of applying a typical week: booked, waiting and skipped days. */
export const WeekResultDialog = ({ result, onClose }: { result: WeekResult; onClose: () => void }) => (
  <Dialog opened title="Ce que la semaine type a donné" onClose={onClose}>
    <div className="stack">
      <WeekResultNotes result={result} />
      <div className="dialog-foot">
        <Button variant="filled" data-autofocus onClick={onClose}>
          Fermer
        </Button>
      </div>
    </div>
  </Dialog>
)

/** Days booked, put on the waiting list, or skipped with the reason. @param price cost of the booked days, as text */
export const WeekResultNotes = ({ result, price = '' }: { result: WeekResult; price?: string }) => {
  const byReason = Map.groupBy(result.skipped, ({ reason }) => reason)
  return (
    <>
      <Note tone="good">
        <b>{counted(daysOf(result.filled), 'jour réservé', 'jours réservés')}.</b> {price}
      </Note>
      {result.waitListed.length > 0 ? (
        <Note tone="warn">
          <b>{counted(daysOf(result.waitListed), 'jour complet', 'jours complets')}</b>, l’enfant est sur la liste
          d’attente&nbsp;: {withFullStop(daysText(result.waitListed))}
        </Note>
      ) : null}
      {[...byReason].map(([reason, skipped]) => (
        <Note key={reason}>
          <b>{counted(daysOf(skipped), 'jour sauté', 'jours sautés')}.</b> {reason}
          <span className="soft small"> {capitalised(withFullStop(daysText(skipped)))}</span>
        </Note>
      ))}
    </>
  )
}

type Days = WeekResult['filled']

const daysOf = (cells: Days): number => new Set(cells.map(({ day }) => day)).size

export const daysText = (cells: readonly { readonly day: Days[number]['day'] }[]): string =>
  briefDays(cells.map(({ day }) => day))
