import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import type { CalendarPart } from '../../../shared/contract/desk/reservations/reservations.ts'
import { ofPart } from '../../../shared/pages/calendar-part.ts'
import { joinedSections } from '../../../shared/pages/joined-sections.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import type { CellState } from '../../../shared/rules/cell/cell.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { CalendarGrid, type CellAt, type GridKey } from '../../parts/calendar-grid.tsx'
import type { GridZoom } from '../../parts/calendar-layout.ts'
import { Legend } from '../../parts/legend.tsx'
import { EmptyState, Failure, Loading } from '../parts/feedback.tsx'
import { useShortcut } from '../parts/keyboard/shortcuts.ts'
import { ShortcutBar, Split } from '../parts/screen.tsx'
import { useNow } from '../staff/now.ts'
import './calendar.css'
import { useTownHolidays } from '../year/holidays.ts'
import { type CellKey, dayGridOf, type GridData, gridOf } from './calendar-data.ts'
import { CellPanel } from './cell-panel.tsx'
import { actionOfKey } from './cell-texts.ts'
import { MoveDialogs } from './dialogs/moving-dialogs.tsx'
import { GroupsBar } from './groups-bar.tsx'
import { useCellMoves } from './moving.ts'

/** Calendar grids between two days, with legend, panel of the selected cells, and actions by mouse or key. */
export const Calendar = ({
  from,
  to,
  periodIds,
  familyId,
  zoom,
  title,
  empty,
  closed,
  takesFocus = false,
  onRows,
  onPart,
  aside,
}: {
  from: Day
  to: Day
  periodIds: readonly number[] | null
  familyId: number | null
  zoom: GridZoom | 'day'
  /** Above the names: the months or days shown. */
  title?: string | undefined
  /** Shown when there is no row. */
  empty: ReactNode
  /** Shown instead of `empty` when nothing is open on any of these days. */
  closed?: ReactNode
  /** Whether a cell takes the focus once these calendars are rendered. */
  takesFocus?: boolean
  /** Called with the registrations of the selected cells. */
  onRows?: (registrationIds: readonly number[]) => void
  /** Called with the group or list to which staff narrow the grid. */
  onPart?: (part: CalendarPart | null) => void
  /** Buttons at the end of the legend, for which the screen's head has no space. */
  aside?: ReactNode
}) => {
  const { data, error, isPending, isPlaceholderData, refetch } = useQuery({
    ...orpc.reservations.calendar.queryOptions({
      input: { from, to, periodIds: periodIds && [...periodIds], familyId },
    }),
    placeholderData: (before) => before,
  })
  const [kept, setKept] = useState<CellState>()
  // A selection belongs to one view: the panel never shows, nor acts on, a cell of another month or period.
  const viewKey = [from, ...(periodIds ?? [])].join(' ')
  const [choice, setChoice] = useState<{ sight: string; cells: readonly CellKey[] }>({ sight: viewKey, cells: [] })
  const chosen = choice.sight === viewKey ? choice.cells : []
  const moving = useCellMoves()
  const [narrowed, setNarrowed] = useState<{ sight: string; part: CalendarPart | null }>({ sight: viewKey, part: null })
  const part = narrowed.sight === viewKey ? narrowed.part : null
  // A shortcut of the whole screen, since a closed dialog returns the focus outside the grid.
  useShortcut('mod+z', 'annuler', () => void moving.undo())
  const grids = useRef<HTMLDivElement>(null)
  const holidays = useTownHolidays()
  const { today } = useNow()
  const shown = useMemo(() => data && joinedSections(data), [data])
  const sections = useMemo(
    () =>
      zoom === 'day' && shown
        ? [dayGridOf(shown, from)]
        : (shown?.map((section) => gridOf(ofPart(section, part), from, to, today, holidays)) ?? []),
    [shown, from, to, today, holidays, zoom, part],
  )
  useEffect(() => {
    if (takesFocus && !isPlaceholderData)
      grids.current?.querySelector<HTMLElement>('[role="gridcell"][tabindex="0"]')?.focus({ preventScroll: true })
  }, [takesFocus, isPlaceholderData])
  const counts = useMemo(() => sumOf(sections), [sections])

  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />
  if (isPending) return <Loading>Le calendrier arrive…</Loading>
  if (part === null && sections.every(({ rows }) => rows.length === 0))
    return data?.every(({ columns }) => columns.every(({ open }) => !open)) ? (closed ?? empty) : empty

  const act = (section: GridData, key: GridKey, cells: readonly CellAt[]) => {
    // The grid still shows the previous days, and what a key does depends on a cell's state.
    if (isPlaceholderData) return
    const wanted = cells.flatMap((at) => {
      const does = actionOfKey(key, stateOf(section, at) ?? 'closed')
      const cell = section.keyOf(at)
      return does === null || !cell ? [] : [{ act: does, cell }]
    })
    // A block follows its first cell: the same key never books and frees at once.
    const [first] = wanted
    if (first)
      void moving.move(clientOutsideForms, {
        act: first.act,
        cells: wanted.filter((one) => one.act === first.act).map(({ cell }) => cell),
      })
  }
  /** Focuses the selected cell, since the pressed button disappears once its action is done. */
  const focusChosen = () =>
    grids.current
      ?.querySelector<HTMLElement>('[role="gridcell"][tabindex="0"][aria-selected="true"]')
      ?.focus({ preventScroll: true })
  const isAlone = sections.length === 1
  const [only] = shown ?? []
  const hasParts = only && (only.groups.length > 0 || only.sublists.length > 0)
  const grouped = zoom !== 'day' && isAlone && hasParts ? only : null

  return (
    <>
      <div className="calendar-legend">
        <Legend counts={counts} kept={kept} onKeep={setKept} />
        {aside}
      </div>
      {grouped ? (
        <GroupsBar
          section={grouped}
          today={today}
          chosen={part}
          onChoose={(next) => {
            setNarrowed({ sight: viewKey, part: next })
            onPart?.(next)
            // The chosen cells may be of children who are hidden now.
            setChoice({ sight: viewKey, cells: [] })
          }}
        />
      ) : null}
      <Split side={300}>
        <div ref={grids} className={isAlone ? 'calendar-grids' : 'calendar-grids calendar-stacked'}>
          {sections
            .filter(({ rows }) => rows.length > 0)
            .map((section) => (
              <section key={section.id} aria-label={section.name}>
                {isAlone ? null : <h2 className="calendar-title">{section.name}</h2>}
                <CalendarGrid
                  label={`Réservations, ${section.name}`}
                  rows={section.rows}
                  columns={section.columns}
                  cell={section.cell}
                  zoom={zoom === 'day' ? 'week' : zoom}
                  kept={kept}
                  corner={<Corner drawn={section} title={title} />}
                  onAct={(key, cells) => act(section, key, cells)}
                  onChoose={(at) => {
                    const cells = at.flatMap((one) => section.keyOf(one) ?? [])
                    setChoice({ sight: viewKey, cells })
                    onRows?.([...new Set(cells.map(({ registrationId }) => registrationId))])
                  }}
                />
              </section>
            ))}
        </div>
        <CellPanel
          chosen={chosen}
          onReschedule={(detail) => {
            focusChosen()
            moving.chooseDay(detail)
          }}
          onAction={(question) => {
            focusChosen()
            const asksNothing = question.needs === 'nothing' && question.act !== 'enterDemand'
            if (asksNothing) void moving.move(clientOutsideForms, { act: question.act, cells: question.cells })
            else moving.ask(question)
          }}
        />
      </Split>
      <ShortcutBar
        keys={[
          ['arrows', 'se déplacer'],
          ['Space', 'réserver ou libérer'],
          ['a', 'accepter'],
          ['l', 'liste d’attente'],
          ['r', 'refuser'],
          ['shift+ArrowRight', 'choisir un bloc'],
          ['mod+z', 'annuler'],
        ]}
        chosen={moving.message || (chosen.length > 1 ? counted(chosen.length, 'case choisie', 'cases choisies') : '')}
      />
      <MoveDialogs moving={moving} />
    </>
  )
}

const Corner = ({ drawn: { rows, columns }, title }: { drawn: GridData; title: string | undefined }) => {
  const capacities = [
    ...new Set(
      columns.flatMap(({ slots }) => slots.map(({ capacity = 0 }) => capacity)).filter((places) => places > 0),
    ),
  ]
  return (
    <>
      {title ? <span className="calendar-when">{title}</span> : null}
      <b>{counted(rows.length, 'enfant')}</b>
      {capacities.length === 1 ? <small>{capacities[0]} places par plage</small> : null}
    </>
  )
}

const stateOf = ({ rows, columns, cell }: GridData, { row, day, slot }: CellAt): CellState | undefined => {
  const gridRow = rows.find(({ id }) => id === row)
  const column = columns.find((one) => one.day === day)
  const gridSlot = column?.slots.find(({ id }) => id === slot)
  return gridRow && column && gridSlot && cell(gridRow, column, gridSlot)?.state
}

const sumOf = (sections: readonly GridData[]): Partial<Record<CellState, number>> => {
  const sum: Partial<Record<CellState, number>> = {}
  for (const { counts } of sections) {
    for (const [state, count] of Object.entries(counts) as [CellState, number][]) sum[state] = (sum[state] ?? 0) + count
  }
  return sum
}

export const NothingRegistered = () => (
  <EmptyState title="Aucun enfant inscrit sur ces jours">
    Inscrivez un enfant depuis Inscriptions ou depuis sa famille&nbsp;: ses jours se réservent ensuite ici.
  </EmptyState>
)
