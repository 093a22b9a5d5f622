import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { create } from 'zustand'
import type { Period } from '../../../shared/contract/desk/activities.ts'
import { addDays, addMonths, type Day, firstOfMonth, lastOfMonth, mondayOf } from '../../../shared/rules/day.ts'
import { capitalised, daysText, longDay, monthText } from '../../../shared/rules/french.ts'
import { orpc } from '../../connection/client.ts'
import { ActButton, Segment } from '../parts/acts.tsx'
import { Screen, ScreenHead } from '../parts/screen.tsx'
import { useShortcut } from '../parts/shortcuts.ts'
import { Empty, Failure, Loading } from '../parts/telling.tsx'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'
import { AdultsDialog } from './adults-dialog.tsx'
import { Calendar, NothingRegistered } from './calendar.tsx'
import { Steps } from './steps.tsx'
import { WeeksDialog } from './weeks-dialog.tsx'

type Zoom = 'month' | 'week' | 'day'

/** What is looked at stays as it was when one comes back to the calendar. */
const useView = create<{ periodId: number | null; anchor: Day | null; zoom: Zoom }>()(() => ({
  periodId: null,
  anchor: null,
  zoom: 'month',
}))

/** Children × days × slots of a period: where days are booked, freed, put on the list and decided. */
export const CalendarScreen = () => {
  const { periode, jour } = useSearch({ from: '/desk/calendrier' })
  const may = useMay()
  const navigate = useNavigate()
  const [isPlanning, setIsPlanning] = useState(false)
  const [isRepeating, setIsRepeating] = useState(false)
  const [rows, setRows] = useState<readonly number[]>([])
  useEffect(() => {
    if (periode === undefined && jour === undefined) return
    useView.setState({
      ...(periode !== undefined && { periodId: periode, zoom: 'month' }),
      ...(jour !== undefined && { anchor: jour }),
    })
    // What was asked for is shown: the arrows go on from there.
    void navigate({ to: '/calendrier', search: {}, replace: true })
  }, [periode, jour, navigate])
  const view = useView()
  const periods = useQuery(orpc.activities.periods.queryOptions({ input: {} }))
  const { today } = useNow()
  const anchor = view.anchor ?? today
  const { from, to, words } = spans[view.zoom](anchor)

  const step = (by: 1 | -1) => useView.setState({ anchor: stepped[view.zoom](anchor, by) })
  const zoomTo = (zoom: Zoom) => useView.setState({ zoom })
  useShortcut('p', 'ce qui précède', () => step(-1))
  useShortcut('s', 'ce qui suit', () => step(1))
  useShortcut('t', 'aujourd’hui', () => useView.setState({ anchor: today }))
  useShortcut('z', 'jour, semaine ou mois', () => zoomTo(nextZoom[view.zoom]))

  const { error } = periods
  if (error)
    return (
      <Screen title="Calendrier">
        <ScreenHead title="Calendrier" />
        <Failure error={error} />
      </Screen>
    )
  if (!periods.data)
    return (
      <Screen title="Calendrier">
        <ScreenHead title="Calendrier" />
        <Loading />
      </Screen>
    )
  const shown = periods.data.filter(({ archived }) => !archived)
  const chosen = shown.find(({ id }) => id === view.periodId) ?? firstUnderWay(shown, today)

  return (
    <Screen title="Calendrier">
      <ScreenHead
        title="Calendrier"
        beside={
          view.zoom === 'day' ? null : (
            <Select
              aria-label="Période"
              w={320}
              miw={220}
              searchable
              allowDeselect={false}
              nothingFoundMessage="Aucune période de ce nom"
              data={grouped(shown)}
              value={chosen ? String(chosen.id) : null}
              onChange={(value) => useView.setState({ periodId: Number(value) })}
            />
          )
        }
      >
        <ActButton
          combo="w"
          label="Liste d’attente"
          onAct={() =>
            void navigate({ to: '/calendrier/attente', search: chosen ? { periode: chosen.id, jour: anchor } : {} })
          }
        />
        <Steps shown={words} onStep={step} onToday={() => useView.setState({ anchor: today })} />
        <Segment
          label="Étendue"
          options={[
            ['day', 'Jour'],
            ['week', 'Semaine'],
            ['month', 'Mois'],
          ]}
          value={view.zoom}
          onChange={zoomTo}
        />
      </ScreenHead>
      {chosen ? (
        <Calendar
          from={from}
          to={to}
          periodIds={view.zoom === 'day' ? null : [chosen.id]}
          familyId={null}
          zoom={view.zoom}
          empty={<NothingRegistered />}
          onRows={setRows}
          aside={
            <div className="row">
              {may('activities') ? (
                <ActButton combo="e" label="Encadrement…" onAct={() => setIsPlanning(true)} />
              ) : null}
              {may('decisions') && view.zoom !== 'day' ? (
                <ActButton combo="m" label="Semaine type…" onAct={() => setIsRepeating(true)} />
              ) : null}
            </div>
          }
        />
      ) : (
        <Empty title="Aucune période">Créez une activité et sa période dans Réglages : son calendrier vient ici.</Empty>
      )}
      {chosen && isRepeating ? (
        <WeeksDialog
          period={chosen}
          // One row is where the focus stands, several were chosen.
          chosen={rows.length > 1 ? rows : []}
          from={from > today ? from : today}
          onClose={() => setIsRepeating(false)}
        />
      ) : null}
      {chosen && isPlanning ? <AdultsDialog period={chosen} day={anchor} onClose={() => setIsPlanning(false)} /> : null}
    </Screen>
  )
}

const spans: Record<Zoom, (anchor: Day) => { from: Day; to: Day; words: string }> = {
  day: (anchor) => ({ from: anchor, to: anchor, words: capitalised(longDay(anchor)) }),
  week: (anchor) => {
    const from = mondayOf(anchor)
    const to = addDays(from, 6)
    return { from, to, words: daysText(from, to) }
  },
  month: (anchor) => ({ from: firstOfMonth(anchor), to: lastOfMonth(anchor), words: capitalised(monthText(anchor)) }),
}

const stepped: Record<Zoom, (anchor: Day, by: 1 | -1) => Day> = {
  day: addDays,
  week: (anchor, by) => addDays(anchor, 7 * by),
  month: (anchor, by) => addMonths(firstOfMonth(anchor), by),
}

const nextZoom: Record<Zoom, Zoom> = { day: 'week', week: 'month', month: 'day' }

/** The period that holds today, else the next to begin. */
const firstUnderWay = (periods: readonly Period[], today: Day): Period | undefined => {
  const byStart = periods.toSorted((one, other) => (one.startDay < other.startDay ? -1 : 1))
  return (
    byStart.find(({ startDay, endDay }) => startDay <= today && today <= endDay) ??
    byStart.find(({ startDay }) => startDay > today) ??
    byStart.at(-1)
  )
}

const grouped = (periods: readonly Period[]) =>
  [...Map.groupBy(periods, ({ activity }) => activity)].map(([group, own]) => ({
    group,
    items: own.map(({ id, name }) => ({ value: String(id), label: name })),
  }))
