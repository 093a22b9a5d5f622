import { eq } from 'drizzle-orm'
import type { RecordedTable } from '../../../shared/record/tables.ts'
import { type Day, monthKey } from '../../../shared/rules/calendar/day.ts'
import { finalMonthText } from '../../../shared/rules/cell/attendance.ts'
import { debtKey } from '../../../shared/rules/money/payment/payment.ts'
import type { Write } from '../../store/acts/acts.ts'
import { CannotUndo, type RowValues, type UndoGuard } from '../../store/acts/undo.ts'
import { allocation, reservation } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { refuseParting, refuseRegrouping } from '../activities/activities.ts'
import { Refused } from '../core.ts'
import { isFinalSpan, isFreeLineBilled } from '../free-lines/free-lines.ts'
import { adoptMonthsOfDays, debtsBeingPaid, openCredits, openDebts } from '../invoicing/invoicing.ts'
import { refuseReattaching, whyNotUndoVersion } from '../prices/prices.ts'
import { isNumbered, isRegieUsed } from '../regies/regies.ts'

/**
 * Rules to check when undoing, beyond the rows of the act: no booking may remain on a closed day or outside its
 * registration, no billed mark may change, and so on.
 */
export const guardOf =
  (store: Store): UndoGuard =>
  (write, entity, id, current, target) =>
    guards[entity]?.(store, write, id, current, target)

type TableGuard = (store: Store, write: Write, id: number, now: RowValues | null, then: RowValues | null) => void

const exists = (store: Store, sql: string, ...values: readonly unknown[]): boolean =>
  store.statement(`select exists (${sql})`).pluck().get(values) === 1

const isInUse = `(held <> 'none' or ask is not null)`

const registrationGuard: TableGuard = (store, write, id, _now, target) => {
  if (target === null) return removeEmptyCells(store, write, id)
  const { startDay = null, endDay = null, state = null } = target
  if (
    exists(
      store,
      `select 1 from reservation join registration own on own.id = registration_id
      where own.id = ? and ${isInUse} and (reservation.day < coalesce(?, own.start_day) or reservation.day > coalesce(?, own.end_day))`,
      id,
      startDay,
      endDay,
    )
  )
    throw new Refused('Des réservations tomberaient hors des dates de l’inscription\u00a0: libérez-les d’abord.')
  if (
    state !== null &&
    state !== 'accepted' &&
    exists(store, `select 1 from reservation where registration_id = ? and ${isInUse}`, id)
  )
    throw new Refused('Des réservations tiennent à cette inscription\u00a0: libérez-les d’abord.')
}

/**
 * Removes cells that hold nothing any more, so that their registration can be removed. The audit trail keeps their
 * history.
 */
const removeEmptyCells = (store: Store, write: Write, registrationId: number): void => {
  const empty = store
    .statement(
      `select id from reservation cell where registration_id = ? and held = 'none' and ask is null
        and charged_reason is null and cancel_surcharge_cents = 0 and cancel_notice is null and billed_by is null
        and not exists (select 1 from attendance where reservation_id = cell.id)`,
    )
    .pluck()
    .all(registrationId) as number[]
  for (const one of empty) write.remove(reservation, one)
}

const openingGuard: TableGuard = (store, _write, id, current, target) => {
  const closes = target === null || (target['closedReason'] ?? null) !== null
  if (
    current !== null &&
    closes &&
    exists(
      store,
      `select 1 from opening join reservation cell on cell.period_id = opening.period_id and cell.day = opening.day
        and cell.slot_id = opening.slot_id
      where opening.id = ? and ${isInUse}`,
      id,
    )
  )
    throw new Refused(
      'Des réservations ou des demandes tiennent à ces jours\u00a0: fermez-les, l’aperçu montre ce que cela libère.',
    )
}

const periodGuard: TableGuard = (store, _write, id, _now, target) => {
  if (
    target !== null &&
    exists(
      store,
      `select 1 from registration join period on period.id = period_id
      where period.id = ? and state in ('asked', 'accepted')
        and (registration.start_day < coalesce(?, period.start_day) or registration.end_day > coalesce(?, period.end_day))`,
      id,
      target['startDay'] ?? null,
      target['endDay'] ?? null,
    )
  )
    throw new Refused('Des inscriptions sortiraient des dates de la période\u00a0: corrigez-les d’abord.')
}

const slotGuard: TableGuard = (store, _write, id, _now, target) => {
  if (
    target === null &&
    exists(store, `select 1 from period, json_each(places) place where place.value ->> '$.slotId' = ?`, id)
  )
    throw new CannotUndo('slot', 'period')
}

const familyChildGuard: TableGuard = (store, _write, id, current, target) => {
  if (current === null || target !== null) return
  for (const [table, where] of [
    ['registration', 'leaning.family_id = link.family_id'],
    ['custody_rule', '(leaning.home_id = link.family_id or leaning.other_home_id = link.family_id)'],
    ['custody_day', 'leaning.family_id = link.family_id'],
  ] as const)
    if (
      exists(
        store,
        `select 1 from family_child link join ${table} leaning on leaning.child_id = link.child_id and ${where}
        where link.id = ?`,
        id,
      )
    )
      throw new CannotUndo('family_child', table)
}

const guardianGuard: TableGuard = (store, _write, id, _now, target) => {
  const email = target?.['email'] ?? ''
  if (
    email !== '' &&
    exists(
      store,
      `select 1 from guardian join portal_account on portal_account.guardian_id = guardian.id
      where guardian.id <> ? and email = ?`,
      id,
      email,
    )
  )
    throw new Refused(
      'Cette adresse mail est l’identifiant d’une autre personne sur le portail\u00a0: il en faut une à chacun.',
    )
}

/** The mark of a billed day may change, as on the day sheet, unless its month is final. */
const attendanceGuard: TableGuard = (store, write, id, _now, target) => {
  const cell = store
    .statement(
      `select reservation.id, exists (select 1 from registration
          join final_span final on final.family_id = registration.family_id
          join period on period.id = reservation.period_id join activity on activity.id = period.activity_id
          where registration.id = reservation.registration_id and final.month = substr(reservation.day, 1, 7)
            and (final.regie_id is null or final.regie_id = activity.regie_id)) isFinal
      from reservation where billed_by is not null
        and id = coalesce(?, (select reservation_id from attendance where id = ?))`,
    )
    .get(target?.['reservationId'] ?? null, id) as { id: number; isFinal: 0 | 1 } | undefined
  if (!cell) return
  const sentence = cell.isFinal === 1 ? finalMonthText : adoptMonthsOfDays(store, write, [cell.id])
  if (sentence !== null) throw new Refused(sentence)
}

const invoiceGuard: TableGuard = (store, _write, id) => {
  if (exists(store, `select 1 from invoice where id = ? and state = 'issued'`, id))
    throw new Refused('Une facture émise ne s’annule pas\u00a0: faites un avoir.')
}

/**
 * An opening balance that settled something, or was settled, cannot be removed; it may change once it settles nothing
 * any more.
 */
const openingBalanceGuard: TableGuard = (store, _write, id, _now, target) => {
  const { rows, cents } = store
    .statement(
      `select count(*) as rows, coalesce(sum(amount_cents), 0) as cents from allocation
      where opening_credit_id = ?1 or opening_debt_id = ?1`,
    )
    .get({ 1: id }) as { rows: number; cents: number }
  if (debtsBeingPaid(store).has(debtKey({ invoiceId: null, openingDebtId: id })))
    throw new Refused('Un parent paie ce solde repris en ligne en ce moment\u00a0: attendez la fin de ce paiement.')
  const reference = store.statement('select reference from opening_balance where id = ?').pluck().get(id) as
    | string
    | undefined
  if (reference && (target === null ? rows > 0 : cents !== 0))
    throw new Refused(
      `La facture reprise n°\u00a0${reference} a servi depuis\u00a0: importez un fichier qui en donne le bon reste, zéro s’il n’y a rien à payer.`,
    )
  if (target === null ? rows > 0 : cents !== 0)
    throw new Refused(
      'Ce solde repris a servi depuis\u00a0: importez de nouveau la liste, avec le bon solde à la même date, ou zéro.',
    )
}

/**
 * Removing the opposite of an allocation makes the allocation count again, which is refused when its payment or credit
 * was used or cancelled since, or the debt paid otherwise.
 */
const allocationGuard: TableGuard = (store, _write, id) => {
  const row = store.db.select().from(allocation).where(eq(allocation.id, id)).get()
  if (!row || row.reversesId === null) return
  const familyId = store
    .statement(
      `select family_id from payment where id = ?1 union all select family_id from invoice where id = ?2
      union all select family_id from opening_balance where id = ?3`,
    )
    .pluck()
    .get({ 1: row.paymentId, 2: row.creditNoteId, 3: row.openingCreditId }) as number
  const cents = -row.amountCents
  const source = openCredits(store, familyId).find(
    ({ paymentId, creditNoteId, openingCreditId }) =>
      paymentId === row.paymentId && creditNoteId === row.creditNoteId && openingCreditId === row.openingCreditId,
  )
  const debt = openDebts(store, familyId).find(
    ({ invoiceId, openingDebtId }) => invoiceId === row.invoiceId && openingDebtId === row.openingDebtId,
  )
  if ((source?.leftCents ?? 0) < cents || (debt?.leftCents ?? 0) < cents) throw new CannotUndo('allocation', '')
}

const aidGuard: TableGuard = (store, _write, id, _now, target) => {
  if (target === null && exists(store, 'select 1 from payer_part where aid_id = ?', id))
    throw new Refused('Cette aide a déjà servi sur une facture\u00a0: mettez-lui une fin, ou notez-la refusée.')
}

/** When the end of a plan is undone, another plan may have taken up its debts since. */
const paymentPlanGuard: TableGuard = (store, _write, id, current, target) => {
  if (
    target !== null &&
    current?.['endedOn'] !== null &&
    exists(
      store,
      `select 1 from payment_plan ended, json_each(ended.paper, '$.debts') debt
      join payment_plan other on other.id <> ended.id and other.ended_on is null and other.regie_id = ended.regie_id
      join json_each(other.paper, '$.debts') taken
        on taken.value -> '$.invoiceId' = debt.value -> '$.invoiceId'
        and taken.value -> '$.openingDebtId' = debt.value -> '$.openingDebtId'
      where ended.id = ?`,
      id,
    )
  )
    throw new Refused('Un autre échéancier a repris ces dettes\u00a0: terminez-le d’abord.')
}

/**
 * Refused while invoices wait for the balance of the year, and, when its end is undone, when another year plan replaced
 * it since.
 */
const yearPlanGuard: TableGuard = (store, _write, id, current, target) => {
  if (
    target === null &&
    exists(
      store,
      `select 1 from year_plan plan join invoice on invoice.family_id = plan.family_id
        and invoice.regie_id = plan.regie_id and invoice.due_on is null
        and invoice.issued_on between plan.made_on and plan.balance_on
      where plan.id = ? and invoice.kind = 'invoice' and invoice.paper ->> '$.payment.balanceOn' is not null`,
      id,
    )
  )
    throw new Refused('Une facture compte sur cette mensualisation\u00a0: terminez-la, avec un motif.')
  if (
    target !== null &&
    current?.['endedOn'] !== null &&
    exists(
      store,
      `select 1 from year_plan ended join year_plan other on other.id <> ended.id and other.family_id = ended.family_id
        and other.regie_id = ended.regie_id and other.ended_on is null where ended.id = ?`,
      id,
    )
  )
    throw new Refused('Une autre mensualisation a pris sa place\u00a0: terminez-la d’abord.')
}

const messageGuard: TableGuard = (store, _write, id) => {
  if (
    exists(
      store,
      `select 1 from message join conversation on conversation.id = conversation_id
      join publication on publication.id = 'messages/' || message.family_id
      where message.id = ? and not stale and wanted_hash is not null and held_hash = wanted_hash
        and message.act_id <= (select published_act from exchange_side)`,
      id,
    )
  )
    throw new Refused('La famille a déjà ce message sur le portail\u00a0: écrivez-lui de nouveau.')
}

/** Periods created since opened their days according to these holidays. */
const holidayGuard: TableGuard = (store, _write, id, current) => {
  if (
    current !== null &&
    exists(
      store,
      `select 1 from school_holiday holiday join organisation on school_zone = holiday.zone
      join period on not archived and school_holidays <> 'with'
        and start_day <= holiday.to_day and end_day >= holiday.from_day
      join audit indexed by audit_entity on entity = 'period' and entity_id = period.id and operation = 'insert'
        and audit.act_id > holiday.act_id
      where holiday.id = ?`,
      id,
    )
  )
    throw new Refused(
      'Des périodes faites depuis comptent sur ces vacances\u00a0: annulez d’abord leur copie, ou importez le calendrier corrigé.',
    )
}

const tariffVersionGuard: TableGuard = (store, _write, id, _now, target) => {
  const refusal = whyNotUndoVersion(store, id, target)
  if (refusal !== null) throw new Refused(refusal)
}

const activityTariffGuard: TableGuard = (store, _write, id, _now, target) => {
  if (target !== null) refuseReattaching(store, id, target)
}

const activityGuard: TableGuard = (store, _write, id, _now, target) => {
  if (target?.['joinedToId'] === null) refuseParting(store, id)
}

/** @throws Refused for undoing the creation of a régie that is used, and the change of a prefix that papers bear */
const regieGuard: TableGuard = (store, _write, id, now, target) => {
  if (target === null && isRegieUsed(store, id))
    throw new Refused('Des activités ou des papiers sont de cette régie\u00a0: elle reste.')
  if (target !== null && now !== null && (target['prefix'] ?? now['prefix']) !== now['prefix'] && isNumbered(store, id))
    throw new Refused('Des papiers portent les lettres de cette régie\u00a0: elles ne changent plus.')
}

/** @throws Refused for changing a billed free line, and for restoring one in a month that is final */
const freeLineGuard: TableGuard = (store, _write, id, now, target) => {
  if (now !== null && isFreeLineBilled(store, id))
    throw new Refused('Cette ligne est facturée\u00a0: corrigez-la par un avoir.')
  const of = target && {
    familyId: Number(target['familyId']),
    month: monthKey(target['day'] as Day),
    regieId: Number(target['regieId']),
  }
  if (now === null && of && isFinalSpan(store, of))
    throw new Refused('Le mois de cette ligne est arrêté\u00a0: écrivez-la de nouveau.')
}

const freeLineKindGuard: TableGuard = (store, _write, id, _now, target) => {
  if (target === null && exists(store, 'select 1 from free_line where kind_id = ?', id))
    throw new Refused('Des lignes libres en viennent\u00a0: archivez-la.')
}

const groupGuard: TableGuard = (store, _write, id, _now, target) => {
  if (target === null) refuseRegrouping(store, id, null)
  else if (typeof target['name'] === 'string') refuseRegrouping(store, id, target['name'])
}

const guards: Readonly<Record<string, TableGuard>> = {
  registration: registrationGuard,
  opening: openingGuard,
  period: periodGuard,
  slot: slotGuard,
  family_child: familyChildGuard,
  guardian: guardianGuard,
  attendance: attendanceGuard,
  invoice: invoiceGuard,
  opening_balance: openingBalanceGuard,
  payment_plan: paymentPlanGuard,
  year_plan: yearPlanGuard,
  allocation: allocationGuard,
  aid: aidGuard,
  message: messageGuard,
  school_holiday: holidayGuard,
  activity: activityGuard,
  tariff_version: tariffVersionGuard,
  activity_tariff: activityTariffGuard,
  activity_group: groupGuard,
  free_line: freeLineGuard,
  free_line_kind: freeLineKindGuard,
  regie: regieGuard,
} satisfies Partial<Record<RecordedTable, TableGuard>>
