import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { SheetChild } from '../../../shared/contract/desk/attendance.ts'
import { type Day, isTimeOfDay, type TimeOfDay } from '../../../shared/rules/calendar/day.ts'
import { clientOutsideForms } from '../../connection/client.ts'
import { Failure } from '../parts/feedback.tsx'
import { TimeField } from '../parts/forms/time-field.tsx'

/** The time at which a child arrived, which prices by real time ask for. Shown once the child is marked present. */
export const ArrivalTime = ({ child, day }: { child: SheetChild; day: Day }) => {
  const { registrationId, arrival, cells } = child
  const [typed, setTyped] = useState<string>()
  const record = useMutation({
    meta: { isErrorShownInline: true },
    mutationFn: (at: TimeOfDay | null) => clientOutsideForms.attendance.arrival({ registrationId, day, at }),
    onSuccess: () => setTyped(undefined),
  })
  if (!cells.some((cell) => cell?.mark === 'present')) return null
  const wanted = (typed ?? arrival ?? '').trim()
  const canSend = wanted !== (arrival ?? '') && (wanted === '' || isTimeOfDay(wanted))
  return (
    <form
      className="attendance-departure"
      onSubmit={(event) => {
        event.preventDefault()
        if (canSend) record.mutate(isTimeOfDay(wanted) ? wanted : null)
      }}
    >
      <TimeField label="Arrivé à" value={typed ?? arrival ?? ''} onChange={setTyped} />
      <Button type="submit" disabled={!canSend} loading={record.isPending} aria-label="Noter l’arrivée">
        Noter
      </Button>
      {record.error ? <Failure error={record.error} /> : null}
    </form>
  )
}
