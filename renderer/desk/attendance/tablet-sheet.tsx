import { Button, TextInput } from '@mantine/core'
import IconArrowBackUp from '@tabler/icons-react/icons/IconArrowBackUp'
import IconSearch from '@tabler/icons-react/icons/IconSearch'
import IconUsers from '@tabler/icons-react/icons/IconUsers'
import { memo, useCallback, useState } from 'react'
import type { DaySheet, Mark, SheetChild } from '../../../shared/contract/desk/attendance.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { regularisedLaterText, whyNotMark } from '../../../shared/rules/cell/attendance.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { SegmentedControl } from '../parts/buttons.tsx'
import { EmptyState, Note } from '../parts/feedback.tsx'
import { useFirstDefined, useReadGuard } from '../parts/keyboard/stable-choice.ts'
import { DayThumbnail } from '../photos/day-photos.tsx'
import { ChildInfo, OtherRegistered } from './child-panel.tsx'
import { ChildTimes } from './child-times.tsx'
import { Figure, MealCount } from './day-sheet.tsx'
import { JustifiedDialog } from './justified-dialog.tsx'
import { useMarking } from './marking.ts'
import {
  type CellPosition,
  cellAt,
  firstSlotToMark,
  isSought,
  readableRows,
  remainingToMark,
  type SheetCell,
  type SheetSlot,
  situationOf,
  slotCounts,
  slotOf,
} from './sheet.ts'
import { ChildAlerts, cellText, isMarked, markChoices } from './sheet-grid.tsx'

type Shown = 'all' | 'toMark'

/** The attendance sheet for touch: one slot at a time, large buttons. */
export const TabletSheet = ({ recorded, today }: { recorded: DaySheet; today: Day }) => {
  const { sheet, pending, mark, undo, canUndo } = useMarking(recorded)
  const [slotId, setSlotId] = useState<number>()
  const [shown, setShown] = useState<Shown>('all')
  const [sought, setSought] = useState('')
  const [justifying, setJustifying] = useState<CellPosition>()
  const notYet = sheet.day > today
  const proposed = useFirstDefined(firstSlotToMark(sheet)?.id)
  const slot = slotOf(sheet, slotId) ?? slotOf(sheet, proposed) ?? sheet.slots[0]
  const index = slot ? sheet.slots.indexOf(slot) : -1
  const here = sheet.children.filter(({ cells }) => cells[index] != null)
  const isAll = notYet || shown === 'all'
  const listed = here.filter(({ cells }) => isAll || cells[index]?.mark === null)
  const ifRead = useReadGuard(`${slot?.id ?? ''} ${shown}`, readableRows(listed))

  const give = useCallback(
    (at: CellPosition, wish: Mark | null) =>
      ifRead(at.registrationId, () => {
        if (wish === 'justifiedInTime') setJustifying(at)
        else mark([at], { mark: wish, reason: '' })
      }),
    [mark, ifRead],
  )
  if (!slot) return null
  const children = listed.filter((one) => isSought(one, sought))
  const { expected, present, absent, justified, toMark } = slotCounts(sheet, slot.id)

  return (
    <div className="tablet">
      <div className="tablet-head">
        <SegmentedControl
          label="Plage"
          options={sheet.slots.map(({ id, name: words }) => [String(id), words] as const)}
          value={String(slot.id)}
          onChange={(id) => setSlotId(Number(id))}
        />
        {notYet ? null : (
          <SegmentedControl
            label="Enfants montrés"
            options={[
              ['all', 'Tous'],
              ['toMark', `À pointer (${toMark})`],
            ]}
            value={shown}
            onChange={setShown}
          />
        )}
        <TextInput
          className="grow"
          type="search"
          aria-label="Filtrer par nom"
          placeholder="Nom"
          leftSection={<IconSearch size={18} />}
          value={sought}
          onChange={(event) => setSought(event.currentTarget.value)}
        />
        <Button leftSection={<IconArrowBackUp size={18} />} disabled={!canUndo} onClick={undo}>
          Annuler
        </Button>
      </div>
      <div className="tablet-sums">
        <div className="attendance-sum" aria-live="polite">
          <Figure figure={expected} one="attendu" />
          {notYet ? null : (
            <>
              <Figure figure={present} one="présent" tone="good" />
              <Figure figure={absent} one="absent" tone="danger" />
              <Figure figure={justified} one="justifié" tone="warn" />
              <Figure figure={toMark} one="à pointer" many="à pointer" />
            </>
          )}
        </div>
        <span className="grow" />
        <MealCount sheet={sheet} />
      </div>
      {notYet ? (
        <div className="attendance-note">
          <Note>Ce jour n’est pas encore venu&nbsp;: le pointage se fait le jour même ou après.</Note>
        </div>
      ) : null}
      <div className="tablet-list">
        {here.length === 0 ? (
          <EmptyState icon={IconUsers} title="Aucun enfant attendu">
            Choisissez une autre plage, ou notez plus bas un enfant venu sans réservation.
          </EmptyState>
        ) : children.length === 0 ? (
          <EmptyState icon={IconUsers} title={shown === 'toMark' ? 'Tous sont pointés' : 'Aucun enfant de ce nom'} />
        ) : (
          <ul aria-label={`Enfants attendus, ${slot.name}`}>
            {children.map((child) => (
              <Row
                key={child.registrationId}
                child={child}
                day={sheet.day}
                today={today}
                slot={slot}
                cell={child.cells[index] ?? null}
                showsHealth={sheet.showsHealth}
                onGive={give}
              />
            ))}
          </ul>
        )}
        {toMark > 1 && !notYet && shown === 'toMark' ? (
          <Button
            className="tablet-all"
            onClick={() => mark(remainingToMark(sheet, slot.id), { mark: 'present', reason: '' })}
          >
            Tous présents&nbsp;: {counted(toMark, 'enfant')} à pointer
          </Button>
        ) : null}
        {sheet.others.length > 0 ? (
          <div className="tablet-others">
            <OtherRegistered
              others={sheet.others}
              pending={pending}
              slot={slot}
              sought={sought}
              notYet={notYet}
              onCame={(registrationId) => mark([{ registrationId, slotId: slot.id }], { mark: 'present', reason: '' })}
            />
          </div>
        ) : null}
      </div>
      {justifying ? (
        <JustifiedDialog
          at={cellAt(sheet, justifying)}
          onGiven={(given) => mark([justifying], given)}
          onClose={() => setJustifying(undefined)}
        />
      ) : null}
    </div>
  )
}

const Row = memo(
  ({
    child,
    day,
    today,
    slot,
    cell,
    showsHealth,
    onGive,
  }: {
    child: SheetChild
    day: Day
    today: Day
    slot: SheetSlot
    cell: SheetCell | null
    showsHealth: boolean
    onGive: (at: CellPosition, mark: Mark | null) => void
  }) => {
    const name = `${child.lastName} ${child.firstName}`
    const at = { registrationId: child.registrationId, slotId: slot.id }
    const now = situationOf(child, cell)
    const whyNot = (mark: Mark | null) => whyNotMark({ day, today, mark, reason: 'à écrire', ...now })
    return (
      <li data-mark={cell?.mark ?? undefined}>
        <details className="tablet-child">
          <summary>
            <DayThumbnail childId={child.childId} />
            <b>{name}</b> <span className="soft">{[child.age, child.apart].filter(Boolean).join(', ')}</span>
            <ChildAlerts child={child} />
            {now.isBilled ? (
              <span className="tablet-why soft small">
                {whyNot(now.expected ? 'absent' : null) ?? regularisedLaterText}
              </span>
            ) : null}
          </summary>
          <ChildInfo child={child} showsHealth={showsHealth} />
          <ChildTimes child={child} day={day} isLarge />
        </details>
        <fieldset className="tablet-marks" aria-label={`${name}, ${slot.name} : ${cellText(cell, day > today)}`}>
          {markChoices
            .filter(({ mark }) => now.expected || mark === 'present')
            .map(({ mark, tone, words, sign: Sign }) => {
              const isGiven = isMarked(cell, mark)
              const wish = isGiven ? null : mark
              return (
                <button
                  key={mark}
                  type="button"
                  aria-pressed={isGiven}
                  aria-label={`${name} : ${words}`}
                  data-tone={isGiven ? tone : undefined}
                  disabled={whyNot(wish) !== null}
                  onClick={() => onGive(at, wish)}
                >
                  <Sign size={20} aria-hidden="true" />
                  {words}
                </button>
              )
            })}
        </fieldset>
      </li>
    )
  },
)
