import { ActionIcon, Button } from '@mantine/core'
import IconChevronLeft from '@tabler/icons-react/icons/IconChevronLeft'
import IconChevronRight from '@tabler/icons-react/icons/IconChevronRight'
import IconPrinter from '@tabler/icons-react/icons/IconPrinter'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type ReactNode, useEffect, useMemo, useState } from 'react'
import { create } from 'zustand'
import type { DaySheet } from '../../../shared/contract/desk/attendance.ts'
import { addDays, type Day } from '../../../shared/rules/calendar/day.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { type Client, clientOutsideForms, orpc } from '../../connection/client.ts'
import { printPaper } from '../../connection/paper.ts'
import { AlertsOfDay } from '../notes/alerts.tsx'
import { ActionButton, SegmentedControl } from '../parts/buttons.tsx'
import { Failure, Loading } from '../parts/feedback.tsx'
import { RequiredDayField } from '../parts/forms/day-field.tsx'
import { useShortcut } from '../parts/keyboard/shortcuts.ts'
import { NothingOpen } from '../parts/nothing-open.tsx'
import { Screen, ScreenHead } from '../parts/screen.tsx'
import { WithDayPhotos } from '../photos/day-photos.tsx'
import { useNow } from '../staff/now.ts'
import './attendance.css'
import { DaySheetView } from './day-sheet.tsx'
import { type InputMode, initialInputMode, storeInputMode } from './input-mode.ts'
import { ListsView } from './lists-view.tsx'
import { useQueuedMarks } from './marking.ts'
import { dayCounts, withMarks } from './sheet.ts'
import { TabletSheet } from './tablet-sheet.tsx'

/** The view survives leaving the screen; the chosen day only until midnight. */
const useView = create<{
  day: Day | null
  chosenOn: Day | null
  activityId: number | null
  inputMode: InputMode
  showsLists: boolean
}>()(() => ({
  day: null,
  chosenOn: null,
  activityId: null,
  inputMode: initialInputMode(),
  showsLists: false,
}))

/** A day's activities, and the attendance sheet of the chosen one. */
export const AttendanceScreen = () => {
  const { today } = useNow()
  const view = useView()
  const { jour, activite } = useSearch({ from: '/desk/pointage' })
  const navigate = useNavigate()
  useEffect(() => {
    if (jour === undefined) return
    useView.setState({ day: jour, chosenOn: today, showsLists: false, ...(activite && { activityId: activite }) })
    // Clear the address, so that the person can then choose another day.
    void navigate({ to: '/pointage', search: {}, replace: true })
  }, [jour, activite, today, navigate])
  const day = view.chosenOn === today && view.day !== null ? view.day : today
  const activities = useQuery(orpc.attendance.day.queryOptions({ input: { day }, placeholderData: keepPreviousData }))
  const openActivity = (id: number | null | undefined) => activities.data?.find(({ activityId }) => activityId === id)
  const proposed = openActivity(view.activityId) ?? activities.data?.[0]
  // Keep the activity first proposed for this day: an activity that opens meanwhile must not replace it before staff
  // act.
  const proposedFor = `${day} ${view.activityId ?? ''}`
  const [proposal, setProposal] = useState<{ readonly for: string; readonly activityId: number }>()
  if (proposed && !activities.isPlaceholderData && proposal?.for !== proposedFor) {
    setProposal({ for: proposedFor, activityId: proposed.activityId })
  }
  const chosen = (proposal?.for === proposedFor ? openActivity(proposal.activityId) : undefined) ?? proposed
  const sheet = useQuery(
    orpc.attendance.sheet.queryOptions({
      input: { activityId: chosen?.activityId ?? 0, day },
      enabled: chosen !== undefined && !activities.isPlaceholderData && !view.showsLists,
      // Sheets that were opened stay cached all day (12 hours), even without a connection.
      gcTime: 12 * 3_600_000,
    }),
  )
  const Sheet = view.inputMode === 'finger' ? TabletSheet : DaySheetView
  const goTo = (to: Day) => useView.setState({ day: to, chosenOn: today })

  return (
    <Screen title="Pointage">
      <ScreenHead title="Pointage" controls={<DayChoice day={day} today={today} onChange={goTo} />}>
        <SegmentedControl
          label="Vue"
          options={[
            ['keys', 'Ordinateur'],
            ['finger', 'Tablette'],
            ['lists', 'Listes'],
          ]}
          value={view.showsLists ? 'lists' : view.inputMode}
          onChange={(next) => {
            useView.setState(next === 'lists' ? { showsLists: true } : { inputMode: next, showsLists: false })
            if (next !== 'lists') storeInputMode(next)
          }}
        />
        {chosen && !view.showsLists ? <PaperButton activityId={chosen.activityId} day={day} /> : null}
      </ScreenHead>
      {!activities.data ? (
        activities.error ? (
          <Failure error={activities.error} onRetry={() => void activities.refetch()} />
        ) : (
          <Loading />
        )
      ) : view.showsLists ? (
        <ListsView
          day={day}
          activities={activities.data}
          chosen={chosen?.activityId ?? null}
          onChoose={(activityId) => useView.setState({ activityId })}
        />
      ) : !chosen ? (
        <NothingOpen day={day} today={today} onGo={goTo} />
      ) : (
        <>
          <Activities
            day={day}
            isToCome={day > today}
            activities={activities.data}
            chosen={chosen.activityId}
            onChoose={(activityId) => useView.setState({ activityId })}
          />
          {sheet.data ? <AlertsOfDay sheet={sheet.data.children} /> : null}
          {/* A cached sheet is shown and can be marked without a connection. */}
          {sheet.data ? (
            <WithDayPhotos sheet={sheet.data}>
              <ByGroup key={`${chosen.activityId} ${day}`} sheet={sheet.data}>
                {(shown) => <Sheet recorded={shown} today={today} />}
              </ByGroup>
            </WithDayPhotos>
          ) : sheet.error ? (
            <Failure error={sheet.error} onRetry={() => void sheet.refetch()} />
          ) : (
            <Loading />
          )}
        </>
      )}
    </Screen>
  )
}

/** The sheet of one group or list, where the activity has some; at first, the sheet of all its children. */
const ByGroup = ({ sheet, children }: { sheet: DaySheet; children: (shown: DaySheet) => ReactNode }) => {
  const [group, setGroup] = useState('')
  const shown = useMemo(
    () => (group === '' ? sheet : { ...sheet, children: sheet.children.filter((child) => isIn(child, group)) }),
    [sheet, group],
  )
  const parts = [
    ...sheet.groups.map((name) => [partOf('groupe', name), name] as const),
    ...sheet.sublists.map(({ name }) => [partOf('liste', name), name] as const),
  ]
  if (parts.length === 0) return children(sheet)
  const count = (part: string) => sheet.children.filter((child) => isIn(child, part)).length
  return (
    <>
      <div className="attendance-groups">
        <SegmentedControl
          label={sheet.groups.length === 0 ? 'Liste' : 'Groupe'}
          options={[
            ['', `Tous ${sheet.children.length}`],
            ...parts.map(([part, name]) => [part, `${name} ${count(part)}`] as const),
          ]}
          value={group}
          onChange={setGroup}
        />
      </div>
      {children(shown)}
    </>
  )
}

/** A group and a list may have the same name. */
const partOf = (kind: 'groupe' | 'liste', name: string) => `${kind} ${name}`

const isIn = ({ group, sublists }: DaySheet['children'][number], part: string): boolean =>
  (group !== null && partOf('groupe', group) === part) || sublists.some((name) => partOf('liste', name) === part)

const DayChoice = ({ day, today, onChange }: { day: Day; today: Day; onChange: (day: Day) => void }) => {
  useShortcut('shift+ArrowLeft', 'jour précédent', () => onChange(addDays(day, -1)))
  useShortcut('shift+ArrowRight', 'jour suivant', () => onChange(addDays(day, 1)))
  useShortcut('t', 'aujourd’hui', () => onChange(today))
  return (
    <div className="row">
      <ActionIcon
        variant="default"
        size={30}
        aria-label="Jour précédent"
        title="Jour précédent (Maj ←)"
        onClick={() => onChange(addDays(day, -1))}
      >
        <IconChevronLeft size={16} />
      </ActionIcon>
      <RequiredDayField aria-label="Jour" w={160} value={day} onChange={onChange} />
      <ActionIcon
        variant="default"
        size={30}
        aria-label="Jour suivant"
        title="Jour suivant (Maj →)"
        onClick={() => onChange(addDays(day, 1))}
      >
        <IconChevronRight size={16} />
      </ActionIcon>
      <Button title="Aujourd’hui (T)" disabled={day === today} onClick={() => onChange(today)}>
        Aujourd’hui
      </Button>
    </div>
  )
}

type OpenActivity = Awaited<ReturnType<Client['attendance']['day']>>[number]

/** Counts of an activity's tab, including marks of this device that are not sent yet. */
const useLocalCounts = (day: Day) => {
  const queries = useQueryClient()
  const underway = useQueuedMarks(day)
  return (activity: OpenActivity): Pick<OpenActivity, 'expected' | 'present' | 'toMark'> => {
    if (underway.size === 0) return activity
    const input = { activityId: activity.activityId, day }
    const sheet = queries.getQueryData(orpc.attendance.sheet.queryKey({ input }))
    return sheet ? dayCounts(withMarks(sheet, underway)) : activity
  }
}

/** Counts marks, not children: a child has one mark per slot. */
const marksText = (count: number): string => counted(count, 'pointage')

const Activities = ({
  day,
  isToCome,
  activities,
  chosen,
  onChoose,
}: {
  day: Day
  /** The day is in the future: there is no attendance to mark yet. */
  isToCome: boolean
  activities: readonly OpenActivity[]
  chosen: number
  onChoose: (activityId: number) => void
}) => {
  const localCounts = useLocalCounts(day)
  const at = activities.findIndex(({ activityId }) => activityId === chosen)
  const step = (by: 1 | -1) => {
    const next = activities[at + by]
    if (next) onChoose(next.activityId)
  }
  useShortcut('PageUp', 'activité précédente', () => step(-1))
  useShortcut('PageDown', 'activité suivante', () => step(1))
  return (
    <nav className="tabs" aria-label="Activités du jour">
      {activities.map((one) => {
        const { activityId, activity, facility } = one
        const { expected, present, toMark } = localCounts(one)
        return (
          <button
            key={activityId}
            type="button"
            title={facility}
            {...(activityId === chosen ? { 'aria-current': true } : {})}
            onClick={() => onChoose(activityId)}
          >
            {activity}
            {isToCome ? (
              <small>{counted(expected, 'attendu')}</small>
            ) : (
              <small>
                {counted(present, 'présent')} sur {expected}
                {toMark > 0 ? <span className="attendance-left">, {marksText(toMark)} à faire</span> : null}
              </small>
            )}
          </button>
        )
      })}
    </nav>
  )
}

const PaperButton = ({ activityId, day }: { activityId: number; day: Day }) => {
  const print = useMutation({
    mutationFn: async () =>
      printPaper(await clientOutsideForms.attendance.sheetPdf({ activityIds: [activityId], day })),
  })
  return (
    <ActionButton
      combo="i"
      label="Feuille de jour"
      icon={<IconPrinter size={14} />}
      loading={print.isPending}
      onAction={() => print.mutate()}
    />
  )
}
