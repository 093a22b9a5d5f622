import type {
  FreeLineInput,
  FreeLineKind,
  FreeLineKindInput,
  FreeLineOfHome,
  FreeLinesPreview,
} from '../../../shared/contract/desk/money/free-lines.ts'
import { may, roleNeeded } from '../../../shared/rules/access/roles.ts'
import { addDays, type Day, dayAt, monthKey, today } from '../../../shared/rules/calendar/day.ts'
import { type Fee, feeNames, refuseFreeLine } from '../../../shared/rules/money/free-lines.ts'
import type { Cents } from '../../../shared/rules/money/money.ts'
import { sameLabel } from '../../../shared/rules/people/names.ts'
import { counted, longDate, numericDay } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import { freeLine, freeLineKind } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { childrenOfFamily } from '../families/families.ts'
import { refuseUnlessHolder, regieName, regieOf, regieOfActivities } from '../regies/regies.ts'
import {
  billedOfHome,
  freeLineKindRows,
  freeLineRow,
  homesById,
  isActivity,
  isFinalSpan,
  type NamedHome,
  registeredOn,
  rowsOfHome,
} from './free-lines-store.ts'

export { feesToBill, isFinalSpan } from './free-lines-store.ts'

// ---- The town's list of usual lines

export const listFreeLineKinds = ({ store }: Core): FreeLineKind[] =>
  freeLineKindRows(store).map(({ id, label, unitCents, regieId, fiscal, archived }) => ({
    id,
    label,
    unitCents,
    regieId,
    fiscal,
    archived,
  }))

export const saveFreeLineKind = (core: Core, person: Person, input: FreeLineKindInput): FreeLineKind => {
  const { store } = core
  const { id, ...values } = input
  const known = freeLineKindRows(store)
  if (id !== undefined && !known.some((kind) => kind.id === id)) throw new Refused(unknownKindText)
  // The list stores no reason, because staff type one for each line: this check therefore gives a placeholder.
  refuseWritten(core, person, { ...values, quantity: 1, reason: 'usuelle' })
  if (known.some((kind) => kind.id !== id && !kind.archived && sameLabel(kind.label, values.label)))
    throw new Refused(`«\u00a0${values.label}\u00a0» est déjà dans la liste.`, 'label')
  const saved = store.act(person, 'freeLines.kind', `Ligne libre usuelle\u00a0: ${values.label}`, (write) => {
    if (id === undefined) return write.insert(freeLineKind, values).id
    write.update(freeLineKind, id, values)
    return id
  })
  return { id: saved, ...values }
}

const unknownKindText = 'Cette ligne n’est plus dans la liste\u00a0: choisissez-en une autre.'

// ---- Lines of homes

/** A line to write: for a home, or for one of its children. */
type Planned = NamedHome & { readonly childId: number | null }

export const previewFreeLines = (core: Core, person: Person, input: FreeLineInput): FreeLinesPreview => {
  const planned = plan(core, person, input)
  const month = monthKey(input.day)
  return {
    homes: [...Map.groupBy(planned, ({ familyId }) => familyId)].map(([familyId, lines]) => ({
      familyId,
      name: lines[0]?.name ?? '',
      lines: lines.length,
      isFinal: isFinalSpan(core.store, { familyId, month, regieId: input.regieId }),
    })),
    totalCents: planned.length * input.quantity * input.unitCents,
  }
}

export const writeFreeLines = (core: Core, person: Person, input: FreeLineInput): { lines: number } => {
  const { store, clock } = core
  const planned = plan(core, person, input)
  const { kindId, activityId, regieId, day, label, quantity, unitCents, fiscal, reason } = input
  const [first, ...others] = planned
  if (!first) throw new Refused('Aucune famille n’est concernée.', 'homes')
  const isOne = others.every(({ familyId }) => familyId === first.familyId)
  const whom = isOne ? `famille ${first.name}` : counted(planned.length, 'ligne', 'lignes')
  const now = today(clock)
  const values = { kindId, activityId, regieId, label, quantity, unitCents, fiscal, reason }
  store.act(
    person,
    unitCents < 0 ? 'freeLines.reduce' : 'freeLines.write',
    `Ligne libre «\u00a0${label}\u00a0», ${whom}`,
    (write) => {
      write.insertMany(
        freeLine,
        planned.map(({ familyId, childId }) => ({
          ...values,
          familyId,
          childId,
          // Runs no longer price a final month, so a line for one of its days is billed with the current month.
          ...(isFinalSpan(store, { familyId, month: monthKey(day), regieId })
            ? { day: now, correctedDay: day }
            : { day, correctedDay: null }),
        })),
      )
    },
  )
  return { lines: planned.length }
}

/**
 * Within the caller's act: writes a fee that the service adds automatically, dated today. @param since the day of the
 * reminder or debit
 */
export const writeFeeLine = (
  write: Write,
  line: { readonly familyId: number; readonly regieId: number; readonly fee: Fee; readonly unitCents: Cents },
  since: Day,
): void => {
  const label = `${feeNames[line.fee]} du ${numericDay(since)}`
  write.insert(freeLine, { ...line, label, day: dayAt(write.at), quantity: 1, fiscal: 'autre' })
}

/** Deletes a line that no paper bills. */
export const removeFreeLine = ({ store }: Core, person: Person, id: number): Record<string, never> => {
  const row = freeLineRow(store, id)
  if (!row) throw new Refused('Cette ligne n’existe plus.')
  if (row.unitCents < 0 && !may(person.roles, 'freeLines.negative')) throw new Refused(roleNeeded('freeLines.negative'))
  if (billedOfHome(store, row.familyId).has(id))
    throw new Refused('Cette ligne est facturée\u00a0: corrigez-la par un avoir sur sa facture.')
  const kind = row.unitCents < 0 ? 'freeLines.reduce' : 'freeLines.remove'
  store.act(person, kind, `Ligne libre «\u00a0${row.label}\u00a0» retirée`, (write) => write.remove(freeLine, id))
  return {}
}

export const freeLinesOfHome = ({ store }: Core, familyId: number): FreeLineOfHome[] => {
  const billed = billedOfHome(store, familyId)
  return rowsOfHome(store, familyId).map((row) => {
    const { id, day, correctedDay, label, child, activity, regieId, fiscal, quantity, unitCents, reason } = row
    const totalCents = quantity * unitCents
    return {
      id,
      day,
      correctedDay,
      label,
      child,
      activity,
      regieId,
      fiscal,
      quantity,
      unitCents,
      reason,
      totalCents,
      waitingCents: waiting(totalCents - row.givenUpCents, billed.get(id) ?? 0),
      isBilled: billed.has(id),
    }
  })
}

/**
 * What is left to bill of a line. Also 0 when papers reduced the month more than a line below zero still asks, after a
 * day was given back: the next run corrects it.
 */
const waiting = (owed: Cents, billed: Cents): Cents =>
  owed < 0 ? Math.min(0, owed - billed) : Math.max(0, owed - billed)

export const isFreeLineBilled = (store: Store, id: number): boolean => {
  const row = freeLineRow(store, id)
  return row !== undefined && billedOfHome(store, row.familyId).has(id)
}

/** The lines that an input writes. @throws Refused when they cannot be written */
const plan = (core: Core, person: Person, input: FreeLineInput): Planned[] => {
  const { store } = core
  refuseWritten(core, person, input)
  refuseDay(core, input)
  const { homes, kindId, childId, activityId, regieId, leftOut, day } = input
  if (kindId !== null && !freeLineKindRows(store).some(({ id, archived }) => id === kindId && !archived))
    throw new Refused(unknownKindText, 'kindId')
  if (activityId !== null) {
    if (!isActivity(store, activityId)) throw new Refused('Cette activité n’existe plus.', 'activityId')
    const collecting = regieOf(store, regieOfActivities(store)(activityId))
    if (collecting.id !== regieId)
      throw new Refused(`Cette activité est de la régie «\u00a0${regieName(collecting)}\u00a0».`, 'regieId')
  }
  const isLeftOut = new Set(leftOut)
  return plannedLines(store, homes, childId, day).filter(({ familyId }) => !isLeftOut.has(familyId))
}

const plannedLines = (store: Store, homes: FreeLineInput['homes'], childId: number | null, day: Day): Planned[] => {
  if ('registeredIn' in homes) {
    if (!isActivity(store, homes.registeredIn)) throw new Refused('Cette activité n’existe plus.', 'homes')
    const children = registeredOn(store, homes.registeredIn, day)
    if (homes.per === 'child') return children
    return [...new Map(children.map(({ familyId, name }) => [familyId, { familyId, name, childId: null }])).values()]
  }
  const found = homesById(store, homes.familyIds)
  if (found.length < new Set(homes.familyIds).size) throw new Refused('Une de ces familles n’existe plus.', 'homes')
  const [only] = found
  if (
    childId !== null &&
    (found.length !== 1 || !only || !childrenOfFamily(store, only.familyId).some(({ id }) => id === childId))
  )
    throw new Refused('Cet enfant n’est pas de cette famille.', 'childId')
  return found.map((home) => ({ ...home, childId }))
}

type Written = Parameters<typeof refuseFreeLine>[0] & { readonly regieId: number }

const refuseWritten = (core: Core, person: Person, input: Written): void => {
  const refused = refuseFreeLine(input, may(person.roles, 'freeLines.negative'))
  if (refused) throw new Refused(refused.sentence, refused.field)
  if (regieOf(core.store, input.regieId).archived)
    throw new Refused('Cette régie est archivée\u00a0: choisissez-en une autre.', 'regieId')
  if (input.unitCents < 0) refuseUnlessHolder(core, person, input.regieId)
}

/** @throws Refused for a day that no run bills, and for a day so far away that it must be a typing error */
const refuseDay = ({ store, clock }: Core, { day, regieId }: Pick<FreeLineInput, 'day' | 'regieId'>): void => {
  const { billsFrom } = regieOf(store, regieId)
  if (billsFrom !== null && monthKey(day) < monthKey(billsFrom))
    throw new Refused(`La régie facture depuis le ${longDate(billsFrom)}\u00a0: choisissez un jour plus récent.`, 'day')
  if (day > addDays(today(clock), 366))
    throw new Refused('Ce jour est dans plus d’un an\u00a0: vérifiez l’année.', 'day')
}
