import { useState } from 'react'
import { addMonths, type Day, firstOfMonth, lastOfMonth } from '../../../shared/rules/day.ts'
import { capitalised, monthText } from '../../../shared/rules/french.ts'
import { useShortcut } from '../parts/shortcuts.ts'
import { useNow } from '../staff/now.ts'
import { Calendar, NothingRegistered } from './calendar.tsx'
import { Steps } from './steps.tsx'

/** A family's month: each activity its children are registered in, one grid under the other. */
export const FamilyCalendar = ({ familyId }: { familyId: number }) => {
  const { today } = useNow()
  const [chosen, setChosen] = useState<Day | null>(null)
  const month = chosen ?? firstOfMonth(today)
  const step = (by: 1 | -1) => setChosen(addMonths(month, by))
  useShortcut('p', 'mois précédent', () => step(-1))
  useShortcut('s', 'mois suivant', () => step(1))
  useShortcut('t', 'aujourd’hui', () => setChosen(null))
  return (
    <>
      <div className="calendar-months">
        <Steps shown={capitalised(monthText(month))} onStep={step} onToday={() => setChosen(null)} />
      </div>
      <Calendar
        from={month}
        to={lastOfMonth(month)}
        periodIds={null}
        familyId={familyId}
        zoom="month"
        empty={<NothingRegistered />}
      />
    </>
  )
}
