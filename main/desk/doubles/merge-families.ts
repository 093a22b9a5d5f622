import { type Day, daysOfMonth, type Month } from '../../../shared/rules/calendar/day.ts'
import {
  fieldNames,
  type GuardianValues,
  guardianDetails,
  guardianFields,
} from '../../../shared/rules/people/fields.ts'
import { likenessOf } from '../../../shared/rules/people/likeness.ts'
import { sameFullName } from '../../../shared/rules/people/names.ts'
import { listed, longDate, monthText } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import {
  family,
  familyAddress,
  familyChild,
  familyGuardian,
  familyQuotient,
  finalSpan,
  guardian,
  portalAccount,
  proposal,
  quotientConsent,
} from '../../store/schema/index.ts'
import { columnsSql } from '../../store/schema/names.ts'
import type { Store } from '../../store/store.ts'
import { Refused } from '../core.ts'
import { passDebits } from '../debits/debits.ts'
import { mergeBonds, nextRank } from '../families/families.ts'
import { dropSecondPhoto } from '../families/photos.ts'
import { mergeValues } from '../fields/fields.ts'
import { removeDraft } from '../invoicing/invoicing.ts'
import { passAids } from '../payers/payers.ts'
import { moveRegistrations, writeChildMerge } from './merge-children.ts'
import { idsInBoth, idsWhere, movePointers } from './moving.ts'

/**
 * Merges a family into another within the caller's act: moves its rows, merges children and guardians who are in both,
 * and removes it.
 * @throws Refused with what staff must correct first
 */
export const writeFamilyMerge = (store: Store, write: Write, keptId: number, goneId: number): void => {
  refuseIssuedPapers(store, goneId)
  refuseTwoOpeningBalances(store, keptId, goneId)
  refuseFinalMonths(store, keptId, goneId)
  for (const { kept, gone } of childrenInBothHomes(store, keptId, goneId)) writeChildMerge(store, write, kept, gone)
  passAids(store, write, keptId, goneId)
  passDebits(store, write, keptId, goneId)
  moveGuardians(store, write, keptId, goneId)
  removeSameDays(store, write, keptId, goneId)
  removeSecondConsent(store, write, keptId, goneId)
  removeSharedChildren(store, write, keptId, goneId)
  mergeValues(store, write, 'family', { keptId, goneId })
  removeSameMonths(store, write, keptId, goneId)
  moveRegistrations(store, write, { familyId: keptId }, { familyId: goneId })
  const proposals = idsWhere(store, 'proposal', 'family_id', goneId)
  if (proposals.length > 0) write.updateMany(proposal, proposals, { familyId: keptId })
  movePointers(store, write, 'family', goneId, keptId)
  write.remove(family, goneId)
}

/** Issued papers and payments never change family, so a family that has any cannot be the removed one. */
const refuseIssuedPapers = (store: Store, goneId: number): void => {
  const has = (text: string) => store.statement(text).get(goneId) !== undefined
  if (
    has(`select 1 from invoice where family_id = ? and state = 'issued' limit 1`) ||
    has('select 1 from payment where family_id = ? limit 1') ||
    has('select 1 from debt_decision where family_id = ? limit 1') ||
    has('select 1 from refund where family_id = ? limit 1') ||
    has('select 1 from reminder where family_id = ? limit 1') ||
    has('select 1 from payer_part where family_id = ? limit 1')
  )
    throw new Refused(
      'La famille qui disparaîtrait a des factures ou des règlements, et une pièce émise ne change pas de famille\u00a0: gardez plutôt cette famille.',
    )
}

/**
 * @throws Refused when both homes have an imported balance of the same régie and day: only staff know which sum is
 * right
 */
const refuseTwoOpeningBalances = (store: Store, keptId: number, goneId: number): void => {
  const days = store
    .statement(
      `select distinct kept.on_day from opening_balance kept
      join opening_balance gone on gone.on_day = kept.on_day and gone.regie_id = kept.regie_id
        and gone.reference = kept.reference
      where kept.family_id = ? and gone.family_id = ? order by 1`,
    )
    .pluck()
    .all(keptId, goneId) as Day[]
  if (days.length > 0)
    throw new Refused(
      `Chacune des deux familles a un solde repris au ${listed(days.map(longDate))}, et une famille n’en a qu’un\u00a0: annulez l’import des soldes dans l’historique, puis refaites-le avec la somme sur une seule ligne.`,
    )
}

/** @throws Refused when unbilled days of one home would come into final months of the other, which no run bills */
const refuseFinalMonths = (store: Store, keptId: number, goneId: number): void => {
  const months = store
    .statement(
      `select distinct final.month from final_span final
      join registration on registration.family_id = iif(final.family_id = ?1, ?2, ?1)
      join reservation on reservation.registration_id = registration.id
        and substr(reservation.day, 1, 7) = final.month and reservation.billed_by is null
      left join attendance on attendance.reservation_id = reservation.id
      where final.family_id in (?1, ?2) and (held = 'confirmed' or charged_reason is not null
        or cancel_surcharge_cents > 0 or cancel_notice is not null or attendance.mark = 'present')
      union select final.month from final_span final
      join free_line line on line.family_id = iif(final.family_id = ?1, ?2, ?1) and substr(line.day, 1, 7) = final.month
      where final.family_id in (?1, ?2) order by 1`,
    )
    .pluck()
    .all({ 1: keptId, 2: goneId }) as Month[]
  if (months.length > 0)
    throw new Refused(
      `Les comptes de l’un des foyers sont arrêtés (${listed(months.map((month) => monthText(daysOfMonth(month).from)))}), et l’autre y a des jours à facturer, qui ne le seraient plus jamais\u00a0: libérez-les d’abord.`,
    )
}

type Person = { readonly id: number; readonly lastName: string; readonly firstName: string }

/** Children recorded once in each of the two homes, with a very high likeness. */
export const childrenInBothHomes = (store: Store, keptId: number, goneId: number) => {
  const keptChildren = childrenOf(store, keptId)
  return childrenOf(store, goneId).flatMap((gone) => {
    const kept = keptChildren.find(
      (one) =>
        one.id !== gone.id &&
        likenessOf({ ...one, phones: [], email: '', address: '' }, { ...gone, phones: [], email: '', address: '' })
          .score >= 85,
    )
    return kept ? [{ kept: kept.id, gone: gone.id, name: `${kept.firstName} ${kept.lastName}` }] : []
  })
}

const childrenOf = (store: Store, familyId: number) =>
  store
    .statement(
      `select child.id, last_name as lastName, first_name as firstName, birth_day as birthDay from family_child
      join child on child.id = child_id where family_id = ? order by child.id`,
    )
    .all(familyId) as (Person & { readonly birthDay: Day })[]

type Parent = Person &
  GuardianValues & {
    readonly linkId: number
    readonly rank: number
    readonly hasAccount: 0 | 1
  }

export const parentsOf = (store: Store, familyId: number): Parent[] =>
  store
    .statement(
      `select guardian.id, ${columnsSql(fieldNames(guardianFields))}, family_guardian.id as linkId, rank,
        exists (select 1 from portal_account where guardian_id = guardian.id) as hasAccount
      from family_guardian join guardian on guardian.id = guardian_id where family_id = ? order by rank`,
    )
    .all(familyId) as Parent[]

const moveGuardians = (store: Store, write: Write, keptId: number, goneId: number): void => {
  const own = parentsOf(store, keptId)
  for (const gone of parentsOf(store, goneId)) {
    const same = own.find((one) => one.id === gone.id || sameFullName(one, gone))
    if (same) {
      write.remove(familyGuardian, gone.linkId)
      if (same.id !== gone.id) joinGuardians(store, write, same, gone)
      continue
    }
    write.update(familyGuardian, gone.linkId, { familyId: keptId, rank: nextRank(store, keptId) })
  }
}

/** Merges two records of a guardian. The record with a portal account stays, because the portal refers to its id. */
const joinGuardians = (store: Store, write: Write, one: Parent, other: Parent): void => {
  const [kept, gone] = one.hasAccount === 0 && other.hasAccount === 1 ? [other, one] : [one, other]
  for (const id of idsWhere(store, 'portal_account', 'guardian_id', kept.id).length > 0
    ? idsWhere(store, 'portal_account', 'guardian_id', gone.id)
    : [])
    write.remove(portalAccount, id)
  for (const { id } of store
    .statement(
      `select link.id from family_guardian link where guardian_id = ?
      and exists (select 1 from family_guardian own where own.family_id = link.family_id and own.guardian_id = ?)`,
    )
    .all(gone.id, kept.id) as { id: number }[])
    write.remove(familyGuardian, id)
  mergeBonds(store, write, { of: 'guardianId', same: 'childId', keptId: kept.id, goneId: gone.id })
  mergeValues(store, write, 'guardian', { keptId: kept.id, goneId: gone.id })
  dropSecondPhoto(store, write, 'guardianId', { keptId: kept.id, goneId: gone.id })
  movePointers(store, write, 'guardian', gone.id, kept.id)
  write.update(
    guardian,
    kept.id,
    Object.fromEntries(
      guardianDetails.flatMap((field) => (kept[field] === '' && gone[field] !== '' ? [[field, gone[field]]] : [])),
    ),
  )
  write.remove(guardian, gone.id)
}

/** When both homes have an address, or a quotient, from the same day, removes the one of the home that goes. */
const removeSameDays = (store: Store, write: Write, keptId: number, goneId: number): void => {
  for (const [name, table] of [
    ['family_address', familyAddress],
    ['family_quotient', familyQuotient],
  ] as const)
    for (const id of idsInBoth(store, name, { owner: 'family_id', same: 'from_day' }, goneId, keptId))
      write.remove(table, id)
}

/** A home has one consent in force: when both have one, that of the kept home stays. */
const removeSecondConsent = (store: Store, write: Write, keptId: number, goneId: number): void => {
  const inForce = (familyId: number) =>
    store
      .statement('select id from quotient_consent where family_id = ? and revoked_on is null')
      .pluck()
      .all(familyId) as number[]
  if (inForce(keptId).length > 0) for (const id of inForce(goneId)) write.remove(quotientConsent, id)
}

/** Removes the links of children who are already linked to the kept home. */
const removeSharedChildren = (store: Store, write: Write, keptId: number, goneId: number): void => {
  for (const id of idsInBoth(store, 'family_child', { owner: 'family_id', same: 'child_id' }, goneId, keptId))
    write.remove(familyChild, id)
}

/**
 * Removes the monthly drafts of the home that goes: the next run proposes the days of both homes together. Also removes
 * its final months that the kept home has too.
 */
const removeSameMonths = (store: Store, write: Write, keptId: number, goneId: number): void => {
  const drafts = store
    .statement(`select id from invoice where family_id = ? and state = 'draft' and month is not null`)
    .pluck()
    .all(goneId) as number[]
  for (const id of drafts) removeDraft(store, write, id)
  const final = store
    .statement(
      `select gone.id from final_span gone join final_span kept on kept.month = gone.month and kept.regie_id is gone.regie_id
      where gone.family_id = ? and kept.family_id = ?`,
    )
    .pluck()
    .all(goneId, keptId) as number[]
  for (const id of final) write.remove(finalSpan, id)
}
