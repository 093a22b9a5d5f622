import { useRef, useState } from 'react'
import type { WeekResult } from '../../../shared/contract/desk/reservations/reservations.ts'
import { NewRegistrationDialog } from './new-registration-dialog.tsx'
import { WeekResultDialog } from './week-result.tsx'

/** Registers a child from the family's screen: the form, then the days that the typical week booked. */
export const RegistrationFlow = ({ familyId, onEnd }: { familyId: number; onEnd: (isMade: boolean) => void }) => {
  // A ref, not a state: the form closes in the same event as it succeeds, when a state would still have its old value.
  const made = useRef<{ readonly week: WeekResult | undefined }>(undefined)
  const [week, setWeek] = useState<WeekResult>()
  if (week) return <WeekResultDialog result={week} onClose={() => onEnd(true)} />
  return (
    <NewRegistrationDialog
      familyId={familyId}
      onDone={(_, given) => {
        made.current = { week: given }
      }}
      onClose={() => {
        if (made.current?.week) setWeek(made.current.week)
        else onEnd(made.current !== undefined)
      }}
    />
  )
}
