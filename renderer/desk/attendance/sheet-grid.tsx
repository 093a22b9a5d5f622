import IconAlertTriangle from '@tabler/icons-react/icons/IconAlertTriangle'
import IconBan from '@tabler/icons-react/icons/IconBan'
import IconCheck from '@tabler/icons-react/icons/IconCheck'
import IconFileCheck from '@tabler/icons-react/icons/IconFileCheck'
import IconFirstAidKit from '@tabler/icons-react/icons/IconFirstAidKit'
import IconX from '@tabler/icons-react/icons/IconX'
import { type KeyboardEvent, type MouseEvent, memo, type Ref, useLayoutEffect, useRef } from 'react'
import type { DaySheet, Mark, SheetChild } from '../../../shared/contract/desk/attendance.ts'
import { attendanceMarkNames, changesInvoice } from '../../../shared/rules/cell/attendance.ts'
import { disputedText } from '../../../shared/rules/people/pickup.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { Badge } from '../parts/feedback.tsx'
import { type CellPosition, type SheetCell, type SheetSlot, situationOf, slotCounts } from './sheet.ts'

// The ARIA grid pattern: arrow keys move between the cells of a table.
const gridRole = 'grid'

type Give = (at: CellPosition, mark: Mark | null) => void

/** Children × slots. Arrow keys move the focus between cells; each cell has three buttons for the mouse. */
export const SheetGrid = ({
  ref,
  sheet,
  shown,
  chosen,
  notYet,
  onChoose,
  onGive,
  onAllPresent,
}: {
  ref: Ref<HTMLTableElement>
  sheet: DaySheet
  /** Children who match the filter. */
  shown: readonly SheetChild[]
  chosen: CellPosition | undefined
  notYet: boolean
  onChoose: (at: CellPosition) => void
  onGive: Give
  onAllPresent: (slotId: number) => void
}) => {
  const scroller = useRef<HTMLDivElement>(null)
  const follows = useRef(false)
  const row = shown.findIndex(({ registrationId }) => registrationId === chosen?.registrationId)
  const column = sheet.slots.findIndex(({ id }) => id === chosen?.slotId)

  useLayoutEffect(() => {
    if (!follows.current) return
    follows.current = false
    scroller.current?.querySelector<HTMLElement>('td[tabindex="0"]')?.focus()
  })

  const goTo = (toRow: number, toColumn: number) => {
    const child = shown[Math.min(shown.length - 1, Math.max(0, toRow))]
    const slot = sheet.slots[Math.min(sheet.slots.length - 1, Math.max(0, toColumn))]
    if (!child || !slot) return
    follows.current = true
    onChoose({ registrationId: child.registrationId, slotId: slot.id })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.target instanceof HTMLTableCellElement)) return
    if (event.shiftKey || event.altKey) return
    const toEnd = event.ctrlKey || event.metaKey
    if (event.key === 'ArrowUp') goTo(row - 1, column)
    else if (event.key === 'ArrowDown') goTo(row + 1, column)
    else if (event.key === 'ArrowLeft') goTo(row, column - 1)
    else if (event.key === 'ArrowRight') goTo(row, column + 1)
    else if (event.key === 'Home') goTo(toEnd ? 0 : row, 0)
    else if (event.key === 'End') goTo(toEnd ? shown.length - 1 : row, sheet.slots.length - 1)
    else return
    event.preventDefault()
  }
  /** A click outside the mark cells chooses the row's child and keeps the current slot. */
  const onClick = ({ target }: MouseEvent) => {
    if (!(target instanceof Element) || target.closest('.attendance-cell')) return
    const line = target.closest<HTMLTableRowElement>('tbody tr')
    if (line) goTo(line.sectionRowIndex, column)
  }

  return (
    <div
      className="table-scroll attendance-scroll"
      ref={scroller}
      role="presentation"
      onKeyDown={onKeyDown}
      onClick={onClick}
    >
      <table
        ref={ref}
        className="table attendance-grid"
        data-tight={sheet.slots.length > 2 || undefined}
        role={gridRole}
        aria-label="Feuille de jour"
      >
        <thead>
          <tr>
            <th scope="col">Enfant</th>
            <th scope="col" className="num">
              Âge
            </th>
            <th scope="col">À savoir</th>
            {sheet.slots.map((slot) => (
              <th key={slot.id} scope="col" className="attendance-slot">
                <SlotHead
                  slot={slot}
                  left={slotCounts(sheet, slot.id).toMark}
                  notYet={notYet}
                  onAllPresent={onAllPresent}
                />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((child) => (
            <Row
              key={child.registrationId}
              child={child}
              slots={sheet.slots}
              chosenSlot={child.registrationId === chosen?.registrationId ? chosen.slotId : undefined}
              notYet={notYet}
              onChoose={onChoose}
              onGive={onGive}
            />
          ))}
        </tbody>
      </table>
    </div>
  )
}

const SlotHead = ({
  slot,
  left,
  notYet,
  onAllPresent,
}: {
  slot: SheetSlot
  left: number
  notYet: boolean
  onAllPresent: (slotId: number) => void
}) => (
  <div className="attendance-slot-head">
    <span title={`${slot.name}, ${slot.start} – ${slot.end}`}>{slot.name}</span>
    {left > 0 && !notYet ? (
      <button
        type="button"
        aria-label={`${slot.name}\u00a0: tous présents, ${counted(left, 'enfant')} à pointer`}
        title={`Tous présents\u00a0: ${counted(left, 'enfant')} à pointer`}
        onClick={() => onAllPresent(slot.id)}
      >
        Tous présents
      </button>
    ) : null}
  </div>
)

const Row = memo(
  ({
    child,
    slots,
    chosenSlot,
    notYet,
    onChoose,
    onGive,
  }: {
    child: SheetChild
    slots: readonly SheetSlot[]
    chosenSlot: number | undefined
    notYet: boolean
    onChoose: (at: CellPosition) => void
    onGive: Give
  }) => {
    const { registrationId } = child
    return (
      <tr aria-selected={chosenSlot !== undefined}>
        <th scope="row">
          {child.lastName} {child.firstName} {child.apart ? <span className="soft small">{child.apart}</span> : null}
        </th>
        <td className="soft small num">{child.age}</td>
        <td>
          <ChildAlerts child={child} />
        </td>
        {slots.map((slot, index) => {
          const cell = child.cells[index] ?? null
          const at = { registrationId, slotId: slot.id }
          return (
            <td
              key={slot.id}
              className="attendance-cell"
              tabIndex={chosenSlot === slot.id ? 0 : -1}
              onFocus={() => onChoose(at)}
              // Clicking a mark focuses the cell, not the button, so that shortcuts apply to the cell.
              onMouseDown={(event) => {
                event.preventDefault()
                event.currentTarget.focus()
              }}
            >
              <span className="unseen">
                {slot.name}&nbsp;: {cellText(cell, notYet)}
              </span>
              <Marks child={child} cell={cell} notYet={notYet} onGive={(mark) => onGive(at, mark)} />
            </td>
          )
        })}
      </tr>
    )
  },
)

const Marks = ({
  child,
  cell,
  notYet,
  onGive,
}: {
  child: SheetChild
  cell: SheetCell | null
  notYet: boolean
  onGive: (mark: Mark | null) => void
}) => {
  const now = situationOf(child, cell)
  return (
    // For the mouse only: a screen reader reads the cell's text, and uses shortcuts or the panel's buttons.
    <span className="attendance-marks" aria-hidden="true" data-empty={cell?.expected ? undefined : true}>
      {markChoices
        .filter(({ mark }) => cell?.expected || mark === 'present')
        .map(({ mark, tone, words, sign: Sign }) => {
          const isGiven = isMarked(cell, mark)
          const wish = isGiven ? null : mark
          return (
            <button
              key={mark}
              type="button"
              tabIndex={-1}
              aria-pressed={isGiven}
              data-tone={isGiven ? tone : undefined}
              title={isGiven ? `${cellText(cell, notYet)}. Cliquer pour effacer.` : words}
              disabled={notYet || (now.isFinal && changesInvoice(now, wish))}
              onClick={() => onGive(wish)}
            >
              <Sign size={14} aria-hidden="true" />
              <span>{words}</span>
            </button>
          )
        })}
    </span>
  )
}

/** The three marks that staff can make, for the grid and the tablet view. */
export const markChoices = [
  { mark: 'present', tone: 'good', words: 'Présent', sign: IconCheck },
  { mark: 'absent', tone: 'danger', words: 'Absent', sign: IconX },
  { mark: 'justifiedInTime', tone: 'warn', words: 'Justifié', sign: IconFileCheck },
] as const

export const isMarked = (cell: SheetCell | null, mark: Mark): boolean =>
  cell?.mark === mark || (mark === 'justifiedInTime' && cell?.mark === 'justifiedLate')

/**
 * « Présent, sans réservation », « Absence justifiée à temps (certificat) », « à pointer », or « attendu » on a day to
 * come.
 */
export const cellText = (cell: SheetCell | null, notYet: boolean): string => {
  if (!cell) return 'pas attendu'
  const words = cell.mark === null ? (notYet ? 'attendu' : 'à pointer') : attendanceMarkNames[cell.mark]
  const details = [cell.expected ? '' : 'sans réservation', cell.reason, cell.isBilled ? 'facturé' : '']
  return [words, ...details.filter((detail) => detail !== '')].join(', ')
}

export const ChildAlerts = ({ child: { health, forbiddenPickups, disputedPickups } }: { child: SheetChild }) => (
  <span className="attendance-alerts">
    {health && health.paiName !== '' ? (
      <Badge tone="danger">
        <IconFirstAidKit size={14} aria-hidden="true" />
        {health.paiName}
      </Badge>
    ) : null}
    {health && health.allergies !== '' ? (
      <Badge tone="danger">
        <IconAlertTriangle size={14} aria-hidden="true" />
        <span title={health.allergies}>{health.allergies}</span>
      </Badge>
    ) : null}
    {health && health.diet !== '' ? <Badge>{health.diet}</Badge> : null}
    {forbiddenPickups.length > 0 ? (
      <Badge tone="danger">
        <IconBan size={14} aria-hidden="true" />
        <span title={`Ne pas confier à ${forbiddenPickups.join(', ni à ')}`}>
          pas avec {forbiddenPickups.join(', ni ')}
        </span>
      </Badge>
    ) : null}
    {disputedPickups.map((person) => (
      <Badge key={person} tone="danger">
        <IconBan size={14} aria-hidden="true" />
        <span title={disputedText(person)}>{disputedText(person)}</span>
      </Badge>
    ))}
  </span>
)
