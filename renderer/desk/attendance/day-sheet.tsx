import { TextInput } from '@mantine/core'
import IconSearch from '@tabler/icons-react/icons/IconSearch'
import IconToolsKitchen2 from '@tabler/icons-react/icons/IconToolsKitchen2'
import IconUsers from '@tabler/icons-react/icons/IconUsers'
import { useCallback, useMemo, useRef, useState } from 'react'
import type { DaySheet, Mark } from '../../../shared/contract/desk/attendance.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { whyNotMark } from '../../../shared/rules/cell/attendance.ts'
import { kitchenCount, specialMeals } from '../../../shared/rules/cell/meals.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { EmptyState, Note } from '../parts/feedback.tsx'
import { useShortcut } from '../parts/keyboard/shortcuts.ts'
import { useFirstDefined, useReadGuard } from '../parts/keyboard/stable-choice.ts'
import { ShortcutBar, Split } from '../parts/screen.tsx'
import { ChildPanel } from './child-panel.tsx'
import { JustifiedDialog } from './justified-dialog.tsx'
import { useMarking } from './marking.ts'
import {
  type CellPosition,
  cellAt,
  firstSlotToMark,
  isSought,
  readableRows,
  remainingToMark,
  situationOf,
  slotCounts,
  slotOf,
} from './sheet.ts'
import { SheetGrid } from './sheet-grid.tsx'

/** Id under which `useReadGuard` follows the child that keyboard shortcuts act on. */
const shortcutsId = 'keys'

/** One activity's sheet on one day, marked by mouse or by keyboard. */
export const DaySheetView = ({ recorded, today }: { recorded: DaySheet; today: Day }) => {
  const { sheet, pending, mark, undo, canUndo } = useMarking(recorded)
  const [sought, setSought] = useState('')
  const [wanted, setWanted] = useState<CellPosition>()
  const [justifying, setJustifying] = useState<CellPosition>()
  const grid = useRef<HTMLTableElement>(null)

  const children = useMemo(() => sheet.children.filter((one) => isSought(one, sought)), [sheet.children, sought])
  const proposedSlot = useFirstDefined(firstSlotToMark(sheet)?.id)
  const proposedChild = useFirstDefined(children[0]?.registrationId)
  const slot = slotOf(sheet, wanted?.slotId) ?? slotOf(sheet, proposedSlot) ?? sheet.slots[0]
  const wantedId = wanted?.registrationId ?? proposedChild
  const child = children.find(({ registrationId }) => registrationId === wantedId) ?? children[0]
  const hasLeft = !sheet.children.some(({ registrationId }) => registrationId === wantedId)
  const ifRead = useReadGuard('', [
    ...readableRows(sheet.children),
    // When the chosen child leaves the sheet, shortcuts apply to another child, who must be read first.
    { id: shortcutsId, version: hasLeft ? String(child?.registrationId) : '' },
  ])
  const chosen = child && slot ? { registrationId: child.registrationId, slotId: slot.id } : undefined
  const cell = chosen ? cellAt(sheet, chosen) : null
  // The same rule as the core's, so that a mark that would be refused is disabled.
  const whyNot = (wish: Mark | null) =>
    whyNotMark({
      day: sheet.day,
      today,
      mark: wish,
      reason: 'à écrire',
      ...situationOf(child, cell),
    })
  const notYet = sheet.day > today

  const give = useCallback(
    (at: CellPosition, wish: Mark | null) =>
      ifRead(at.registrationId, () => {
        setWanted(at)
        if (wish === 'justifiedInTime') setJustifying(at)
        else mark([at], { mark: wish, reason: '' })
      }),
    [mark, ifRead],
  )
  const giveChosen = (wish: Mark | null) => {
    if (chosen && whyNot(wish) === null) ifRead(shortcutsId, () => give(chosen, wish))
  }
  const allPresent = (slotId: number) => mark(remainingToMark(sheet, slotId), { mark: 'present', reason: '' })
  useShortcut('shift+p', 'tous présents, pour ce qui reste de la plage', () => slot && allPresent(slot.id), {
    enabled: !notYet,
  })
  useShortcut('mod+z', 'annuler le dernier pointage', undo, { enabled: canUndo })
  useShortcut('Delete', 'effacer le pointage', () => giveChosen(null), { enabled: !notYet })

  const focusGrid = () => grid.current?.querySelector<HTMLElement>('td[tabindex="0"]')?.focus()

  return (
    <>
      <div className="attendance-sums">
        <SlotFigures sheet={sheet} slotId={slot?.id} isToCome={notYet} />
        <span className="grow" />
        <NameFilter value={sought} onChange={setSought} onLeave={focusGrid} />
      </div>
      {notYet ? (
        <div className="attendance-note">
          <Note>Ce jour n’est pas encore venu&nbsp;: le pointage se fait le jour même ou après.</Note>
        </div>
      ) : null}
      <Split side={288}>
        {sheet.children.length === 0 ? (
          <EmptyState icon={IconUsers} title="Aucun enfant attendu">
            {sheet.others.length > 0
              ? 'Un enfant inscrit peut venir sans réservation\u00a0: pointez-le à droite, dans «\u00a0Autres inscrits\u00a0».'
              : 'Les enfants inscrits et leurs réservations viennent ici.'}
          </EmptyState>
        ) : children.length === 0 ? (
          <EmptyState icon={IconSearch} title={`Aucun enfant attendu ne s’appelle «\u00a0${sought.trim()}\u00a0»`} />
        ) : (
          <SheetGrid
            ref={grid}
            sheet={sheet}
            shown={children}
            chosen={chosen}
            notYet={notYet}
            onChoose={setWanted}
            onGive={give}
            onAllPresent={allPresent}
          />
        )}
        <ChildPanel
          day={sheet.day}
          child={child}
          slot={slot}
          cell={cell}
          others={sheet.others}
          pending={pending}
          sought={sought}
          whyNot={whyNot}
          notYet={notYet}
          showsHealth={sheet.showsHealth}
          onGive={giveChosen}
          onCame={(registrationId) =>
            slot && mark([{ registrationId, slotId: slot.id }], { mark: 'present', reason: '' })
          }
        />
      </Split>
      <ShortcutBar
        keys={[
          ['arrows', 'choisir'],
          ['p', 'présent'],
          ['a', 'absent'],
          ['j', 'absence justifiée'],
          ['Backspace', 'effacer'],
          ['shift+p', 'tous présents'],
          ['mod+z', 'annuler'],
        ]}
        chosen="Enregistré au fur et à mesure"
      />
      {justifying ? (
        <JustifiedDialog
          at={cellAt(sheet, justifying)}
          onGiven={(given) => mark([justifying], given)}
          onClose={() => {
            setJustifying(undefined)
            // After the dialog has returned the focus.
            requestAnimationFrame(focusGrid)
          }}
        />
      ) : null}
    </>
  )
}

const SlotFigures = ({
  sheet,
  slotId,
  isToCome,
}: {
  sheet: DaySheet
  slotId: number | undefined
  isToCome: boolean
}) => {
  const slot = sheet.slots.find(({ id }) => id === slotId)
  if (!slot) return null
  const { expected, present, absent, justified, toMark } = slotCounts(sheet, slot.id)
  return (
    <>
      <div className="attendance-sum" aria-live="polite">
        <span className="soft">{slot.name}</span>
        <Figure figure={expected} one="attendu" />
        {isToCome ? null : (
          <>
            <Figure figure={present} one="présent" tone="good" />
            <Figure figure={absent} one="absent" tone="danger" />
            <Figure figure={justified} one="justifié" tone="warn" />
            <Figure figure={toMark} one="à pointer" many="à pointer" />
          </>
        )}
      </div>
      <MealCount sheet={sheet} />
    </>
  )
}

export const Figure = ({
  figure,
  one,
  many = `${one}s`,
  tone,
}: {
  figure: number
  one: string
  many?: string
  tone?: string
}) => (
  <span>
    <b className={tone}>{figure}</b> {figure < 2 ? one : many}
  </span>
)

export const MealCount = ({ sheet }: { sheet: DaySheet }) => {
  const index = sheet.slots.findIndex(({ isMeal }) => isMeal)
  if (index < 0) return null
  const guests = sheet.children.flatMap(({ cells, health }) => {
    const cell = cells[index]
    const { diet = '', allergies = '', paiName = '' } = health ?? {}
    return cell ? [{ ...cell, diet, allergies, paiName }] : []
  })
  const count = kitchenCount(guests)
  const apart = specialMeals(count).map(([name, meals]) => `${meals} ${name}`)
  return (
    <div className="attendance-kitchen">
      <IconToolsKitchen2 size={16} aria-hidden="true" />
      <span>
        <b>{counted(count.served, 'repas', 'repas')} à servir</b>
        {apart.length > 0 ? ` dont ${apart.join(', ')}` : ''}
      </span>
    </div>
  )
}

/** A filter by name, which ignores accents and case. */
const NameFilter = ({
  value,
  onChange,
  onLeave,
}: {
  value: string
  onChange: (value: string) => void
  onLeave: () => void
}) => {
  const input = useRef<HTMLInputElement>(null)
  useShortcut('f', 'filtrer par nom', () => input.current?.focus())
  return (
    <TextInput
      ref={input}
      w={160}
      aria-label="Filtrer par nom"
      placeholder="Filtrer par nom"
      title="Filtrer par le nom d’un enfant ou de qui vient le chercher (F)"
      leftSection={<IconSearch size={14} />}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onChange('')
        else if (event.key !== 'Enter' && event.key !== 'ArrowDown') return
        event.preventDefault()
        onLeave()
      }}
    />
  )
}
