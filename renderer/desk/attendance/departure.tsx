import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { SheetChild } from '../../../shared/contract/desk/attendance.ts'
import { addMinutes, type Day, isTimeOfDay, timeAt } from '../../../shared/rules/calendar/day.ts'
import { counted, timeText } from '../../../shared/rules/text/french.ts'
import { TimeField } from '../parts/forms/time-field.tsx'
import { useNow } from '../staff/now.ts'
import { useSession } from '../staff/session.ts'
import { sendMarks, useWaiting, waitDeparture } from './mark-queue.ts'
import { departureOf } from './stored-marks.ts'

/**
 * When a child was fetched: noted when it is late, since the price may hang on it. Nothing before it was there. Without
 * an answer it is kept on this device and sent again, as marks are.
 */
export const Departure = ({ child, day, isLarge = false }: { child: SheetChild; day: Day; isLarge?: boolean }) => {
  const { registrationId, departure, cells, firstName } = child
  const [typed, setTyped] = useState<string>()
  const queries = useQueryClient()
  const session = useSession()
  const staffId = session.data?.member?.id ?? 0
  const pending = useWaiting(({ departures }) => departures.get(departureOf({ registrationId, day })))
  const { today } = useNow()
  if (!cells.some((cell) => cell?.mark === 'present')) return null
  const noted = pending ? pending.at : (departure?.at ?? null)
  const value = typed ?? noted ?? ''
  const wanted = value.trim()
  const canSend = wanted !== (noted ?? '') && (wanted === '' || isTimeOfDay(wanted))
  const send = (text: string) => {
    if (text !== '' && !isTimeOfDay(text)) return
    waitDeparture({ staffId, registrationId, day, at: text === '' ? null : text, madeAt: Date.now() })
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

/** The core's clock as it was last told, gone on since: without a connection too, and whatever this device believes. */
const timeNow = ({ data, dataUpdatedAt }: ReturnType<typeof useSession>): string =>
  data ? timeAt(addMinutes(data.now, Math.floor((Date.now() - dataUpdatedAt) / 60_000))) : ''
