import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { SheetChild } from '../../../shared/contract/desk/attendance.ts'
import { addMinutes, type Day, type TimeOfDay, timeAt } from '../../../shared/rules/calendar/day.ts'
import { counted, timeText } from '../../../shared/rules/text/french.ts'
import { TimeField, timeFrom } from '../parts/forms/time-field.tsx'
import { useNow } from '../staff/now.ts'
import { useSession } from '../staff/session.ts'
import { enqueueTime, sendMarks, useMarkQueue } from './mark-queue.ts'
import { type TimeKind, timeKey, timeKinds } from './stored-marks.ts'

const words = {
  arrival: { label: 'Arrivé à', of: 'est arrivé à', note: 'Noter l’arrivée', now: 'Arrivé maintenant' },
  departure: { label: 'Parti à', of: 'est parti à', note: 'Noter le départ', now: 'Parti maintenant' },
} satisfies Record<TimeKind, unknown>

type Shown = { readonly child: SheetChild; readonly day: Day; readonly isLarge?: boolean }

/**
 * The times at which a child arrived and was fetched, which may change the price. Shown once the child is marked
 * present. Without an answer from the core, a time is stored on this device and sent again, as marks are.
 */
export const ChildTimes = (shown: Shown) =>
  shown.child.cells.some((cell) => cell?.mark === 'present')
    ? timeKinds.map((kind) => <ChildTime key={kind} kind={kind} {...shown} />)
    : null

const ChildTime = ({ kind, child, day, isLarge = false }: Shown & { readonly kind: TimeKind }) => {
  const { registrationId, departure, firstName } = child
  const { label, of, note, now } = words[kind]
  const [typed, setTyped] = useState<string>()
  const queries = useQueryClient()
  const session = useSession()
  const staffId = session.data?.member?.id ?? 0
  const pending = useMarkQueue(({ times }) => times.get(timeKey(kind, { registrationId, day })))
  const { today } = useNow()
  const recorded = kind === 'arrival' ? child.arrival : (departure?.at ?? null)
  const noted = pending ? pending.time.at : recorded
  const value = typed ?? noted ?? ''
  const wanted = timeFrom(value)
  const canSend = wanted !== noted && (wanted !== null || value.trim() === '')
  const send = (at: TimeOfDay | null) => {
    enqueueTime(kind, { staffId, registrationId, day, at, madeAt: Date.now() })
    setTyped(undefined)
    void sendMarks(queries, staffId)
  }
  const timeNow = timeNowAtDesk(session)
  return (
    <form
      className="attendance-time"
      data-large={isLarge || undefined}
      onSubmit={(event) => {
        event.preventDefault()
        if (canSend) send(wanted)
      }}
    >
      <TimeField
        label={label}
        {...(isLarge && { 'aria-label': `${firstName} ${of}` })}
        value={value}
        onChange={setTyped}
      />
      <Button type="submit" disabled={!canSend} aria-label={note}>
        Noter
      </Button>
      {isLarge && day === today && noted === null && timeNow !== null ? (
        <Button onClick={() => send(timeNow)}>{now}</Button>
      ) : null}
      {pending ? (
        <span className="small soft">
          {pending.time.at === null ? 'Effacé' : timeText(pending.time.at)}, envoi en cours
        </span>
      ) : kind === 'departure' && departure && typed === undefined ? (
        <span className="small soft">
          {departure.minutesLate > 0
            ? `${timeText(departure.at)}, ${counted(departure.minutesLate, 'minute')} après la fin`
            : `${timeText(departure.at)}, à l’heure`}
        </span>
      ) : null}
    </form>
  )
}

/**
 * The time of the core's clock, extrapolated from its last answer: right without a connection, and if this device is
 * wrong.
 */
const timeNowAtDesk = ({ data, dataUpdatedAt }: ReturnType<typeof useSession>): TimeOfDay | null =>
  data ? timeAt(addMinutes(data.now, Math.floor((Date.now() - dataUpdatedAt) / 60_000))) : null
