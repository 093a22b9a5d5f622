import { useState } from 'react'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { useShortcut } from '../parts/keyboard/shortcuts.ts'
import { useNow } from '../staff/now.ts'
import { Calendar, NothingRegistered } from './calendar.tsx'
import { nextAnchor, spanOf } from './calendar-spans.ts'
import { Pager } from './pager.tsx'
import { PrintCalendar } from './print-calendar.tsx'

/** A family's days from today on, with one grid for each activity in which its children are registered. */
export const FamilyCalendar = ({ familyId }: { familyId: number }) => {
  const { today } = useNow()
  const [chosen, setChosen] = useState<Day | null>(null)
  const anchor = chosen ?? today
  const { from, to, words } = spanOf('month', anchor)
  const step = (by: 1 | -1) => setChosen(nextAnchor('month', anchor, by))
  useShortcut('p', 'ce qui précède', () => step(-1))
  useShortcut('s', 'ce qui suit', () => step(1))
  useShortcut('t', 'aujourd’hui', () => setChosen(null))
  return (
    <>
      <div className="calendar-months">
        <Pager shown={words} onStep={step} onToday={() => setChosen(null)} />
        <PrintCalendar shown={{ from, to, periodIds: null, familyId }} />
      </div>
      <Calendar from={from} to={to} periodIds={null} familyId={familyId} zoom="month" empty={<NothingRegistered />} />
    </>
  )
}
