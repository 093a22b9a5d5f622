import type { Day } from '../../../shared/rules/calendar/day.ts'
import { isSamePickupPerson } from '../../../shared/rules/people/pickup.ts'
import { numericDay } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import {
  child,
  familyChild,
  pickupContact,
  registration,
  registrationGroup,
  registrationSublist,
  reservation,
  schooling,
} from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { Refused } from '../core.ts'
import { mergeBonds, pickupRowsIn } from '../families/families.ts'
import { moveHealth } from '../families/health.ts'
import { dropPhoto, dropSecondPhoto } from '../families/photos.ts'
import { mergeValues } from '../fields/fields.ts'
import { refuseRepeatedAids } from '../payers/payers.ts'
import { idsInBoth, idsWhere, movePointers } from './moving.ts'

/**
 * Merges a child into another within the caller's act: moves its rows and removes it.
 * @throws Refused with what staff must correct first
 */
export const writeChildMerge = (store: Store, write: Write, keptId: number, goneId: number): void => {
  refuseIssuedPapers(store, goneId)
  refuseBookedTwice(store, keptId, goneId)
  refuseRepeatedAids(store, { childId: keptId }, { childId: goneId })
  moveHomes(store, write, keptId, goneId)
  removeSameClassesAndPickups(store, write, keptId, goneId)
  mergeValues(store, write, 'child', { keptId, goneId })
  mergeBonds(store, write, { of: 'childId', same: 'guardianId', keptId, goneId })
  moveHealthRecord(store, write, keptId, goneId)
  dropSecondPhoto(store, write, 'childId', { keptId, goneId })
  moveRegistrations(store, write, { childId: keptId }, { childId: goneId })
  movePointers(store, write, 'child', goneId, keptId, ['health_record'])
  write.remove(child, goneId)
}

/** Issued papers never change, so a child named on one cannot be the removed one. */
const refuseIssuedPapers = (store: Store, goneId: number): void => {
  const paper = store
    .statement(
      `select 1 from invoice_line join invoice on invoice.id = invoice_line.invoice_id
      where child_id = :child and state = 'issued' union all select 1 from payer_part where child_id = :child limit 1`,
    )
    .get({ child: goneId })
  if (paper)
    throw new Refused(
      'Une facture émise nomme la fiche qui disparaîtrait, et une facture émise ne change pas\u00a0: gardez plutôt cette fiche.',
    )
}

/** Refuses when the two records have bookings at overlapping hours: one child cannot be in two places. */
const refuseBookedTwice = (store: Store, keptId: number, goneId: number): void => {
  const twice = store
    .statement(
      `select one.day, one_slot.name from registration one_of
      join reservation one on one.registration_id = one_of.id and one.held = 'confirmed'
      join slot one_slot on one_slot.id = one.slot_id
      join registration other_of on other_of.child_id = ?
      join reservation other on other.registration_id = other_of.id and other.held = 'confirmed' and other.day = one.day
      join slot other_slot on other_slot.id = other.slot_id
      where one_of.child_id = ? and one_slot.start < other_slot.end and other_slot.start < one_slot.end
      order by one.day limit 1`,
    )
    .get(goneId, keptId) as { day: Day; name: string } | undefined
  if (twice)
    throw new Refused(
      `Les deux fiches ont une réservation le ${numericDay(twice.day)} (${twice.name})\u00a0: libérez d’abord l’une des deux.`,
    )
}

const moveHomes = (store: Store, write: Write, keptId: number, goneId: number): void => {
  const homes = (childId: number) =>
    store
      .statement('select id, family_id as familyId from family_child where child_id = ? order by id')
      .all(childId) as {
      id: number
      familyId: number
    }[]
  const keptHomes = new Set(homes(keptId).map(({ familyId }) => familyId))
  for (const { id, familyId } of homes(goneId)) {
    if (keptHomes.has(familyId)) write.remove(familyChild, id)
    else if (keptHomes.size >= 2)
      throw new Refused('Cet enfant aurait trois foyers\u00a0: retirez-le d’abord de l’un d’eux.')
    else {
      write.update(familyChild, id, { childId: keptId })
      keptHomes.add(familyId)
    }
  }
}

/**
 * Removes classes from the same day and pick-up people of the same name that the kept child has too. @throws Refused
 * when the kept record is less strict about one of these people: whether they may fetch the child, or by which decision
 * they may not
 */
const removeSameClassesAndPickups = (store: Store, write: Write, keptId: number, goneId: number): void => {
  for (const id of idsInBoth(store, 'schooling', { owner: 'child_id', same: 'from_day' }, goneId, keptId))
    write.remove(schooling, id)
  const kept = pickupRowsIn(store, keptId)
  for (const gone of pickupRowsIn(store, goneId)) {
    const same = kept.filter((one) => isSamePickupPerson(one, gone))
    if (same.length === 0) continue
    if (!same.every((one) => saysAsMuch(one, gone)))
      throw new Refused(
        `Les deux fiches ne disent pas la même chose de ${gone.name} (autorisation, interdiction, décision d’un juge)\u00a0: accordez-les d’abord.`,
      )
    dropPhoto(store, write, { pickupContactId: gone.id })
    write.remove(pickupContact, gone.id)
  }
}

type PickupPerson = ReturnType<typeof pickupRowsIn>[number]

const saysAsMuch = (kept: PickupPerson, gone: PickupPerson): boolean =>
  kept.allowed === gone.allowed &&
  (gone.decidedOn === null ||
    (kept.decidedOn === gone.decidedOn &&
      kept.decidedBy === gone.decidedBy &&
      kept.decidedUntil === gone.decidedUntil &&
      (gone.decisionPaperId === null || kept.decisionPaperId !== null)))

/**
 * Moves the health record. With two records, only a person with the right on health may combine them, so it is refused.
 */
const moveHealthRecord = (store: Store, write: Write, keptId: number, goneId: number): void => {
  const [gone] = idsWhere(store, 'health_record', 'child_id', goneId)
  if (gone === undefined) return
  if (idsWhere(store, 'health_record', 'child_id', keptId).length > 0)
    throw new Refused(
      'Les deux enfants ont une fiche sanitaire\u00a0: une personne qui en a le droit reporte l’une dans l’autre, puis vide celle de la fiche qui disparaît.',
    )
  moveHealth(store, write, goneId, keptId)
}

type Owner = { readonly childId: number } | { readonly familyId: number }

/** Moves registrations to the kept child or home. Two open ones of the same child, home and period become one. */
export const moveRegistrations = (store: Store, write: Write, kept: Owner, gone: Owner): void => {
  const rows = (of: Owner) =>
    store
      .statement(
        `select id, child_id as childId, family_id as familyId, period_id as periodId, state, start_day as startDay, end_day as endDay
        from registration where ${'childId' in of ? 'child_id' : 'family_id'} = ? order by id`,
      )
      .all('childId' in of ? of.childId : of.familyId) as Row[]
  const own = rows(kept)
  for (const row of rows(gone)) {
    const moved = { ...row, ...kept }
    const twin = isLive(row)
      ? own.find(
          (one) =>
            isLive(one) &&
            one.childId === moved.childId &&
            one.familyId === moved.familyId &&
            one.periodId === moved.periodId,
        )
      : undefined
    if (twin) joinRegistrations(store, write, twin, row)
    else write.update(registration, row.id, kept)
  }
}

type Row = {
  readonly id: number
  readonly childId: number
  readonly familyId: number
  readonly periodId: number
  readonly state: string
  readonly startDay: Day
  readonly endDay: Day
}
const isLive = ({ state }: Row) => state === 'asked' || state === 'accepted'

const joinRegistrations = (store: Store, write: Write, kept: Row, gone: Row): void => {
  const sharedDay = store
    .statement(
      `select one.day from reservation one join reservation other on other.day = one.day and other.slot_id = one.slot_id
      where one.registration_id = ? and other.registration_id = ? order by one.day limit 1`,
    )
    .pluck()
    .get(kept.id, gone.id) as Day | undefined
  if (sharedDay !== undefined)
    throw new Refused(
      `Les deux fiches ont la même inscription, et toutes deux une case le ${numericDay(sharedDay)}\u00a0: mettez d’abord fin à l’une de ces inscriptions.`,
    )
  // Written before its cells are moved: undoing goes in reverse order and needs the cells moved back first.
  write.update(registration, kept.id, {
    state: kept.state === 'accepted' || gone.state === 'accepted' ? 'accepted' : 'asked',
    startDay: kept.startDay < gone.startDay ? kept.startDay : gone.startDay,
    endDay: kept.endDay > gone.endDay ? kept.endDay : gone.endDay,
  })
  const cells = idsWhere(store, 'reservation', 'registration_id', gone.id)
  if (cells.length > 0) write.updateMany(reservation, cells, { registrationId: kept.id })
  mergeValues(store, write, 'registration', { keptId: kept.id, goneId: gone.id })
  joinLists(store, write, kept.id, gone.id)
  // Of two decisions for the same day, that of the kept registration stands.
  for (const id of idsInBoth(
    store,
    'registration_group',
    { owner: 'registration_id', same: 'from_day' },
    gone.id,
    kept.id,
  ))
    write.remove(registrationGroup, id)
  movePointers(store, write, 'registration', gone.id, kept.id)
  write.remove(registration, gone.id)
}

/** Of two rows of one list from the same day, the kept one takes the later end. */
const joinLists = (store: Store, write: Write, keptId: number, goneId: number): void => {
  const pairs = store
    .statement(
      `select gone.id goneId, gone.until_day goneUntil, kept.id keptId, kept.until_day keptUntil
      from registration_sublist gone join registration_sublist kept on kept.sublist_id = gone.sublist_id
        and kept.from_day = gone.from_day
      where gone.registration_id = ? and kept.registration_id = ?`,
    )
    .all(goneId, keptId) as { goneId: number; goneUntil: Day | null; keptId: number; keptUntil: Day | null }[]
  for (const one of pairs) {
    const isLonger = one.keptUntil !== null && (one.goneUntil === null || one.goneUntil > one.keptUntil)
    if (isLonger) write.update(registrationSublist, one.keptId, { untilDay: one.goneUntil })
    write.remove(registrationSublist, one.goneId)
  }
}
