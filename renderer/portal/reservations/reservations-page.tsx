import IconCalendarTime from '@tabler/icons-react/icons/IconCalendarTime'
import IconChevronLeft from '@tabler/icons-react/icons/IconChevronLeft'
import IconChevronRight from '@tabler/icons-react/icons/IconChevronRight'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { Link, useLocation, useParams, useSearch } from 'wouter'
import type { CalendarShown, FamilyShown } from '../../../shared/contract/portal/home.ts'
import { dossierLink } from '../../../shared/pages/dossier/dossier.ts'
import {
  type BookableRegistration,
  chooseChildText,
  chosenRegistration,
  endedRegistrationText,
  groupText,
  reservationsHead,
  waitingRegistrationText,
} from '../../../shared/pages/reservations.ts'
import {
  addDays,
  addMonths,
  type Day,
  dayAt,
  firstOfMonth,
  isDay,
  lastOfMonth,
  mondayOf,
} from '../../../shared/rules/calendar/day.ts'
import { deadlineText } from '../../../shared/rules/calendar/deadline.ts'
import { incompleteDossierNotes } from '../../../shared/rules/dossier/incomplete.ts'
import { briefDay, counted, instantText, monthText, withFullStop } from '../../../shared/rules/text/french.ts'
import { orpc } from '../client.ts'
import { isSavingData } from '../offline/installing.ts'
import { Face } from '../parts/card.tsx'
import { Select } from '../parts/field.tsx'
import { Notice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { Empty, QueryState } from '../parts/query-state.tsx'
import { showToast } from '../parts/toast.tsx'
import { Words } from '../parts/words.tsx'
import { queries, sentenceOf } from '../queries.ts'
import { useSession } from '../session.ts'
import { MonthGrid, squaresOfView, WholeMonth } from './calendar.tsx'
import { readStored, store } from './device-storage.ts'
import { tick, tickWeek, undo, useDraft, type WeekTicked } from './draft.ts'
import { DraftBar } from './draft-bar.tsx'
import { daysText, isShort, monthsOf, monthToOpen, shapeOf, type View } from './layout.ts'
import { CellLegend } from './legend.tsx'
import { lowered, type NoteContext } from './notes.ts'
import { CellPanel } from './panel.tsx'
import { keyOf, type Square, squaresOf } from './squares.ts'
import type { Tick, Week } from './tick.ts'
import { WeekDialog, weekText } from './week-dialog.tsx'
import './reservations.css'

type ChildShown = FamilyShown['children'][number]

export const ReservationsPage = () => {
  const children = useQuery(orpc.home.registrations.queryOptions())
  return (
    <Page head={reservationsHead}>
      <QueryState query={children}>{(list) => <Chosen family={list} />}</QueryState>
    </Page>
  )
}

/** Chooses the child and the registration whose calendar is shown. */
const Chosen = ({ family }: { family: readonly ChildShown[] }) => {
  const { registration: wanted } = useParams<{ registration?: string }>()
  const now = useSession()?.now
  const search = new URLSearchParams(useSearch())
  const [, goTo] = useLocation()
  const today = now && dayAt(now)
  const { child, registration, children, none, add } = chosenRegistration(family, {
    wanted,
    askedChild: Number(search.get('enfant')),
    today,
  })
  return (
    <>
      <div className="chooser cols-2">
        {children.length > 0 && (
          <nav className="pick" aria-label={chooseChildText}>
            {children.map(({ id, path, name, isCurrent }) => (
              <Link key={id} href={path} {...(isCurrent && { 'aria-current': 'true' })}>
                <Face name={name} isSmall />
                {name}
              </Link>
            ))}
          </nav>
        )}
        {child && registration && (
          <Select
            label={<span className="vh">Inscription</span>}
            value={`${registration.id}`}
            onChange={({ target }) => goTo(`/mes-reservations/${target.value}`)}
            options={child.registrations
              .filter(({ state }) => state !== 'refused' && state !== 'withdrawn')
              .map(({ id, label, state, to }) => ({
                value: `${id ?? label}`,
                text: state === 'asked' ? `${label} (?)` : label,
                isDisabled: id === null,
                group: to < (today ?? to) ? 'Inscriptions passées' : undefined,
              }))}
          />
        )}
      </div>
      {child && registration ? (
        <Registration key={registration.id} child={child} registration={registration} />
      ) : (
        <Empty>
          <p>{none}</p>
          <p>
            <Link href={add.path}>{add.name}</Link>
          </p>
        </Empty>
      )}
      <DraftBar />
    </>
  )
}

const Registration = ({ child, registration }: { child: ChildShown; registration: BookableRegistration }) => {
  const session = useSession()
  const search = new URLSearchParams(useSearch())
  const [, goTo] = useLocation()
  const span: View = { first: registration.from, last: registration.to }
  const asked = `${search.get('mois')}-01`
  const month = isDay(asked) && asked <= span.last && lastOfMonth(asked) >= span.first ? asked : null
  const now = session && dayAt(session.now)
  const { data, error, isFetching, isPlaceholderData, refetch } = useQuery({
    ...orpc.home.calendar.queryOptions({ input: { registration: registration.id, ...rangeOf(month, now, span) } }),
    enabled: now !== undefined,
    // Keeps the previous months on screen until the new ones have loaded.
    placeholderData: (before: CalendarShown | undefined) => before,
  })
  return (
    <QueryState query={{ data, error, isFetching, refetch }}>
      {(calendar) =>
        registration.state === 'asked' ? (
          <Notice>
            <p>
              <Words of={waitingRegistrationText} />
            </p>
          </Notice>
        ) : (
          <Calendar
            calendar={calendar}
            child={child}
            registration={registration}
            span={span}
            month={month ?? monthToOpen(calendar.today, calendar.firstInTime, span)}
            isLate={isPlaceholderData}
            noteContext={{
              child,
              today: calendar.today,
              phone: session?.service.phone ?? '',
              answerWorkingDays: session?.service.answerWorkingDays ?? 0,
              deadline: calendar.deadline,
              cancelDeadline: calendar.cancelDeadline,
              goesTogether: registration.weekRule.length > 0,
            }}
            onMonth={(next) => goTo(`/mes-reservations/${registration.id}?mois=${next.slice(0, 7)}`, { replace: true })}
          />
        )
      }
    </QueryState>
  )
}

/**
 * The days to load: the months on screen; on the first visit, one month more, which may have the next days to request.
 */
const rangeOf = (month: Day | null, today: Day | undefined, span: View): { from: Day; to: Day } => {
  // Begins on a Monday, since a short period is shown in whole weeks.
  if (isShort(span)) return { from: mondayOf(span.first), to: span.last }
  const near = today === undefined || today < span.first ? span.first : today > span.last ? span.last : today
  const first = firstOfMonth(month ?? near)
  return { from: mondayOf(first), to: addDays(lastOfMonth(addMonths(first, month ? 1 : 2)), 6) }
}

const Calendar = ({
  calendar,
  child,
  registration,
  span,
  month,
  isLate,
  noteContext,
  onMonth,
}: {
  calendar: CalendarShown
  child: ChildShown
  registration: BookableRegistration
  span: View
  month: Day
  isLate: boolean
  noteContext: NoteContext
  onMonth: (month: Day) => void
}) => {
  const { draftOf, serverDrafts } = useDraft()
  const [opened, setOpened] = useState<string | null>(null)
  const root = useRef<HTMLDivElement>(null)
  const shape = shapeOf(calendar)
  const months = monthsOf(month, shape, span)
  const isWhole = shape === 'slots' && isShort(span)
  const isOver = span.last < calendar.today
  const squareAt = squaresOf(calendar, child, draftOf(registration.id))
  const tickOf = ({ day, slot }: Square, wish: Tick['wish']): Tick => ({
    registration: registration.id,
    day,
    slot: slot.id,
    wish,
  })
  const touch = (square: Square) => {
    const key = keyOf(square)
    if (square.touch === 'open') {
      setOpened(opened === key ? null : key)
      return
    }
    setOpened(null)
    tick([tickOf(square, square.touch === 'untick' ? null : square.touch)])
  }
  const props = {
    calendar,
    shape,
    span,
    squareAt,
    noteContext,
    opened,
    costOf: (day: Day) =>
      serverDrafts?.estimate.days.find((one) => one.registration === registration.id && one.day === day)?.cents,
    onTouch: touch,
    onOpen: (square: Square) => setOpened(keyOf(square)),
    isTitled: !isWhole,
    onBlock: (squares: readonly Square[], wish: 'book' | null) => tick(squares.map((square) => tickOf(square, wish))),
    onUndo: undo,
    renderPanel: (square: Square) => (
      <CellPanel
        key={keyOf(square)}
        square={square}
        ofDay={calendar.slots.map((slot) => squareAt(square.day, slot))}
        registration={registration.id}
        noteContext={noteContext}
        onClose={() => {
          const key = keyOf(square)
          setOpened(null)
          root.current?.querySelector<HTMLElement>(`[data-cell="${key}"]`)?.focus()
        }}
      />
    ),
  }
  const [first] = months
  const before =
    !isWhole && first && firstOfMonth(span.first) < first.first ? addMonths(first.first, -months.length) : null
  const last = months.at(-1)
  const after = !isWhole && last && lastOfMonth(span.last) > last.last ? firstOfMonth(addMonths(last.first, 1)) : null
  const back = before === null ? null : before < firstOfMonth(span.first) ? firstOfMonth(span.first) : before
  const move = (to: Day) => {
    setOpened(null)
    onMonth(to)
  }
  usePrefetch(registration.id, after, isWhole)
  return (
    <>
      {!isOver && (!isWhole || registration.week.length > 0) && (
        <TypicalWeek registration={registration} calendar={calendar} />
      )}
      {isOver ? <p className="rule">{endedRegistrationText}</p> : <DeadlineNote calendar={calendar} />}
      {registration.group === null ? null : <p className="rule">{groupText(registration.group)}</p>}
      {registration.weekRule.length === 0 ? null : <p className="rule">{registration.weekRule.join(' ')}</p>}
      {registration.incompleteDossier && (
        <p className="rule">
          {incompleteDossierNotes[registration.incompleteDossier]}{' '}
          <Link href={dossierLink.path}>{dossierLink.name}</Link>
        </p>
      )}
      <div className="months months-2" ref={root} aria-busy={isLate}>
        {months.map((view, index) => {
          const opensAt = opensAtOf(squaresOfView(view, props))
          const title = isWhole ? undefined : monthText(view.first)
          return (
            <section key={view.first} className="month" aria-label={title ?? registration.label}>
              {title !== undefined && (
                <div className="month-head">
                  {index === 0 && back !== null ? (
                    <MonthButton to={back} word="Mois d’avant" onMove={move} icon={IconChevronLeft} />
                  ) : (
                    <span />
                  )}
                  <h2>{title}</h2>
                  {index === months.length - 1 && after !== null ? (
                    <MonthButton to={after} word="Mois suivant" onMove={move} icon={IconChevronRight} />
                  ) : (
                    <span />
                  )}
                </div>
              )}
              {opensAt === null ? (
                <>
                  <MonthGrid view={view} label={`${title ?? registration.label}, ${child.firstName}`} {...props} />
                  {title !== undefined && <WholeMonth squares={squaresOfView(view, props)} onBlock={props.onBlock} />}
                </>
              ) : (
                <div className="card not-open">
                  <span className="round">
                    <IconCalendarTime className="icon" aria-hidden />
                  </span>
                  <p>
                    <b>Pas encore ouvert.</b>
                    <br />
                    Vous pourrez réserver à partir du <b className="nowrap">{instantText(opensAt)}</b>.
                  </p>
                </div>
              )}
            </section>
          )
        })}
      </div>
      {after !== null && (
        <button type="button" className="btn btn-second btn-wide phone-only next-months" onClick={() => move(after)}>
          Mois suivants
          <IconChevronRight className="icon" aria-hidden />
        </button>
      )}
      <CellLegend />
    </>
  )
}

/** Loads the next months before the parent opens them. */
const usePrefetch = (registration: number, month: Day | null, isWhole: boolean) => {
  useEffect(() => {
    if (month === null || isWhole || isSavingData()) return
    const input = { registration, ...rangeOf(month, undefined, { first: month, last: addMonths(month, 12) }) }
    void queries.prefetchQuery(orpc.home.calendar.queryOptions({ input }))
  }, [registration, month, isWhole])
}

/**
 * The instant at which reservations of a month open, when every cell is closed for that reason alone; otherwise null.
 */
const opensAtOf = (squares: readonly Square[]) => {
  const waits = squares.map(({ cell }) => {
    const obstacle = cell?.facts.bookable.answer === 'no' ? cell.facts.bookable.obstacles[0] : undefined
    return obstacle?.kind === 'windowNotOpen' ? obstacle.opensAt : null
  })
  const [first] = waits
  const isAll = squares.every(
    ({ state }, index) => state === 'closed' && (waits[index] !== null || !squares[index]?.cell),
  )
  return isAll ? (waits.find((at) => at !== null) ?? first ?? null) : null
}

const MonthButton = ({
  to,
  word,
  onMove,
  icon: Icon,
}: {
  to: Day
  word: string
  onMove: (to: Day) => void
  icon: typeof IconChevronLeft
}) => (
  <button type="button" className="month-go" aria-label={`${word}\u00a0: ${monthText(to)}`} onClick={() => onMove(to)}>
    <Icon className="icon" aria-hidden />
  </button>
)

// ---- typical week --------------------------------------------------------------------------------------------------

const TypicalWeek = ({ registration, calendar }: { registration: BookableRegistration; calendar: CalendarShown }) => {
  const [week, setWeek] = useState<Week>(() => readStored(`week ${registration.id}`) ?? registration.week)
  const [isOpen, setOpen] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [result, setResult] = useState<WeekTicked | null>(null)
  const { draftOf } = useDraft()
  const isTicked = draftOf(registration.id)
  // Hidden once the parent has removed the ticks.
  const shownResult =
    result?.ticks.length === 0 || result?.ticks.some(({ day, slot }) => isTicked(day, slot)) ? result : null
  const apply = async (wanted: Week, from: Day) => {
    setBusy(true)
    setOpen(false)
    try {
      setResult(await tickWeek({ registration: registration.id, from, week: [...wanted] }))
    } catch (error) {
      showToast(sentenceOf(error), 'danger')
    } finally {
      setBusy(false)
    }
  }
  const from = calendar.today > registration.from ? calendar.today : registration.from
  return (
    <>
      <section className="typical" aria-label="Ma semaine type">
        <button
          type="button"
          className="btn btn-second"
          aria-disabled={isBusy || undefined}
          onClick={() => {
            if (isBusy) return
            if (week.length === 0) setOpen(true)
            else void apply(week, from)
          }}
        >
          <span>
            Appliquer ma semaine type
            <small>{week.length === 0 ? 'À choisir' : weekText(week, calendar.slots)}</small>
          </span>
        </button>
        <button
          type="button"
          className="btn btn-second"
          aria-label="Changer ma semaine type"
          onClick={() => setOpen(true)}
        >
          Changer
        </button>
      </section>
      {shownResult && <WeekResult result={shownResult} onUndo={() => setResult(null)} />}
      {isOpen && (
        <WeekDialog
          week={week}
          weekdays={calendar.weekdays}
          slots={calendar.slots}
          from={from}
          to={registration.to}
          onClose={() => setOpen(false)}
          onApply={(wanted, start) => {
            setWeek(wanted)
            store(`week ${registration.id}`, wanted)
            void apply(wanted, start)
          }}
        />
      )}
    </>
  )
}

const WeekResult = ({ result: { ticks, skipped }, onUndo }: { result: WeekTicked; onUndo: () => void }) => {
  const days = ticks.map(({ day }) => day)
  const [first] = days
  const last = days.at(-1)
  const reasons = [...Map.groupBy(skipped, ({ reason }) => reason)]
  return (
    <Notice kind={days.length > 0 ? 'good' : 'info'} isAlert>
      <p>
        <b>{days.length === 0 ? 'Aucune case à cocher.' : counted(days.length, 'case cochée', 'cases cochées')}</b>
        {first && last && `, du ${briefDay(first)} ${withFullStop(`au ${briefDay(last)}`)} `}
        {days.length > 0 && (
          <button
            type="button"
            className="link"
            onClick={() => {
              tick(ticks.map((one) => ({ ...one, wish: null })))
              onUndo()
            }}
          >
            Défaire
          </button>
        )}
      </p>
      {reasons.length > 0 && (
        <details className="why">
          <summary>{counted(skipped.length, 'case laissée', 'cases laissées')}</summary>
          <div>
            {reasons.map(([reason, of]) => (
              <p key={reason}>
                <b>{daysText([...new Set(of.map(({ day }) => day))])}</b>, {lowered(reason)}
              </p>
            ))}
          </div>
        </details>
      )}
    </Notice>
  )
}

// ---- booking deadline ----------------------------------------------------------------------------------------------

const DeadlineNote = ({ calendar: { deadline, firstInTime } }: { calendar: CalendarShown }) => (
  <p className="rule">
    Touchez une case pour demander. Faites-le <b>{deadlineText(deadline)}</b>
    {firstInTime === null ? (
      '.'
    ) : (
      <>
        {'\u00a0'}: aujourd’hui, à partir du <b className="nowrap">{withFullStop(briefDay(firstInTime))}</b>
      </>
    )}
  </p>
)
