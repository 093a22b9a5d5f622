import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { create } from 'zustand'
import type { Period } from '../../../shared/contract/desk/activities.ts'
import { addDays, addMonths, type Day, firstOfMonth, lastOfMonth, mondayOf } from '../../../shared/rules/day.ts'
import { capitalised, monthText, shortDay } from '../../../shared/rules/french.ts'
import { orpc } from '../../connection/client.ts'
import { Segment } from '../parts/acts.tsx'
import { Screen, ScreenHead } from '../parts/screen.tsx'
import { useShortcut } from '../parts/shortcuts.ts'
import { Empty, Failure, Loading } from '../parts/telling.tsx'
import { useNow } from '../staff/now.ts'
import { Calendar, NothingRegistered } from './calendar.tsx'
import { Steps } from './steps.tsx'

type Zoom = 'month' | 'week'

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
  const [from, to] =
    view.zoom === 'month'
      ? [firstOfMonth(anchor), lastOfMonth(anchor)]
      : [mondayOf(anchor), addDays(mondayOf(anchor), 6)]

  const step = (by: 1 | -1) =>
    useView.setState({ anchor: view.zoom === 'month' ? addMonths(firstOfMonth(anchor), by) : addDays(anchor, 7 * by) })
  const zoomTo = (zoom: Zoom) => useView.setState({ zoom })
  useShortcut('p', view.zoom === 'month' ? 'mois précédent' : 'semaine précédente', () => step(-1))
  useShortcut('s', view.zoom === 'month' ? 'mois suivant' : 'semaine suivante', () => step(1))
  useShortcut('t', 'aujourd’hui', () => useView.setState({ anchor: today }))
  useShortcut('m', 'mois ou semaine', () => zoomTo(view.zoom === 'month' ? 'week' : 'month'))

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
        }
      >
        <Steps
          shown={view.zoom === 'month' ? capitalised(monthText(anchor)) : `${shortDay(from)} → ${shortDay(to)}`}
          onStep={step}
          onToday={() => useView.setState({ anchor: today })}
        />
        <Segment
          label="Étendue"
          options={[
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
          periodIds={[chosen.id]}
          familyId={null}
          zoom={view.zoom}
          zone={settings.data.schoolZone}
          empty={<NothingRegistered />}
        />
      ) : (
        <Empty title="Aucune période">Créez une activité et sa période dans Réglages : son calendrier vient ici.</Empty>
      )}
    </Screen>
  )
}

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
