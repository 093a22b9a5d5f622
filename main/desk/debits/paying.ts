import type { Collection } from '../../../shared/contract/desk/money/debits.ts'
import { today } from '../../../shared/rules/calendar/day.ts'
import { refuseMeans } from '../../../shared/rules/money/regie.ts'
import { counted, longDay, shortDay } from '../../../shared/rules/text/french.ts'
import { numbersUnknown } from '../../store/numbers.ts'
import { debit, debitCollection } from '../../store/schema/index.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { allOrNothing } from '../invoicing/invoicing.ts'
import { writeDebitPayment } from '../payments/payments.ts'
import { refuseUnlessHolder, regieOf } from '../regies/regies.ts'
import { collectionShown, requireCollection } from './collections.ts'
import { debitRow, linesOf, partsOf } from './debits-store.ts'

/**
 * Records a payment for each debit of a file that has not come back, on the day of the collection. Where a debt was
 * paid meanwhile, the rest of the debit becomes the payer's advance.
 */
export const collect = async (core: Core, person: Person, id: number): Promise<Collection> => {
  const { store, clock } = core
  const { regieId, collectOn, state } = requireCollection(store, id)
  refuseUnlessHolder(core, person, regieId)
  if (state === 'frozen') throw new Refused('Le fichier de ce prélèvement n’est pas fait\u00a0: rien n’a été prélevé.')
  if (state === 'collected') throw new Refused('Les règlements de ce prélèvement sont déjà enregistrés.')
  if (today(clock) < collectOn)
    throw new Refused(`Les règlements s’enregistrent le jour du prélèvement, le ${longDay(collectOn)}.`)
  const unknown = numbersUnknown(store)
  if (unknown !== null) throw new Refused(unknown)
  const refusedMeans = refuseMeans(regieOf(store, regieId).means, 'directDebit')
  if (refusedMeans !== undefined) throw new Refused(refusedMeans)
  const lines = linesOf(store, id).filter(({ removedOn, cameBack }) => removedOn === null && cameBack === null)
  const parts = partsOf(
    store,
    lines.map((line) => line.id),
  )
  const label = `Prélèvement du ${shortDay(collectOn)} encaissé\u00a0: ${counted(lines.length, 'règlement')}`
  const act = store.longAct(person, 'debits.collect', label)
  return allOrNothing(act, async () => {
    // The state is written first: somebody else who records the same collection then finds it done.
    await act.slices(['state' as const, ...lines], (write, line) => {
      if (line === 'state') {
        if (requireCollection(store, id).state !== 'written')
          throw new Refused('Quelqu’un enregistre déjà ces règlements.')
        write.update(debitCollection, id, { state: 'collected' })
        return
      }
      // The debit may have come back since the lines were read.
      if (debitRow(store, line.id)?.cameBack !== null) return
      const paymentId = writeDebitPayment(store, write, {
        familyId: line.familyId,
        thirdPartyId: line.thirdPartyId,
        regieId,
        means: 'directDebit',
        amountCents: line.amountCents,
        receivedOn: collectOn,
        payer: line.debtor,
        reference: line.reference,
        // The part of a year pays no debt directly: its money is an advance.
        wanted: (parts.get(line.id) ?? []).filter(({ yearPartId }) => yearPartId === null),
      })
      write.update(debit, line.id, { paymentId })
    })
    return act.close(() => collectionShown(store, id))
  })
}
