import { useState } from 'react'
import { type Day, isDay } from '../../../shared/rules/calendar/day.ts'
import { weekText as namedWeekText } from '../../../shared/rules/calendar/typical-week.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { WeekTable } from '../parts/week-table.tsx'
import type { Slot } from './squares.ts'
import type { Week } from './tick.ts'

/** « Changer » ma semaine type: the slots to request every week, and the first day. */
export const WeekDialog = ({
  week,
  weekdays,
  slots,
  from,
  to,
  onApply,
  onClose,
}: {
  week: Week
  weekdays: readonly number[]
  slots: readonly Slot[]
  from: Day
  to: Day
  onApply: (week: Week, from: Day) => void
  onClose: () => void
}) => {
  const [wanted, setWanted] = useState<Week>(week)
  const [start, setStart] = useState<string>(from)
  const startError = isDay(start) && start <= to ? undefined : 'Choisissez un jour de l’inscription.'
  return (
    <Dialog title="Ma semaine type" onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          if (isDay(start) && !startError && wanted.length > 0) onApply(wanted, start)
        }}
      >
        <WeekTable weekdays={weekdays} slots={slots} week={wanted} onChange={setWanted} />
        <Field
          label="À partir du"
          type="date"
          value={start}
          min={from}
          max={to}
          error={startError}
          onChange={({ target }) => setStart(target.value)}
        />
        <p className="soft small">
          Les cases sont cochées jusqu’à la fin de l’inscription. Rien n’est envoyé avant «&nbsp;Enregistrer mes
          demandes&nbsp;».
        </p>
        <Button type="submit" isWide isBusy={wanted.length === 0}>
          Appliquer ma semaine type
        </Button>
      </form>
    </Dialog>
  )
}

/** « Mercredi : matin, repas »; for an activity with one slot, only the days: « Lundi, mardi ». */
export const weekText = (week: Week, slots: readonly Slot[]): string =>
  namedWeekText(
    slots.flatMap(({ id, name }) =>
      week.filter(({ slot }) => slot === id).map(({ weekday }) => ({ weekday, slot: slots.length === 1 ? '' : name })),
    ),
  )
