import { Button } from '@mantine/core'
import IconArrowBackUp from '@tabler/icons-react/icons/IconArrowBackUp'
import IconCheck from '@tabler/icons-react/icons/IconCheck'
import IconFileCheck from '@tabler/icons-react/icons/IconFileCheck'
import IconX from '@tabler/icons-react/icons/IconX'
import { Link } from '@tanstack/react-router'
import type { DaySheet, Mark, SheetChild } from '../../../shared/contract/desk/attendance.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { regularisedLaterText } from '../../../shared/rules/cell/attendance.ts'
import { parentsFetchingText, personToCallText } from '../../../shared/rules/cell/day-list.ts'
import { consentsAtGate } from '../../../shared/rules/dossier/consent.ts'
import { folded } from '../../../shared/rules/people/names.ts'
import { disputedText } from '../../../shared/rules/people/pickup.ts'
import { counted, withFullStop, withUnbrokenNumbers } from '../../../shared/rules/text/french.ts'
import { EmergencyHealth } from '../emergency/emergency-health.tsx'
import { ActionButton } from '../parts/buttons.tsx'
import { Note, Properties } from '../parts/feedback.tsx'
import { useReadGuard } from '../parts/keyboard/stable-choice.ts'
import { Panel, Section } from '../parts/screen.tsx'
import { PhotosOfChild } from '../photos/day-photos.tsx'
import { useMay } from '../staff/may.ts'
import { ChildTimes } from './child-times.tsx'
import { cellKey, type GivenMark, type SheetCell, type SheetSlot } from './sheet.ts'
import { cellText } from './sheet-grid.tsx'

const maxOthers = 30

/** Panel of the chosen child and cell: the marks, the child's details, and children who may come without a booking. */
export const ChildPanel = ({
  day,
  child,
  slot,
  cell,
  others,
  pending,
  sought,
  notYet,
  showsHealth,
  whyNot,
  onGive,
  onCame,
}: {
  day: Day
  child: SheetChild | undefined
  slot: SheetSlot | undefined
  cell: SheetCell | null
  others: DaySheet['others']
  /** Marks that are not sent yet, by cell. */
  pending: ReadonlyMap<string, GivenMark>
  sought: string
  notYet: boolean
  showsHealth: boolean
  whyNot: (mark: Mark | null) => string | null
  onGive: (mark: Mark | null) => void
  onCame: (registrationId: number) => void
}) => (
  <Panel
    label="Case choisie"
    title={child ? `${child.lastName} ${child.firstName}` : undefined}
    subtitle={child ? [child.age, child.apart, child.level].filter((part) => part !== '').join(', ') : undefined}
  >
    {child && slot ? (
      <>
        <div className="stack">
          <p>
            <b>{slot.name}</b>&nbsp;: {cellText(cell, notYet)}
          </p>
          <MarkActions cell={cell} notYet={notYet} whyNot={whyNot} onGive={onGive} />
        </div>
        {notYet ? null : <ChildTimes key={child.registrationId} child={child} day={day} />}
        <ChildInfo child={child} showsHealth={showsHealth} />
      </>
    ) : null}
    {slot && others.length > 0 ? (
      <OtherRegistered others={others} pending={pending} slot={slot} sought={sought} notYet={notYet} onCame={onCame} />
    ) : null}
  </Panel>
)

const MarkActions = ({
  cell,
  notYet,
  whyNot,
  onGive,
}: {
  cell: SheetCell | null
  notYet: boolean
  whyNot: (mark: Mark | null) => string | null
  onGive: (mark: Mark | null) => void
}) => {
  const hasMark = cell !== null && cell.mark !== null
  const note = notYet || !cell?.isBilled ? null : (whyNot(cell.expected ? 'absent' : null) ?? regularisedLaterText)
  return (
    <>
      {note === null ? null : <Note>{note}</Note>}
      <ActionButton
        main
        fullWidth
        combo="p"
        label="Présent"
        icon={<IconCheck size={14} />}
        disabled={whyNot('present') !== null}
        onAction={() => onGive('present')}
      />
      <ActionButton
        fullWidth
        combo="a"
        label="Absent"
        icon={<IconX size={14} />}
        disabled={whyNot('absent') !== null}
        onAction={() => onGive('absent')}
      />
      <ActionButton
        fullWidth
        combo="j"
        label="Absence justifiée…"
        icon={<IconFileCheck size={14} />}
        disabled={whyNot('justifiedInTime') !== null}
        onAction={() => onGive('justifiedInTime')}
      />
      <ActionButton
        fullWidth
        combo="Backspace"
        label="Effacer le pointage"
        icon={<IconArrowBackUp size={14} />}
        disabled={!hasMark || whyNot(null) !== null}
        onAction={() => onGive(null)}
      />
    </>
  )
}

/** Health, if the person may read it, people to call, and who may fetch the child. */
export const ChildInfo = ({ child, showsHealth }: { child: SheetChild; showsHealth: boolean }) => {
  const may = useMay()
  const { health, parents, allowedPickups, forbiddenPickups, disputedPickups } = child
  const consented = consentsAtGate(child.consents)
  const known = [
    ['Allergies', health?.allergies ?? ''],
    ['PAI', health?.pai ?? ''],
    ['Traitement', health?.treatment ?? ''],
    ['Régime', health?.diet ?? ''],
  ] as const
  return (
    <div className="stack">
      <PhotosOfChild childId={child.childId} firstName={child.firstName} />
      {forbiddenPickups.map((person) => (
        <Note key={person} tone="danger">
          Ne pas confier à {withFullStop(person)}
        </Note>
      ))}
      {disputedPickups.map((person) => (
        <Note key={person} tone="danger">
          {withFullStop(disputedText(person))}
        </Note>
      ))}
      <Properties
        alignStart
        entries={[
          ...known.filter(([, text]) => text !== ''),
          ...(parents.length > 0
            ? [
                [
                  'À appeler',
                  parents.map((one) => (
                    <div key={personToCallText(one)}>{withUnbrokenNumbers(personToCallText(one))}</div>
                  )),
                ] as const,
              ]
            : []),
          [
            'Repart avec',
            withUnbrokenNumbers([`ses ${parentsFetchingText(child)}`, ...allowedPickups].join('\u00a0; ')),
          ],
          ...(consented.length > 0 ? [['Autorisations', consented.join(', ')] as const] : []),
        ]}
      />
      {showsHealth ? null : (
        <p className="soft small">La santé et le régime se lisent avec le rôle Animateur ou Directeur.</p>
      )}
      <EmergencyHealth childId={child.childId} firstName={child.firstName} />
      {may('families.read') ? (
        <Link className="small" to="/familles/$familyId" params={{ familyId: String(child.familyId) }}>
          Voir la famille
        </Link>
      ) : null}
    </div>
  )
}

/** Registered children without a booking on this day. */
export const OtherRegistered = ({
  others,
  pending,
  slot,
  sought,
  notYet,
  onCame,
}: {
  others: DaySheet['others']
  pending: ReadonlyMap<string, GivenMark>
  slot: SheetSlot
  sought: string
  notYet: boolean
  onCame: (registrationId: number) => void
}) => {
  const name = folded(sought)
  const found = others.filter((one) => folded(one.name).includes(name))
  const hidden = found.length - maxOthers
  const listed = found.slice(0, maxOthers)
  const ifRead = useReadGuard(
    `${slot.id} ${name}`,
    listed.map(({ registrationId: id }) => ({ id, version: '' })),
  )
  return (
    <Section title="Autres inscrits" subtitle={counted(found.length, 'enfant')}>
      <p className="soft small">
        Sans réservation ce jour-là. «&nbsp;Présent&nbsp;» note leur venue, plage «&nbsp;{slot.name}&nbsp;».
      </p>
      <ul className="attendance-others">
        {listed.map(({ registrationId, name: full, age, apart }) => (
          <li key={registrationId}>
            <span className="grow">
              {full} <span className="soft small">{apart === '' ? age : `${age}, ${apart}`}</span>
            </span>
            <Button
              size="compact-sm"
              aria-label={`${apart === '' ? full : `${full}, ${apart}`}\u00a0: présent sans réservation, ${slot.name}`}
              disabled={notYet || pending.has(cellKey({ registrationId, slotId: slot.id }))}
              onClick={() => ifRead(registrationId, () => onCame(registrationId))}
            >
              {pending.has(cellKey({ registrationId, slotId: slot.id })) ? 'Noté' : 'Présent'}
            </Button>
          </li>
        ))}
      </ul>
      {hidden > 0 ? (
        <p className="soft small">Et {counted(hidden, 'autre')}&nbsp;: filtrez par nom pour les trouver.</p>
      ) : null}
    </Section>
  )
}
