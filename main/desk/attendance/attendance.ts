import type { DaySheet, Mark } from '../../../shared/contract/desk/attendance.ts'
import { may } from '../../../shared/rules/access/roles.ts'
import {
  addMinutes,
  type Day,
  type Instant,
  isWithin,
  type TimeOfDay,
  today,
} from '../../../shared/rules/calendar/day.ts'
import {
  changesInvoice,
  type LastMark,
  minutesLate,
  olderMarkText,
  whyNotArrival,
  whyNotDeparture,
  whyNotMark,
} from '../../../shared/rules/cell/attendance.ts'
import { bannedTexts, parentsFetchingText, personToCallText } from '../../../shared/rules/cell/day-list.ts'
import { consentsAtGate } from '../../../shared/rules/dossier/consent.ts'
import { healthAlertText, paiName, paiText } from '../../../shared/rules/dossier/health.ts'
import { powersOf, unconfirmedBond } from '../../../shared/rules/people/guardian-bond.ts'
import { bornWord, byFullName, namesakesAmong } from '../../../shared/rules/people/names.ts'
import { disputedText } from '../../../shared/rules/people/pickup.ts'
import { ageText, capitalised, counted, numericDay, shortDay, timeText } from '../../../shared/rules/text/french.ts'
import { type DaySheetPaper, daySheetPdf } from '../../documents/day-sheet-pdf.ts'
import type { Write } from '../../store/acts/acts.ts'
import { attendance, reservation } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import {
  groupsOf,
  type JointSlots,
  jointSlots,
  leadActivity,
  openingsOn,
  ownSlot,
  slotsOf,
  sublistsOf,
} from '../activities/activities.ts'
import { consentsOn } from '../consents/consents.ts'
import { type Core, type Person, Refused } from '../core.ts'
import {
  bondsOfChildren,
  type ChildOnDay,
  childrenOnDay,
  contactsOfHomes,
  fetchingOn,
  pickupsOfChildren,
} from '../families/families.ts'
import { healthNotices } from '../families/health.ts'
import { childGroupsIn, childrenOnLists, registrationOf } from '../registrations/registrations.ts'
import { organisationOf } from '../settings/settings.ts'
import {
  activitiesClosedOn,
  activitiesOn,
  activityRegisteredIn,
  cellsOfDay,
  childRegistered,
  childrenOn,
  type MarkedCell,
  markedCell,
  markRemovedSince,
  registrationsOn,
  slotsPresent,
} from './attendance-store.ts'

export { childDaysSql, isBookedOn, mealsBooked, openingCountsSql } from './attendance-store.ts'
export {
  type ChargeableCell,
  cellsAsBilled,
  chargeableCells,
  familiesToBill,
  type UnbilledCells,
  unbilledWithin,
} from './chargeable.ts'

/** Activities open on a day, with the number of children expected and marked. */
export const attendanceOfDay = ({ store }: Core, day: Day) => activitiesOn(store, day)

export const closedOnDay = ({ store }: Core, day: Day) => activitiesClosedOn(store, day)

export const childrenOfDay = ({ store }: Core, day: Day) => childrenOn(store, day)

/**
 * The day sheet of an activity: children expected, marks, contacts. Health notices are included for people whose role
 * allows them, and reading them is recorded as an act.
 * @param purpose begins the label of that act: « feuille », « fiche de sortie »
 */
export const daySheet = (
  core: Core,
  person: Person,
  { activityId: asked, day }: { activityId: number; day: Day },
  purpose = 'feuille',
): DaySheet => {
  const { store } = core
  const activity = leadActivity(store, asked)
  const activityId = activity.id
  const joint = jointSlots(store, activityId)
  const cells = jointCellsOfDay(store, joint, day)
  const open = openSlotsOn(store, joint, day)
  const slots = joint.slots.filter(({ id }) => open.has(id) || cells.some(({ slotId }) => slotId === id))
  const registered = joint.activityIds.flatMap((id) => registrationsOn(store, id, day))
  const byRegistration = Map.groupBy(cells, ({ registrationId }) => registrationId)
  const coming = registered.filter(({ id }) => byRegistration.has(id))
  const childIds = coming.map(({ childId }) => childId)
  const people = childrenOnDay(
    store,
    registered.map(({ childId }) => childId),
    day,
  )
  const namesakes = namesakesAmong([...people.values()])
  const showsHealth = may(person.roles, 'health.daySheet')
  const notices = new Map(
    (showsHealth && childIds.length > 0
      ? healthNotices(core, person, childIds, `${purpose} du ${shortDay(day)}, ${activity.name}`)
      : []
    ).map(({ childId, allergies, diet, treatment, ...pai }) => [
      childId,
      { allergies, diet, pai: paiText(pai, day), paiName: paiName(pai, day), treatment },
    ]),
  )
  const homeContacts = contactsOfHomes(
    store,
    coming.map(({ familyId }) => familyId),
  )
  const namesakeText = (child: ChildOnDay) =>
    namesakes.has(child.id) ? `${bornWord[child.sex]} le ${numericDay(child.birthDay)}` : ''
  const pickups = Map.groupBy(pickupsOfChildren(store, childIds, day), ({ childId }) => childId)
  const bonds = bondsOfChildren(store, childIds)
  const fetchingOnDay = fetchingOn(store, childIds, day)
  const consents = consentsOn(store, childIds, day)
  const groups = groupsOf(store, activityId)
  const groupOf = new Map(
    [...new Set(coming.map(({ periodId }) => periodId))].map((id) => [id, childGroupsIn(store, id, day, day)]),
  )
  const groupName = ({ id, periodId }: (typeof coming)[number]): string | null => {
    const groupId = groupOf.get(periodId)?.of(id, day)
    return groups.find((group) => group.id === groupId)?.name ?? null
  }
  const sublists = sublistsOf(store, activityId).filter(({ endedFrom }) => endedFrom === null || day < endedFrom)
  const onLists = sublists.length === 0 ? new Map<number, never[]>() : childrenOnLists(store, activityId)
  const isOn = (listId: number, registrationId: number) =>
    (onLists.get(listId) ?? []).some((one) => one.registrationId === registrationId && isWithin(one, day))
  return {
    day,
    activityId,
    activity: activity.name,
    facility: activity.facility,
    slots: slots.map(({ id, name, shortName, start, end, isMeal }) => ({ id, name, shortName, start, end, isMeal })),
    groups: groups.map(({ name }) => name),
    sublists: sublists.map(({ name, capacity, slotIds }) => ({
      name,
      capacity,
      slotIds: slots.flatMap(({ id }) => (slotIds?.includes(id) === false ? [] : [id])),
    })),
    children: coming
      .map((registration) => {
        const { id, childId, familyId } = registration
        const child = people.get(childId)
        const childCells = byRegistration.get(id) ?? []
        const contacts = pickups.get(childId) ?? []
        const guardians = (homeContacts.get(familyId) ?? []).map((one) => ({
          name: `${one.firstName} ${one.lastName}`,
          person: { firstName: one.firstName, lastName: one.lastName, phones: [...one.phones] },
          isTold: powersOf((one.guardianId !== null && bonds.get(childId)?.get(one.guardianId)) || unconfirmedBond)
            .told,
          fetching:
            one.guardianId === null
              ? 'yes'
              : fetchingOnDay(childId, { guardianId: one.guardianId, name: `${one.firstName} ${one.lastName}` }),
        }))
        return {
          childId,
          registrationId: id,
          familyId,
          lastName: child?.lastName ?? '',
          firstName: child?.firstName ?? '',
          age: child ? ageText(child.age) : '',
          level: child?.level ?? '',
          group: groupName(registration),
          sublists: sublists.flatMap((list) => (isOn(list.id, id) ? [list.name] : [])),
          apart: child ? namesakeText(child) : '',
          departure: departureOf(childCells, slots),
          arrival: childCells.flatMap(({ arrivedAt }) => arrivedAt ?? []).toSorted()[0] ?? null,
          cells: slots.map(({ id: slotId }) => shownCell(childCells.find((cell) => cell.slotId === slotId))),
          health: notices.get(childId) ?? null,
          parents: guardians.filter(({ isTold }) => isTold).map(({ person: one }) => one),
          notFetching: guardians.filter(({ fetching }) => fetching === 'no').map(({ name }) => name),
          disputed: guardians.filter(({ fetching }) => fetching === 'disputed').map(({ name }) => name),
          allowedPickups: contacts.filter(({ allowed }) => allowed).map(contactText),
          forbiddenPickups: contacts.filter(({ forbidding }) => forbidding === 'forbidden').map(contactText),
          disputedPickups: contacts.filter(({ forbidding }) => forbidding === 'disputed').map(contactText),
          consents: consents.get(childId) ?? {},
        }
      })
      .toSorted(byFullName),
    others: registered
      .filter(({ id }) => !byRegistration.has(id))
      .flatMap(({ id, childId }) => {
        const child = people.get(childId)
        if (!child) return []
        const name = `${child.lastName} ${child.firstName}`
        return [{ registrationId: id, childId, name, age: ageText(child.age), apart: namesakeText(child) }]
      }),
    totals: slots.map(({ id }) => totalsOf(id, cells)),
    showsHealth,
  }
}

/** The cells of an activity and of those joined to it, each in the column in which its slot is shown. */
export const jointCellsOfDay = (store: Store, { activityIds, shownAs }: JointSlots, day: Day): MarkedCell[] =>
  activityIds.flatMap((id) => cellsOfDay(store, id, day).map((cell) => ({ ...cell, slotId: shownAs(cell.slotId) })))

/** The slots that some period opens that day, as columns of the sheet. */
export const openSlotsOn = (store: Store, { shownAs }: Pick<JointSlots, 'shownAs'>, day: Day): ReadonlySet<number> =>
  new Set(openingsOn(store, day).flatMap((one) => (one.closedReason === null ? [shownAs(one.slotId)] : [])))

/** The children registered in an activity on a day, and whether the day sheet has them: expected or marked. */
export const childrenOfSheet = (store: Store, activityId: number, day: Day): RegisteredOnDay[] => {
  const cells = jointCellsOfDay(store, jointSlots(store, activityId), day)
  const onSheet = new Set(cells.map(({ registrationId }) => registrationId))
  return registeredOn(store, activityId, day).filter(({ registrationId }) => onSheet.has(registrationId))
}

type RegisteredOnDay = { readonly registrationId: number; readonly childId: number; readonly periodId: number }

/** The children registered in an activity, or in one joined to it, on a day, booked or not. */
export const registeredOn = (store: Store, activityId: number, day: Day): RegisteredOnDay[] =>
  jointSlots(store, activityId)
    .activityIds.flatMap((id) => registrationsOn(store, id, day))
    .map(({ id, childId, periodId }) => ({ registrationId: id, childId, periodId }))

/** The recorded departure of a child, and how late it was against the end of the slot that carries it. */
const departureOf = (
  cells: readonly MarkedCell[],
  slots: readonly { readonly id: number; readonly end: TimeOfDay }[],
): DaySheet['children'][number]['departure'] => {
  const cell = cells.find(({ leftAt }) => leftAt !== null)
  const end = slots.find(({ id }) => id === cell?.slotId)?.end
  return cell?.leftAt && end ? { at: cell.leftAt, minutesLate: minutesLate(end, cell.leftAt) } : null
}

const shownCell = (cell: MarkedCell | undefined): DaySheet['children'][number]['cells'][number] =>
  cell
    ? {
        expected: cell.held === 'confirmed',
        mark: cell.mark,
        reason: cell.reason ?? '',
        isBilled: cell.billedBy !== null,
        isFinal: cell.isFinal === 1,
      }
    : null

const contactText = ({ name, relation, phone }: { name: string; relation: string; phone: string }) =>
  [relation === '' ? name : `${name} (${relation})`, phone].filter((part) => part !== '').join(', ')

const totalsOf = (slotId: number, cells: readonly MarkedCell[]): DaySheet['totals'][number] => {
  const slotCells = cells.filter((cell) => cell.slotId === slotId)
  const marked = (...marks: Mark[]) => slotCells.filter(({ mark }) => mark !== null && marks.includes(mark)).length
  return {
    slotId,
    expected: slotCells.filter(({ held }) => held === 'confirmed').length,
    present: marked('present'),
    absent: marked('absent'),
    justified: marked('justifiedInTime', 'justifiedLate'),
    toMark: slotCells.filter(({ held, mark }) => held === 'confirmed' && mark === null).length,
  }
}

/**
 * One sheet for each group with children that day, then one for children of no group; a single sheet when the activity
 * has no groups.
 */
const sheetsByGroup = ({ activity, groups, children }: DaySheet) =>
  groups.length === 0 || children.length === 0
    ? [{ title: activity, children }]
    : [...groups, null].flatMap((group) => {
        const own = children.filter((child) => child.group === group)
        return own.length === 0 ? [] : [{ title: `${activity}, ${group ?? 'sans groupe'}`, children: own }]
      })

/** The alerts about these children on a day that this person may see. Provided by the notes, a higher domain. */
export type AlertsOfChildren = (
  core: Core,
  person: Person,
  childIds: readonly number[],
  on: Day,
) => readonly { readonly childId: number; readonly text: string }[]

export const daySheetsPdf = async (
  core: Core,
  person: Person,
  { activityIds, day }: { activityIds: readonly number[]; day: Day },
  alertsOf: AlertsOfChildren,
): Promise<File> => {
  const { name } = organisationOf(core.store)
  const printedAt = core.clock()
  const papers = activityIds.flatMap((activityId): DaySheetPaper[] => {
    const sheet = daySheet(core, person, { activityId, day })
    const alerts = Map.groupBy(
      alertsOf(
        core,
        person,
        sheet.children.map(({ childId }) => childId),
        day,
      ),
      ({ childId }) => childId,
    )
    return sheetsByGroup(sheet).map(({ title, children }) => ({
      organisationName: name,
      activity: title,
      facility: sheet.facility,
      day,
      slots: sheet.slots,
      showsHealth: sheet.showsHealth,
      printedAt,
      children: children.map(({ childId, lastName, firstName, age, apart, cells, health, ...who }) => ({
        lastName,
        firstName,
        age: [age, apart].filter((part) => part !== '').join(', '),
        expected: cells.map((cell) => cell?.expected === true),
        ...(health && healthAlertText(health) !== '' && { alert: healthAlertText(health) }),
        ...(health && health.diet !== '' && { diet: health.diet }),
        ...(health && health.treatment !== '' && { treatment: health.treatment }),
        pickup: [
          ...(who.parents.length > 0
            ? who.parents
                .filter(({ firstName: first, lastName: last }) => !who.notFetching.includes(`${first} ${last}`))
                .map((one) =>
                  who.disputed.includes(`${one.firstName} ${one.lastName}`)
                    ? disputedText(personToCallText(one, lastName))
                    : personToCallText(one, lastName),
                )
            : [capitalised(parentsFetchingText(who))]),
          ...who.allowedPickups,
          ...consentsAtGate(who.consents).map(capitalised),
        ].join('\n'),
        banned: bannedTexts(who),
        alerts: alerts.get(childId)?.map(({ text }) => text) ?? [],
      })),
    }))
  })
  const bytes = await daySheetPdf(papers, { createdAt: printedAt })
  return new File([bytes], `feuille-de-jour-${day}.pdf`, { type: 'application/pdf' })
}

type MarkInput = {
  readonly cells: readonly CellMarked[]
  readonly mark: Mark | null
  readonly reason?: string | undefined
}
type CellMarked = {
  readonly registrationId: number
  readonly day: Day
  readonly slotId: number
  /** Milliseconds since the mark was made: a screen without network sends marks later. */
  readonly madeAgo?: number | undefined
}

/**
 * Called in the act that changes a billed day, before the change. Invoicing, a higher domain, gives it: it records the
 * prices of older papers, which can be found only from the marks as they were.
 * @returns why it cannot do so now, as a French sentence; null once it is done
 */
export type BeforeBilledDayChange = (store: Store, write: Write, reservationIds: readonly number[]) => string | null

const markedLabel = ({ done }: { done: number }): string => `Pointage\u00a0: ${counted(done, 'case')}`

/**
 * Marks cells in one act. Each cell is checked on its own: refused cells are listed in the answer and stay unchanged.
 */
export const markAttendance = (
  { store, clock }: Core,
  person: Person,
  { cells, mark, reason = '' }: MarkInput,
  beforeBilledDayChange: BeforeBilledDayChange,
) => {
  return store.act(person, 'attendance.mark', markedLabel, (write) => {
    const refused: { registrationId: number; day: Day; slotId: number; child: string; sentence: string }[] = []
    for (const { registrationId, day, slotId: shownId, madeAgo = 0 } of cells) {
      const slotId = slotOfCell(store, registrationId, shownId)
      const madeAt = addMinutes(write.at, -madeAgo / 60_000)
      const cell = markedCell(store, registrationId, day, slotId)
      // The screen may send the same mark twice, when the first answer was lost.
      if ((cell?.mark ?? null) === mark && (cell?.reason ?? '') === (mark === null ? '' : reason)) continue
      const expected = cell?.held === 'confirmed'
      const question = {
        day,
        today: today(clock),
        mark,
        reason,
        expected,
        before: cell?.mark ?? null,
        isBilled: cell?.billedBy != null,
        isFinal: cell?.isFinal === 1,
        hasLeft: cell?.leftAt != null,
      }
      const sentence =
        (cell && olderMarkText(madeAt, lastMark(store, cell, madeAt, madeAgo))) ??
        whyNotMark(question) ??
        (cell ? null : refusalWithoutBooking(store, registrationId, day, slotId)) ??
        (cell && changesInvoice(question, mark) ? beforeBilledDayChange(store, write, [cell.id]) : null)
      if (sentence !== null) {
        refused.push({ registrationId, day, slotId: shownId, child: childRegistered(store, registrationId), sentence })
      } else if (mark === null) {
        if (cell?.attendanceId != null) write.remove(attendance, cell.attendanceId)
      } else if (cell?.attendanceId != null) {
        // A child marked absent has no time of arrival nor of departure.
        const departure = mark === 'present' ? {} : { leftAt: null, arrivedAt: null }
        write.update(attendance, cell.attendanceId, {
          mark,
          reason,
          markedAt: madeAt,
          actId: write.actId,
          ...departure,
        })
      } else {
        const reservationId = cell?.id ?? insertEmptyCell(store, write, registrationId, day, slotId)
        write.insert(attendance, { reservationId, mark, reason, markedAt: madeAt })
      }
    }
    return { done: cells.length - refused.length, refused }
  })
}

/** The cells, among these, that have no mark. */
export const unmarkedAmong = (store: Store, ids: readonly number[]): ReadonlySet<number> =>
  new Set(
    store
      .statement(
        `select value from json_each(?) where not exists (select 1 from attendance where reservation_id = value)`,
      )
      .pluck()
      .all(JSON.stringify(ids)) as number[],
  )

/** Part of an act: writes the marks of another program on cells that have none here. */
export const writeFormerMarks = (
  { store, clock }: Core,
  write: Write,
  marks: readonly { readonly reservationId: number; readonly mark: Mark }[],
): void => {
  const ids = JSON.stringify(marks.map(({ reservationId }) => reservationId))
  const marked = new Set(
    store
      .statement('select reservation_id from attendance where reservation_id in (select value from json_each(?))')
      .pluck()
      .all(ids) as number[],
  )
  write.insertMany(
    attendance,
    marks
      .filter(({ reservationId }) => !marked.has(reservationId))
      .map((one) => ({ ...one, reason: '', markedAt: clock() })),
  )
}

/**
 * The sheet of an activity names its own slots, also for children of an activity joined to it: finds the child's own
 * slot.
 */
const slotOfCell = (store: Store, registrationId: number, shownId: number): number => {
  const activityId = activityRegisteredIn(store, registrationId)
  return activityId === undefined ? shownId : ownSlot(store, activityId, shownId)
}

type TimeInput = { readonly registrationId: number; readonly day: Day; readonly at: TimeOfDay | null }

/** Records when a child was fetched, on the last slot with a mark « présent »; `at: null` removes the time. */
export const recordDeparture = (
  core: Core,
  person: Person,
  input: TimeInput,
  beforeBilledDayChange: BeforeBilledDayChange,
): { minutesLate: number } => {
  const { at } = input
  const child = childRegistered(core.store, input.registrationId)
  const label = at === null ? `Heure de départ retirée\u00a0: ${child}` : `Départ à ${timeText(at)}\u00a0: ${child}`
  return core.store.act(person, 'attendance.departure', label, (write) => {
    const { end } = noteTime(core, write, input, beforeBilledDayChange, {
      column: 'leftAt',
      whyNot: (question, [last]) => whyNotDeparture({ ...question, lastStart: last?.start ?? null }),
    })
    return { minutesLate: at === null ? 0 : minutesLate(end, at) }
  })
}

/** Records when a child arrived, on the first slot with a mark « présent »; `at: null` removes the time. */
export const recordArrival = (
  core: Core,
  person: Person,
  input: TimeInput,
  beforeBilledDayChange: BeforeBilledDayChange,
): void => {
  const { at } = input
  const child = childRegistered(core.store, input.registrationId)
  const label = at === null ? `Heure d’arrivée retirée\u00a0: ${child}` : `Arrivée à ${timeText(at)}\u00a0: ${child}`
  core.store.act(person, 'attendance.arrival', label, (write) => {
    noteTime(core, write, input, beforeBilledDayChange, {
      column: 'arrivedAt',
      whyNot: (question, [last]) => whyNotArrival({ ...question, lastEnd: last?.end ?? null }),
    })
  })
}

type PresentSlot = ReturnType<typeof slotsPresent>[number]

/**
 * Writes a time on one slot of the child's day, and removes it from the others.
 * @returns the slot: the last one for a departure, the first one for an arrival
 * @throws Refused at its field
 */
const noteTime = (
  { store, clock }: Core,
  write: Write,
  { registrationId, day, at }: TimeInput,
  beforeBilledDayChange: BeforeBilledDayChange,
  {
    column,
    whyNot,
  }: {
    readonly column: 'leftAt' | 'arrivedAt'
    /** Why the time cannot be written; null when it can. Slots are given from the last to the first. */
    readonly whyNot: (
      question: Omit<Parameters<typeof whyNotDeparture>[0], 'lastStart'>,
      slots: readonly PresentSlot[],
    ) => string | null
  },
): PresentSlot => {
  const slots = slotsPresent(store, registrationId, day)
  const slot = column === 'leftAt' ? slots[0] : slots.at(-1)
  const billed = slots.filter(({ billedBy }) => billedBy !== null)
  const question = { day, today: today(clock), isBilledInFinalMonth: billed.some(({ isFinal }) => isFinal === 1), at }
  const reservationIds = billed.map(({ reservationId }) => reservationId)
  const sentence = whyNot(question, slots) ?? beforeBilledDayChange(store, write, reservationIds)
  if (sentence !== null || !slot) throw new Refused(sentence ?? '', 'at')
  for (const { attendanceId, ...noted } of slots) {
    const time = attendanceId === slot.attendanceId ? at : null
    if (noted[column] !== time)
      write.update(attendance, attendanceId, {
        ...(column === 'leftAt' ? { leftAt: time } : { arrivedAt: time }),
        actId: write.actId,
      })
  }
  return slot
}

const lastMark = (
  store: Store,
  cell: NonNullable<ReturnType<typeof markedCell>>,
  madeAt: Instant,
  madeAgo: number,
): LastMark | null => {
  if (cell.markedAt !== null) return { at: cell.markedAt, mark: cell.mark }
  const at = madeAgo === 0 ? null : markRemovedSince(store, cell.id, madeAt)
  return at === null ? null : { at, mark: null }
}

/** Why a child cannot be marked present on this cell without a booking, as a French sentence; null when they can. */
const refusalWithoutBooking = (store: Store, registrationId: number, day: Day, slotId: number): string | null => {
  try {
    const { activityId, startDay, endDay } = registrationOf(store, registrationId)
    if (day < startDay || day > endDay) return 'Ce jour est en dehors de l’inscription de l’enfant.'
    const isKnown = slotsOf(store, activityId).some(({ id }) => id === slotId)
    return isKnown ? null : 'Cette plage n’existe pas dans cette activité.'
  } catch (error) {
    // A registration that no longer exists must refuse its own mark only, not the whole batch.
    if (error instanceof Refused) return error.sentence
    throw error
  }
}

/** Inserts a reservation that holds no place: a mark « présent » without a booking needs a row to refer to. */
const insertEmptyCell = (store: Store, write: Write, registrationId: number, day: Day, slotId: number): number => {
  const { periodId } = registrationOf(store, registrationId)
  return write.insert(reservation, { registrationId, periodId, day, slotId, held: 'none' }).id
}
