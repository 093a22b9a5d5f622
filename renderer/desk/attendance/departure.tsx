import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { SheetChild } from '../../../shared/contract/desk/attendance.ts'
import { addMinutes, type Day, isTimeOfDay, timeAt } from '../../../shared/rules/calendar/day.ts'
import { counted, timeText } from '../../../shared/rules/text/french.ts'
import { TimeField } from '../parts/forms/time-field.tsx'
import { useNow } from '../staff/now.ts'
import { useSession } from '../staff/session.ts'
import { enqueueDeparture, sendMarks, useMarkQueue } from './mark-queue.ts'
import { departureKey } from './stored-marks.ts'

/**
 * The time at which a child was fetched, which may change the price if it is late. Shown once the child is marked
 * present. Without an answer from the core, the time is stored on this device and sent again, as marks are.
 */
export const DepartureTime = ({ child, day, isLarge = false }: { child: SheetChild; day: Day; isLarge?: boolean }) => {
  const { registrationId, departure, cells, firstName } = child
  const [typed, setTyped] = useState<string>()
  const queries = useQueryClient()
  const session = useSession()
  const staffId = session.data?.member?.id ?? 0
  const pending = useMarkQueue(({ departures }) => departures.get(departureKey({ registrationId, day })))
  const { today } = useNow()
  if (!cells.some((cell) => cell?.mark === 'present')) return null
  const noted = pending ? pending.at : (departure?.at ?? null)
  const value = typed ?? noted ?? ''
  const wanted = value.trim()
  const canSend = wanted !== (noted ?? '') && (wanted === '' || isTimeOfDay(wanted))
  const send = (text: string) => {
    if (text !== '' && !isTimeOfDay(text)) return
    enqueueDeparture({ staffId, registrationId, day, at: text === '' ? null : text, madeAt: Date.now() })
    setTyped(undefined)
    void sendMarks(queries, staffId)
  }
  return (
    <form
      className="attendance-departure"
      data-large={isLarge || undefined}
      onSubmit={(event) => {
        event.preventDefault()
        if (canSend) send(wanted)
      }}
    >
      <TimeField
        label="Parti à"
        {...(isLarge && { 'aria-label': `${firstName} est parti à` })}
        value={value}
        onChange={setTyped}
      />
      <Button type="submit" disabled={!canSend}>
        Noter
      </Button>
      {isLarge && day === today && noted === null ? (
        <Button onClick={() => send(timeNow(session))}>Parti maintenant</Button>
      ) : null}
      {pending ? (
        <span className="small soft">{pending.at === null ? 'Effacé' : timeText(pending.at)}, envoi en cours</span>
      ) : departure && typed === undefined ? (
        <span className="small soft">
          {departure.minutesLate > 0
            ? `${timeText(departure.at)}, ${counted(departure.minutesLate, 'minute')} après la fin`
            : `${timeText(departure.at)}, à l’heure`}
        </span>
      ) : null}
    </form>
  )
}

/** The time of the core's clock, extrapolated from its last answer: right without a connection, and if this device is wrong. */
const timeNow = ({ data, dataUpdatedAt }: ReturnType<typeof useSession>): string =>
  data ? timeAt(addMinutes(data.now, Math.floor((Date.now() - dataUpdatedAt) / 60_000))) : ''
