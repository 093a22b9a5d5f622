import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { create } from 'zustand'
import type { Period } from '../../../shared/contract/desk/activities.ts'
import { addDays, addMonths, type Day, firstOfMonth, lastOfMonth, mondayOf } from '../../../shared/rules/day.ts'
import { capitalised, longDay, monthText, shortDay } from '../../../shared/rules/french.ts'
import { orpc } from '../../connection/client.ts'
import { Segment } from '../parts/acts.tsx'
import { Screen, ScreenHead } from '../parts/screen.tsx'
import { useShortcut } from '../parts/shortcuts.ts'
import { Empty, Failure, Loading } from '../parts/telling.tsx'
import { useNow } from '../staff/now.ts'
import { Calendar, NothingRegistered } from './calendar.tsx'
import { Steps } from './steps.tsx'

type Zoom = 'month' | 'week' | 'day'

/** What is looked at stays as it was when one comes back to the calendar. */
const useView = create<{ periodId: number | null; anchor: Day | null; zoom: Zoom }>()(() => ({
  periodId: null,
  anchor: null,
  zoom: 'month',
}))

/** Children × days × slots of a period: where days are booked, freed, put on the list and decided. */
export const CalendarScreen = () => {
  const view = useView()
  const periods = useQuery(orpc.activities.periods.queryOptions({ input: {} }))
  const settings = useQuery(orpc.settings.organisation.queryOptions())
  const { today } = useNow()
  const anchor = view.anchor ?? today
  const { from, to, words } = spans[view.zoom](anchor)

  const step = (by: 1 | -1) => useView.setState({ anchor: stepped[view.zoom](anchor, by) })
  const zoomTo = (zoom: Zoom) => useView.setState({ zoom })
  useShortcut('p', 'ce qui précède', () => step(-1))
  useShortcut('s', 'ce qui suit', () => step(1))
  useShortcut('t', 'aujourd’hui', () => useView.setState({ anchor: today }))
  useShortcut('z', 'jour, semaine ou mois', () => zoomTo(nextZoom[view.zoom]))

  const error = periods.error ?? settings.error
  if (error)
    return (
      <Screen title="Calendrier">
        <ScreenHead title="Calendrier" />
        <Failure error={error} />
      </Screen>
    )
  if (!periods.data || !settings.data)
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
          zone={settings.data.schoolZone}
          empty={<NothingRegistered />}
        />
      ) : (
        <Empty title="Aucune période">Créez une activité et sa période dans Réglages : son calendrier vient ici.</Empty>
      )}
    </Screen>
  )
}

const spans: Record<Zoom, (anchor: Day) => { from: Day; to: Day; words: string }> = {
  day: (anchor) => ({ from: anchor, to: anchor, words: capitalised(longDay(anchor)) }),
  week: (anchor) => {
    const from = mondayOf(anchor)
    const to = addDays(from, 6)
    return { from, to, words: `${shortDay(from)} → ${shortDay(to)}` }
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
