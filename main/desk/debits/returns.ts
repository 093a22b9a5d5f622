import type { ReadReturn, ReturnInput } from '../../../shared/contract/desk/money/debits.ts'
import { type Day, dayAt, today } from '../../../shared/rules/calendar/day.ts'
import { returnsInARow } from '../../../shared/rules/money/debit/mandate.ts'
import {
  afterReturn,
  afterReturnText,
  debitMeant,
  returnFee,
  returnReason,
} from '../../../shared/rules/money/debit/returned-debit.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { debtKey } from '../../../shared/rules/money/payment/payment.ts'
import { counted, longDay } from '../../../shared/rules/text/french.ts'
import {
  type ReturnedDebit,
  type ReturnsFile,
  readReturns,
  UnreadableReturns,
} from '../../documents/bank/returned-debits.ts'
import type { Write } from '../../store/acts/acts.ts'
import { debit, mandate } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { writeFeeLine } from '../free-lines/free-lines.ts'
import { openDebtsOf } from '../invoicing/invoicing.ts'
import { undoDebitPayment, whyPaymentStays } from '../payments/payments.ts'
import { refuseUnlessHolder } from '../regies/regies.ts'
import { requireCollection } from './collections.ts'
import {
  debitRow,
  debitsNamed,
  freePartsOf,
  mandatesWithDigest,
  partsOf,
  presentedOf,
  returnedRows,
} from './debits-store.ts'
import { requireMandate } from './mandates.ts'
import { settingsOf } from './settings.ts'

const mostBytes = 20_000_000

/**
 * Reads a bank's file and finds the debits that came back, by their name, else by mandate and amount. Writes nothing.
 */
export const previewReturns = async (
  { store, clock }: Core,
  { regieId, file }: { regieId: number; file: File },
): Promise<{ format: string; returned: ReadReturn[] }> => {
  if (file.size === 0) throw new Refused('Ce fichier est vide.', 'file')
  if (file.size > mostBytes) throw new Refused('Ce fichier est trop grand\u00a0: 20 Mo au plus.', 'file')
  const read = readFile(new Uint8Array(await file.arrayBuffer()))
  const returned = [...read.returned, ...wholesRefused(store, regieId, read)]
  if (returned.length === 0) throw new Refused('Ce fichier ne contient aucun prélèvement rejeté.', 'file')
  const taken = new Set<number>()
  const found = returned.map((one) => {
    const row = findReturn(store, regieId, one, today(clock), taken)
    if (row.debitId !== null) taken.add(row.debitId)
    return row
  })
  return { format: read.format, returned: found }
}

const readFile = (bytes: Uint8Array): ReturnsFile => {
  try {
    return readReturns(bytes)
  } catch (error) {
    if (error instanceof UnreadableReturns) throw new Refused(error.message, 'file')
    throw error
  }
}

/** Every debit of the files and groups that the bank refused as a whole. */
const wholesRefused = (store: Store, regieId: number, { refusedWhole }: ReturnsFile): ReturnedDebit[] =>
  refusedWhole.flatMap(({ id, code }) => {
    const [, messageId = id, sequence] = /^(.*)-(FRST|RCUR|FNAL|OOFF)$/.exec(id) ?? []
    return debitsNamed(store, regieId, { messageId })
      .filter((row) => row.removedOn === null && (sequence === undefined || row.sequence === sequence))
      .map((row) => ({
        endToEndId: row.endToEndId,
        mandateReference: row.reference,
        cents: row.amountCents,
        code,
        cameBack: 'rejected' as const,
        on: null,
      }))
  })

/**
 * The debit that came back, found by its name, else by mandate and amount, and what will follow.
 * @param taken debits that earlier lines of the same file designate
 */
export const findReturn = (
  store: Store,
  regieId: number,
  one: ReturnedDebit,
  now: Day,
  taken: ReadonlySet<number> = new Set(),
): ReadReturn => {
  const named = one.endToEndId === '' ? [] : debitsNamed(store, regieId, { endToEndId: one.endToEndId })
  const ofMandate =
    named.length > 0 || one.mandateReference === ''
      ? []
      : debitsNamed(store, regieId, { reference: one.mandateReference }).filter(
          ({ amountCents }) => one.cents === null || amountCents === one.cents,
        )
  const wasSent = ({ state, removedOn }: (typeof named)[number]) => state !== 'frozen' && removedOn === null
  const row =
    named.find(wasSent) ??
    debitMeant(
      ofMandate.filter((sent) => wasSent(sent) && !taken.has(sent.id)),
      one,
    )
  const base = {
    reference: row?.reference ?? one.mandateReference,
    payer: row?.payer ?? '',
    cents: row?.amountCents ?? one.cents,
    code: one.code,
    cameBack: one.cameBack,
    on: one.on ?? now,
  }
  if (!row)
    return { ...base, debitId: null, isKnown: false, text: 'Aucun prélèvement envoyé d’ici n’a cette référence.' }
  if (row.cameBack !== null) return { ...base, debitId: row.id, isKnown: true, text: 'Ce rejet est déjà enregistré.' }
  const stays = row.paymentId === null ? null : whyPaymentStays(store, row.paymentId)
  if (stays) return { ...base, debitId: null, isKnown: false, text: stays }
  const fee = row.thirdPartyId === null ? returnFee(one.code, settingsOf(store, regieId)) : 0
  const after = afterReturnText(one.code, inARowWith(store, row.mandateId))
  return {
    ...base,
    debitId: row.id,
    isKnown: false,
    text: fee === 0 ? after : `${after} ${formatEuros(fee)} de frais, sur la prochaine facture.`,
  }
}

/** How many debits of the mandate will have come back in a row, counting this one. */
const inARowWith = (store: Store, mandateId: number): number => {
  const presented = presentedOf(store, mandateId)
  return returnsInARow(
    presented.map((one, index) => (index === presented.length - 1 ? { ...one, cameBack: 'returned' } : one)),
  )
}

/**
 * Records debits that came back: each payment is undone with the bank's reason, its debts are due again, and the bank's
 * code decides whether the mandate is stopped or suspended. A debit already recorded as returned is counted as known,
 * and nothing changes.
 */
export const recordReturns = (
  core: Core,
  person: Person,
  returned: readonly ReturnInput[],
): { recorded: number; known: number } => {
  const { store } = core
  return store.act(person, 'debits.return', returnsLabel, (write) => {
    let recorded = 0
    for (const [index, one] of returned.entries()) if (writeReturn(core, person, write, one, index)) recorded += 1
    return { recorded, known: returned.length - recorded }
  })
}

const returnsLabel = ({ recorded }: { recorded: number }): string =>
  `Rejets de prélèvement enregistrés\u00a0: ${counted(recorded, 'rejet')}`

/** Within the caller's act. @returns false for a debit that came back already: nothing changes */
export const writeReturn = (core: Core, person: Person, write: Write, one: ReturnInput, index: number): boolean => {
  const { store } = core
  const row = debitRow(store, one.debitId)
  if (!row) throw new Refused('Aucun prélèvement envoyé d’ici n’a cette référence.', `returned.${index}.debitId`)
  const collection = requireCollection(store, row.collectionId)
  refuseUnlessHolder(core, person, collection.regieId)
  if (collection.state === 'frozen' || row.removedOn !== null)
    throw new Refused('Ce prélèvement n’a jamais été envoyé à la banque.', `returned.${index}.debitId`)
  if (row.cameBack !== null) return false
  if (!/^[A-Z0-9]{4}$/.test(one.code))
    throw new Refused('Le motif d’un rejet a quatre signes, comme AM04.', `returned.${index}.code`)
  const on = dayAt(write.at)
  if (one.on > on) throw new Refused('Un rejet n’est pas daté du futur.', `returned.${index}.on`)
  if (one.cameBack === 'returned' && one.on < collection.collectOn)
    throw new Refused(
      `Ce prélèvement est du ${longDay(collection.collectOn)}\u00a0: avant ce jour il est refusé, pas retourné.`,
      `returned.${index}.on`,
    )
  write.update(debit, row.id, { cameBack: one.cameBack, cameBackOn: one.on, returnCode: one.code })
  const reason = returnReason(one.code)
  if (row.paymentId !== null)
    undoDebitPayment(core, write, row.paymentId, `Prélèvement rejeté\u00a0: ${reason} (${one.code})`)
  const { familyId } = requireMandate(store, row.mandateId)
  const unitCents = returnFee(one.code, settingsOf(store, collection.regieId))
  // A fee is billed as a line to a home; third parties have no such lines.
  if (familyId !== null && unitCents > 0)
    writeFeeLine(
      write,
      { familyId, regieId: collection.regieId, fee: 'returnedDebit', unitCents },
      collection.collectOn,
    )
  endMandate(store, write, row.mandateId, one.code, on)
  return true
}

/**
 * Stops or suspends the mandate as the code says. When the account itself takes no debits, every mandate of that
 * account is stopped.
 */
const endMandate = (store: Store, write: Write, mandateId: number, code: string, on: Day): void => {
  const after = afterReturn(code, returnsInARow(presentedOf(store, mandateId)))
  const row = requireMandate(store, mandateId)
  const reason = returnReason(code).toLocaleLowerCase('fr')
  if (after === 'stopAccount') {
    for (const same of mandatesWithDigest(store, row.digest))
      if (same.stoppedOn === null) write.update(mandate, same.id, { stoppedOn: on, reason })
  } else if (after === 'wait' && row.suspendedOn === null && row.stoppedOn === null)
    write.update(mandate, mandateId, { suspendedOn: on, reason })
}

/** Debits of these homes that came back, while a debt that they were to pay is still owed. */
export const returnedDebits = (store: Store, familyIds: readonly number[]): ReturnType<typeof returnedRows> => {
  const rows = returnedRows(store, familyIds)
  if (rows.length === 0) return []
  const homes = [...new Set(rows.map(({ familyId }) => familyId))].map((familyId) => ({ familyId, thirdPartyId: null }))
  const debts = [...openDebtsOf(store, homes).values()].flat()
  const owed = new Set(debts.map(debtKey))
  const free = new Set(freePartsOf(store, familyIds).map(({ yearPartId }) => yearPartId))
  const parts = partsOf(
    store,
    rows.map(({ id }) => id),
  )
  return rows.filter(({ id }) =>
    parts.get(id)?.some((part) => (part.yearPartId === null ? owed.has(debtKey(part)) : free.has(part.yearPartId))),
  )
}
