import { Select } from '@mantine/core'
import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { create } from 'zustand'
import { persist } from 'zustand/middleware'
import type { Period } from '../../../shared/contract/desk/activities.ts'
import type { CalendarPart } from '../../../shared/contract/desk/reservations/reservations.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { isShownWith } from '../../../shared/rules/groups/joined-activities.ts'
import { orpc } from '../../connection/client.ts'
import { ActionButton, SegmentedControl } from '../parts/buttons.tsx'
import { EmptyState, Failure, Loading } from '../parts/feedback.tsx'
import { useShortcut } from '../parts/keyboard/shortcuts.ts'
import { NothingOpen } from '../parts/nothing-open.tsx'
import { Screen, ScreenHead } from '../parts/screen.tsx'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'
import { Calendar, NothingRegistered } from './calendar.tsx'
import {
  gridName,
  nextAnchor,
  openingDay,
  periodChoices,
  periodToShow,
  shownPeriod,
  spanOf,
  type Zoom,
} from './calendar-spans.ts'
import { AdultsDialog } from './dialogs/adults-dialog.tsx'
import { WeeksDialog } from './dialogs/weeks-dialog.tsx'
import { Pager } from './pager.tsx'
import { PrintCalendar } from './print-calendar.tsx'

type View = {
  periodId: number | null
  /** Null until staff choose a day: the calendar then opens on today or on the next open day. */
  anchor: Day | null
  zoom: Zoom
}

/** The view survives leaving the screen; the period and the zoom also survive a restart of the desk. */
const useView = create<View>()(
  persist((): View => ({ periodId: null, anchor: null, zoom: 'month' }), {
    name: 'calendrier',
    partialize: ({ periodId, zoom }) => ({ periodId, zoom }),
  }),
)

/**
 * The calendar of a period (children × days × slots), in which staff book, free, put on the waiting list and decide.
 */
export const CalendarScreen = () => {
  const { periode, jour } = useSearch({ from: '/desk/calendrier' })
  const may = useMay()
  const navigate = useNavigate()
  const [isPlanning, setIsPlanning] = useState(false)
  const [isRepeating, setIsRepeating] = useState(false)
  const [rows, setRows] = useState<readonly number[]>([])
  const [isJustChosen, setIsJustChosen] = useState(false)
  const [narrowed, setNarrowed] = useState<{ sight: string; part: CalendarPart | null }>({ sight: '', part: null })
  useEffect(() => {
    if (periode === undefined && jour === undefined) return
    useView.setState({
      ...(periode !== undefined && { periodId: periode, zoom: 'month' }),
      ...(jour !== undefined && { anchor: jour }),
    })
    // Clear the address, so that the arrows can then leave the requested day.
    void navigate({ to: '/calendrier', search: {}, replace: true })
  }, [periode, jour, navigate])
  const view = useView()
  const periods = useQuery(orpc.activities.periods.queryOptions({ input: {} }))
  const { today } = useNow()
  const shown = periods.data?.filter(({ archived }) => !archived) ?? []
  const wanted = shown.find(({ id }) => id === view.periodId) ?? periodToShow(shown, today)
  const chosen = wanted && shownPeriod(shown, wanted)
  const nextOpen = useQuery(
    orpc.activities.firstOpenDay.queryOptions({
      input: chosen ? { periodId: chosen.id, from: today } : skipToken,
      placeholderData: keepPreviousData,
    }),
  )
  const anchor = view.anchor ?? openingDay(view.zoom, today, nextOpen.data ?? null)
  const { from, to, words } = spanOf(view.zoom, anchor)
  // Periods of activities that became one are shown in one grid.
  const together = chosen && ([chosen, ...shown.filter((one) => isShownWith(chosen, one))] as const)
  const periodIds = together?.map(({ id }) => id) ?? []
  const sight = [from, ...periodIds].join(' ')

  const step = (by: 1 | -1) => useView.setState({ anchor: nextAnchor(view.zoom, anchor, by) })
  const zoomTo = (zoom: Zoom) => useView.setState({ zoom })
  useShortcut('p', 'ce qui précède', () => step(-1))
  useShortcut('s', 'ce qui suit', () => step(1))
  useShortcut('t', 'aujourd’hui', () => useView.setState({ anchor: null }))
  useShortcut('z', 'jour, semaine ou mois', () => zoomTo(nextZoom[view.zoom]))

  /** Shows a period and focuses its grid, so that arrow keys and shortcuts apply to its cells, not to the field. */
  const show = (period: Period | undefined) => {
    if (!period) return
    const holdsToday = period.startDay <= today && today <= period.endDay
    if (period.id !== view.periodId)
      useView.setState({ periodId: period.id, anchor: holdsToday ? null : period.startDay })
    setIsJustChosen(true)
  }

  const error = periods.error ?? nextOpen.error
  if (error)
    return (
      <Screen title="Calendrier">
        <ScreenHead title="Calendrier" />
        <Failure error={error} />
      </Screen>
    )
  if (!periods.data || (chosen && nextOpen.data === undefined))
    return (
      <Screen title="Calendrier">
        <ScreenHead title="Calendrier" />
        <Loading />
      </Screen>
    )

  return (
    <Screen title="Calendrier">
      <ScreenHead
        title="Calendrier"
        controls={
          view.zoom === 'day' ? null : (
            <Select
              aria-label="Période"
              w={330}
              miw={220}
              title={chosen && gridName(shown, chosen)}
              comboboxProps={{ width: 400, position: 'bottom-start' }}
              searchable
              nothingFoundMessage="Aucune période de ce nom"
              data={periodChoices(shown, today)}
              value={chosen ? String(chosen.id) : null}
              onOptionSubmit={(value) => show(shown.find(({ id }) => id === Number(value)))}
            />
          )
        }
      >
        <ActionButton
          combo="w"
          label="Liste d’attente"
          onAction={() =>
            void navigate({ to: '/calendrier/attente', search: chosen ? { periode: chosen.id, jour: anchor } : {} })
          }
        />
        <Pager
          shown={words}
          isShownElsewhere={view.zoom !== 'day'}
          onStep={step}
          onToday={() => useView.setState({ anchor: null })}
        />
        <SegmentedControl
          label="Étendue"
          options={[
            ['day', 'Jour'],
            ['week', 'Semaine'],
            ['month', 'Mois'],
          ]}
          value={view.zoom}
          onChange={zoomTo}
        />
        {chosen && view.zoom !== 'day' ? (
          <PrintCalendar
            shown={{ from, to, periodIds, familyId: null, part: narrowed.sight === sight ? narrowed.part : null }}
          />
        ) : null}
      </ScreenHead>
      {chosen ? (
        <Calendar
          from={from}
          to={to}
          periodIds={view.zoom === 'day' ? null : periodIds}
          familyId={null}
          zoom={view.zoom}
          title={view.zoom === 'day' ? undefined : words}
          empty={<NothingRegistered />}
          closed={
            view.zoom === 'day' ? (
              <NothingOpen day={anchor} today={today} onGo={(day) => useView.setState({ anchor: day })} />
            ) : undefined
          }
          takesFocus={isJustChosen && !nextOpen.isPlaceholderData}
          onRows={(ids) => {
            setRows(ids)
            setIsJustChosen(false)
          }}
          onPart={(part) => setNarrowed({ sight, part })}
          aside={
            <div className="row">
              {may('activities') ? (
                <ActionButton combo="e" label="Encadrement…" onAction={() => setIsPlanning(true)} />
              ) : null}
              {may('decisions') && view.zoom !== 'day' ? (
                <ActionButton combo="m" label="Semaine type…" onAction={() => setIsRepeating(true)} />
              ) : null}
            </div>
          }
        />
      ) : (
        <EmptyState title="Aucune période">
          Créez une activité et sa période dans Réglages&nbsp;: son calendrier vient ici.
        </EmptyState>
      )}
      {together && isRepeating ? (
        <WeeksDialog
          together={together}
          // A single row is only the focused one; several rows were selected on purpose.
          chosen={rows.length > 1 ? rows : []}
          from={from > today ? from : today}
          onClose={() => setIsRepeating(false)}
        />
      ) : null}
      {together && isPlanning ? (
        <AdultsDialog periods={together} day={anchor} onClose={() => setIsPlanning(false)} />
      ) : null}
    </Screen>
  )
}

const nextZoom: Record<Zoom, Zoom> = { day: 'week', week: 'month', month: 'day' }
