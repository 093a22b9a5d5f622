import IconAlertTriangle from '@tabler/icons-react/icons/IconAlertTriangle'
import IconCircleCheck from '@tabler/icons-react/icons/IconCircleCheck'
import IconClock from '@tabler/icons-react/icons/IconClock'
import IconHourglass from '@tabler/icons-react/icons/IconHourglass'
import IconInfoCircle from '@tabler/icons-react/icons/IconInfoCircle'
import IconLock from '@tabler/icons-react/icons/IconLock'
import IconMessage from '@tabler/icons-react/icons/IconMessage'
import IconSend from '@tabler/icons-react/icons/IconSend'
import { type CSSProperties, type KeyboardEvent, type ReactNode, useState } from 'react'
import type { CalendarShown } from '../../../shared/contract/portal/home.ts'
import { type Day, weekday } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { briefDay, counted, longDay, weekdayName } from '../../../shared/rules/text/french.ts'
import { WithPhones } from '../parts/phone.tsx'
import {
  type ClosedDays,
  closedText,
  columnsOf,
  type DayShown,
  dayEntries,
  dayNumber,
  daysText,
  type Shape,
  spanText,
  type View,
  type WeekShown,
  weekEntries,
} from './layout.ts'
import { dayNotes, lowered, type Note, type NoteContext, weekNotes } from './notes.ts'
import { blockOf, keyOf, type Slot, type Square } from './squares.ts'

type CalendarProps = {
  readonly calendar: CalendarShown
  readonly shape: Shape
  readonly span: View
  readonly squareAt: (day: Day, slot: Slot) => Square
  readonly noteContext: NoteContext
  /** Estimated cost of the ticks of a day, in cents; undefined when unknown. */
  readonly costOf: (day: Day) => number | undefined
  /** Key of the cell whose panel is open. */
  readonly opened: string | null
  readonly onTouch: (square: Square) => void
  /** Opens the panel of a cell, even one that a press would tick. */
  readonly onOpen: (square: Square) => void
  /** A heading with the month's name is above the grid. */
  readonly isTitled: boolean
  readonly onBlock: (squares: readonly Square[], wish: 'book' | null) => void
  readonly onUndo: () => void
  /** The panel of an open cell: its details and the possible actions. */
  readonly renderPanel: (square: Square) => ReactNode
}

/** The cells of one month. Arrow keys move from cell to cell, and into the next or previous month on screen. */
export const MonthGrid = ({ view, label, ...props }: CalendarProps & { view: View; label: string }) => {
  const [stop, setStop] = useState<string | null>(null)
  const { shape } = props
  const entries = shape === 'cards' ? dayEntries(view, props) : weekEntries(view, props, shape === 'slots')
  const squares = entries.flatMap((entry) => (entry.kind === 'shut' ? [] : squaresIn(entry)))
  // Roving tabindex: Tab reaches the last used cell, else the first cell that can be requested.
  const first = squares.find(({ touch }) => touch !== 'open') ?? squares[0]
  const reached = squares.some((square) => keyOf(square) === stop) ? stop : first ? keyOf(first) : null
  const around: GridProps = { ...props, reached, onReach: setStop }
  if (squares.length === 0) return <ClosedLines entries={entries} />
  if (shape === 'slots') {
    return (
      <div className="week-cards">
        {entries.map((entry) =>
          entry.kind === 'week' ? (
            <SlotWeek key={entry.monday} week={entry} {...around} />
          ) : entry.kind === 'shut' ? (
            <ClosedLine key={entry.days[0]} shut={entry} />
          ) : null,
        )}
      </div>
    )
  }
  return (
    <div
      className={shape === 'cards' ? 'days' : 'card week-grid'}
      role="grid"
      tabIndex={-1}
      aria-label={label}
      onKeyDown={(event) => onGridKey(event, props.onUndo)}
    >
      {shape === 'dates' && <WeekdayHeads squares={squares} {...around} />}
      {entries.map((entry) =>
        entry.kind === 'day' ? (
          <DayCard key={entry.day} entry={entry} {...around} />
        ) : entry.kind === 'week' ? (
          <DateWeek key={entry.monday} week={entry} {...around} />
        ) : shape === 'cards' ? (
          <div key={entry.days[0]} role="row">
            <div role="gridcell">
              <ClosedLine shut={entry} />
            </div>
          </div>
        ) : (
          <NoteRow key={entry.days[0]} kind="shut">
            <span>
              <b>{daysText(entry.days)}</b>
              <br />
              {closedText(entry)}
            </span>
          </NoteRow>
        ),
      )}
    </div>
  )
}

type GridProps = CalendarProps & { readonly reached: string | null; readonly onReach: (key: string) => void }

const squaresIn = (entry: DayShown | WeekShown): readonly Square[] =>
  entry.kind === 'day' ? entry.squares : entry.days.flatMap((day) => day?.squares ?? [])

// ---- one card per day
// ---------------------------------------------------------------------------------------------------

const DayCard = ({ entry: { day, squares }, ...around }: { entry: DayShown } & GridProps) => {
  const { opened, renderPanel, costOf, onBlock } = around
  // A position in the waiting list costs nothing yet.
  const isPriced = squares.some(({ draft, willWait }) => draft === 'cancel' || (draft === 'book' && willWait === null))
  const cost = isPriced ? costOf(day) : undefined
  const block = blockOf(squares)
  const shown = squares.find((square) => keyOf(square) === opened)
  return (
    <div className="day" role="rowgroup" aria-label={longDay(day)}>
      <div className="day-head" role="row">
        <div role="rowheader">
          <h3>{briefDay(day)}</h3>
        </div>
        <div role="gridcell" className="day-side">
          {cost !== undefined && <span className="num">environ {formatEuros(cost)}</span>}
          {block.wish === 'book' && block.squares.length > 1 && (
            <button type="button" className="whole" onClick={() => onBlock(block.squares, 'book')}>
              Demander la journée
            </button>
          )}
        </div>
      </div>
      <div className={`slots slots-${squares.length}`} role="row">
        {squares.map((square) => (
          <div key={square.slot.id} role="gridcell">
            <SlotButton square={square} {...around} />
          </div>
        ))}
      </div>
      {shown && (
        <PanelRow at={squares.indexOf(shown) + 1} columns={squares.length}>
          {renderPanel(shown)}
        </PanelRow>
      )}
      <Notes
        notes={dayNotes(squares, around.noteContext).filter(({ squares: about }) => !shown || !about.includes(shown))}
        className="day-note"
        onOpen={around.onOpen}
      />
    </div>
  )
}

const SlotButton = ({ square, ...around }: { square: Square } & GridProps) => (
  <SquareButton square={square} className="cell slot" {...around}>
    <span className="slot-name">{square.slot.name}</span> <span className="slot-state">{square.short}</span>
  </SquareButton>
)

// ---- one column per weekday, one cell per day
// ---------------------------------------------------------------------------

const WeekdayHeads = ({ squares, ...around }: { squares: readonly Square[] } & GridProps) => {
  const columns = columnsOf(around.calendar)
  return (
    <div className="week" role="row" style={{ '--cols': columns.length } as CSSProperties}>
      {columns.map((column) => {
        const block = blockOf(squares.filter(({ day }) => weekday(day) === column))
        const name = weekdayName(column)
        return (
          <div key={column} role="columnheader" className="dow">
            {block.squares.length > 0 ? (
              <button type="button" className="head-button" onClick={() => around.onBlock(block.squares, block.wish)}>
                {name.slice(0, 3)}.
                <span className="vh">
                  {' '}
                  {block.wish ? 'demander' : 'enlever'} tous les {name}s de ce mois
                </span>
              </button>
            ) : (
              <span className="head-button">
                <abbr title={name}>{name.slice(0, 3)}.</abbr>
              </span>
            )}
          </div>
        )
      })}
    </div>
  )
}

const DateWeek = ({ week, ...around }: { week: WeekShown } & GridProps) => {
  const { opened, renderPanel, calendar } = around
  const columns = columnsOf(calendar)
  const squares = squaresIn(week)
  const shown = squares.find((square) => keyOf(square) === opened)
  // The panel already describes the open cell.
  const described = squares.filter((square) => square.cell && square !== shown)
  return (
    <>
      <div className="week" role="row" style={{ '--cols': week.days.length } as CSSProperties}>
        {week.days.map((day, index) => (
          <div key={columns[index]} role="gridcell">
            {day?.squares.map((square) => (
              <SquareButton key={square.day} square={square} className="cell date" {...around}>
                <b>{Number(square.day.slice(8))}</b>
              </SquareButton>
            ))}
          </div>
        ))}
      </div>
      {shown && (
        <PanelRow at={week.days.findIndex((day) => day?.day === shown.day) + 1} columns={week.days.length}>
          {renderPanel(shown)}
        </PanelRow>
      )}
      <Notes
        notes={weekNotes(described, calendar.slots.length, around.noteContext)}
        className="week-note"
        onOpen={around.onOpen}
      />
      {week.shut
        .filter(({ cause }) => cause !== 'past')
        .map((shut) => (
          <NoteRow key={shut.days[0]} kind="shut">
            <span>
              <b>{daysText(shut.days)}</b>
              <br />
              {closedText(shut)}
            </span>
          </NoteRow>
        ))}
    </>
  )
}

// ---- slots below each other
// ---------------------------------------------------------------------------------------------

const SlotWeek = ({ week, ...around }: { week: WeekShown } & GridProps) => {
  const { calendar, noteContext, opened, renderPanel, onBlock, onUndo } = around
  const columns = columnsOf(calendar)
  const squares = squaresIn(week)
  const shown = squares.find((square) => keyOf(square) === opened)
  const days = week.days.flatMap((day) => (day ? [day.day] : []))
  const [first] = days
  const last = days.at(-1)
  if (!first || !last) return null
  const Heading = around.isTitled ? 'h3' : 'h2'
  const title = days.length === 1 ? briefDay(first) : spanText({ first, last })
  const at = shown ? week.days.findIndex((day) => day?.day === shown.day) + 1 : 0
  return (
    <section className="card week-card" aria-label={title}>
      <Heading>
        {title} {last.slice(0, 4)}
      </Heading>
      <div
        className="slot-grid"
        role="grid"
        tabIndex={-1}
        aria-label={title}
        onKeyDown={(event) => onGridKey(event, onUndo)}
      >
        <div className="slot-row" role="row" style={{ '--cols': week.days.length } as CSSProperties}>
          <div role="columnheader">
            <span className="vh">Plage</span>
          </div>
          {week.days.map((day, index) => {
            if (!day) {
              return (
                <div key={columns[index]} role="columnheader">
                  <span className="vh">Hors période</span>
                </div>
              )
            }
            const block = blockOf(day.squares)
            return (
              <div key={columns[index]} role="columnheader" className="dow">
                <BlockHead
                  block={block}
                  label={`${longDay(day.day)}\u00a0: ${block.wish ? 'demander toute la journée' : 'enlever toute la journée'}`}
                  onBlock={onBlock}
                >
                  {dayNumber(day.day).split(' ')[0]}
                  <b>{dayNumber(day.day).split(' ')[1]}</b>
                </BlockHead>
              </div>
            )
          })}
        </div>
        {calendar.slots.map((slot) => {
          const block = blockOf(squares.filter((square) => square.slot.id === slot.id))
          return (
            <div key={slot.id} className="slot-row" role="row" style={{ '--cols': week.days.length } as CSSProperties}>
              <div role="rowheader" className="what">
                <BlockHead
                  block={block}
                  label={block.wish ? 'demander toute la semaine' : 'enlever toute la semaine'}
                  onBlock={onBlock}
                >
                  {slot.name}
                </BlockHead>
              </div>
              {week.days.map((day, index) => {
                const square = day?.squares.find((one) => one.slot.id === slot.id)
                return (
                  <div key={columns[index]} role="gridcell">
                    {square && <SquareButton square={square} className="cell cell-portal" {...around} />}
                  </div>
                )
              })}
            </div>
          )
        })}
        {shown && (
          <PanelRow at={at + 1.4} columns={week.days.length + 1.4}>
            {renderPanel(shown)}
          </PanelRow>
        )}
        <Notes
          notes={weekNotes(
            squares.filter((square) => square !== shown && (square.cell || square.state !== 'closed')),
            calendar.slots.length,
            noteContext,
          )}
          className="day-note"
          onOpen={around.onOpen}
        />
        {week.shut
          .filter(({ cause }) => cause !== 'past')
          .map((shut) => (
            <NoteRow key={shut.days[0]} kind="info">
              <IconInfoCircle className="icon" aria-hidden />
              <span>
                {daysText(shut.days)}, {lowered(closedText(shut))}
              </span>
            </NoteRow>
          ))}
      </div>
    </section>
  )
}

const BlockHead = ({
  block,
  label,
  onBlock,
  children,
}: {
  block: ReturnType<typeof blockOf>
  label: string
  onBlock: CalendarProps['onBlock']
  children: ReactNode
}) =>
  block.squares.length > 0 ? (
    <button type="button" className="head-button" onClick={() => onBlock(block.squares, block.wish)}>
      {children}
      <span className="vh"> {label}</span>
    </button>
  ) : (
    <span className="head-button">{children}</span>
  )

// ---- parts ----------------------------------------------------------------------------------------------------------

const SquareButton = ({
  square,
  className,
  opened,
  reached,
  onReach,
  onTouch,
  children,
}: { square: Square; className: string; children?: ReactNode } & GridProps) => {
  const key = keyOf(square)
  const isOpen = opened === key
  return (
    <button
      type="button"
      className={`${className}${square.isLocked ? ' late' : ''}${isOpen ? ' is-open' : ''}`}
      data-cell={key}
      data-state={square.state}
      data-draft={square.draft}
      data-rank={square.rank}
      data-offer={square.isOffered || undefined}
      tabIndex={key === reached ? 0 : -1}
      aria-expanded={square.touch === 'open' ? isOpen : undefined}
      aria-pressed={square.touch === 'open' ? undefined : square.draft !== undefined}
      onFocus={() => onReach(key)}
      onClick={() => onTouch(square)}
    >
      {children} <span className="cell-text">{square.label}</span>
      {square.isLocked && <IconLock className="icon lock" aria-hidden />}
    </button>
  )
}

const noteIcons = {
  lock: IconLock,
  danger: IconAlertTriangle,
  wait: IconHourglass,
  recorded: IconCircleCheck,
  sent: IconSend,
  until: IconClock,
  info: IconInfoCircle,
  word: IconMessage,
}

export const NoteIcon = ({ kind }: { kind: Note['kind'] }) => {
  const Icon = noteIcons[kind]
  return <Icon className="icon" aria-hidden />
}

const Notes = ({
  notes,
  className,
  onOpen,
}: {
  notes: readonly Note[]
  className: string
  onOpen: CalendarProps['onOpen']
}) => (
  <>
    {notes.map(({ kind, text, squares: [first] }) => (
      <NoteRow key={text} kind={kind} className={className}>
        <NoteIcon kind={kind} />
        <span>
          <WithPhones text={text} />{' '}
          {kind === 'recorded' && first && (
            <button type="button" className="link" onClick={() => onOpen(first)}>
              Retirer
            </button>
          )}
        </span>
      </NoteRow>
    ))}
  </>
)

/** A child of role="grid" must be a row: notes are rows too. */
const NoteRow = ({
  kind,
  className = 'week-note',
  children,
}: {
  kind: string
  className?: string
  children: ReactNode
}) => (
  <div role="row">
    <div role="gridcell" className={className} data-kind={kind}>
      {children}
    </div>
  </div>
)

const PanelRow = ({ at, columns, children }: { at: number; columns: number; children: ReactNode }) => (
  <div role="row">
    <div role="gridcell" className="week-open" style={{ '--at': at, '--of': columns } as CSSProperties}>
      {children}
    </div>
  </div>
)

const ClosedLine = ({ shut }: { shut: ClosedDays }) => (
  <p className="day-shut">
    <i className="cell" data-state="closed" aria-hidden="true" />
    <span>
      <b>{daysText(shut.days)}</b>
      <br />
      {closedText(shut)}
    </span>
  </p>
)

const ClosedLines = ({ entries }: { entries: readonly (DayShown | WeekShown | ClosedDays)[] }) => (
  <div className="days">
    {entries.map((entry) => (entry.kind === 'shut' ? <ClosedLine key={entry.days[0]} shut={entry} /> : null))}
    {entries.length === 0 && <p className="soft">Aucun jour ouvert ce mois-ci.</p>}
  </div>
)

/** « Demander tout le mois »: ticks every free cell of the month. */
export const WholeMonth = ({ squares, onBlock }: { squares: readonly Square[] } & Pick<CalendarProps, 'onBlock'>) => {
  const block = blockOf(squares)
  if (block.squares.length < 2) return null
  return (
    <button type="button" className="whole" onClick={() => onBlock(block.squares, block.wish)}>
      {block.wish ? 'Demander tout le mois' : `Enlever ${counted(block.squares.length, 'case')}`}
    </button>
  )
}

/** All cells of a view, in any of the three shapes. */
export const squaresOfView = (view: View, props: Pick<CalendarProps, 'calendar' | 'span' | 'squareAt'>): Square[] =>
  dayEntries(view, props).flatMap((entry) => (entry.kind === 'day' ? entry.squares : []))

// ---- arrow keys
// ---------------------------------------------------------------------------------------------------------

/** Finds the target cell by screen position, so that the three shapes and adjacent months need no separate key maps. */
const onGridKey = (event: KeyboardEvent, onUndo: () => void): void => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z') {
    event.preventDefault()
    onUndo()
    return
  }
  const from = event.target
  if (!(from instanceof HTMLElement) || !from.matches('[data-cell]')) return
  const page = event.currentTarget.closest('.months') ?? event.currentTarget
  const cells = [...page.querySelectorAll<HTMLElement>('[data-cell]')]
  const target = targetOf(event.key, from, cells)
  if (!target) return
  event.preventDefault()
  target.focus()
}

const targetOf = (key: string, from: HTMLElement, cells: readonly HTMLElement[]): HTMLElement | undefined => {
  const index = cells.indexOf(from)
  const box = from.getBoundingClientRect()
  const own = from.closest('[role="grid"]')
  const inRow = cells.filter(
    (cell) => cell.closest('[role="grid"]') === own && Math.abs(cell.getBoundingClientRect().top - box.top) < 2,
  )
  if (key === 'ArrowRight') return inRow[inRow.indexOf(from) + 1] ?? cells[index + 1]
  if (key === 'ArrowLeft') return inRow[inRow.indexOf(from) - 1] ?? cells[index - 1]
  if (key === 'Home') return inRow[0]
  if (key === 'End') return inRow.at(-1)
  const down = key === 'ArrowDown'
  if (!down && key !== 'ArrowUp') return undefined
  const beside = cells.filter((cell) => cell.closest('[role="grid"]') === own)
  const next = closestRow(box, beside, down)
  if (next) return next
  return down ? cells[cells.indexOf(beside.at(-1) ?? from) + 1] : cells[cells.indexOf(beside[0] ?? from) - 1]
}

/** The cell nearest in its column, in the nearest row above or below. */
const closestRow = (box: DOMRect, cells: readonly HTMLElement[], down: boolean): HTMLElement | undefined => {
  const beyond = cells
    .map((cell) => ({ cell, at: cell.getBoundingClientRect() }))
    .filter(({ at }) => (down ? at.top > box.top + 2 : at.top < box.top - 2))
  const tops = beyond.map(({ at }) => at.top)
  const row = down ? Math.min(...tops) : Math.max(...tops)
  return beyond
    .filter(({ at }) => Math.abs(at.top - row) < 2)
    .toSorted((one, other) => Math.abs(one.at.left - box.left) - Math.abs(other.at.left - box.left))[0]?.cell
}
