import { useRef, useState } from 'react'
import type { WeekResult } from '../../../shared/contract/desk/reservations.ts'
import { NewRegistrationDialog } from './new-registration-dialog.tsx'
import { WeekResultDialog } from './week-result.tsx'

/** A registration from a family's own screen: the form, then what its semaine type gave. */
export const Registering = ({ familyId, onEnd }: { familyId: number; onEnd: (isMade: boolean) => void }) => {
  // The form closes in the turn in which it is done: a state would still be that of before.
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
