import type { PileDebt } from '../../../shared/contract/desk/money/payments.ts'
import { type Day, today } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { type CounterDetails, refusePile } from '../../../shared/rules/money/payment/counter.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { findPaperByNumber, openDebts, spendCredits } from '../invoicing/invoicing.ts'
import { debtsAtTreasury } from './kept-for-treasury.ts'
import { requirePayer } from './payer.ts'
import { writeCounterPayment } from './payments.ts'
import { payerOfInvoice } from './payments-store.ts'

/** The debt of an invoice, by its number as typed or scanned from the coupon. */
export const debtByNumber = (
  { store, clock }: Core,
  { regieId, text }: { regieId: number; text: string },
): PileDebt => {
  const paper = findPaperByNumber(store, text)
  if (!paper) throw new Refused('Aucune facture n’a ce numéro.', 'text')
  return requireDebt(store, { invoiceId: paper.id, regieId }, today(clock))
}

/** @throws Refused when there is no such invoice */
const requirePayerOf = (store: Store, invoiceId: number) => {
  const found = payerOfInvoice(store, invoiceId)
  if (!found) throw new Refused('Cette facture n’existe plus.', 'text')
  return found
}

/** @throws Refused when the invoice is of another régie, or paid */
const requireDebt = (
  store: Store,
  { invoiceId, regieId }: { readonly invoiceId: number; readonly regieId: number },
  on: Day,
): PileDebt => {
  const named = requirePayerOf(store, invoiceId)
  if (named.regieId !== regieId) throw new Refused('Cette facture est d’une autre régie.', 'text')
  const { id, kind, name, debtor } = requirePayer(store, named, on)
  const debt =
    openDebts(store, id, kind).find((one) => one.invoiceId === invoiceId) ??
    debtsAtTreasury(store, { debt: { invoiceId, openingDebtId: null } })[0]
  if (!debt) throw new Refused(`${name}\u00a0: cette facture est déjà payée.`, 'text')
  return {
    invoiceId,
    name: `${debt.name}${'decisionId' in debt ? ', à la Trésorerie' : ''}`,
    payer: name,
    debtor,
    leftCents: debt.leftCents,
  }
}

type Cheque = Pick<CounterDetails, 'documentNumber' | 'bank' | 'issuer'> & {
  readonly invoiceId: number
  readonly leftCents: number
  readonly amountCents: number
}

type Pile = {
  readonly regieId: number
  readonly receivedOn: Day
  readonly totalCents: number
  readonly cheques: readonly Cheque[]
}

/**
 * Records a pile of cheques in one act. Each cheque pays the invoice that it came with, then other debts of its payer.
 * @throws Refused when somebody else recorded one of these cheques since the pile was read
 */
export const recordPile = (core: Core, person: Person, { regieId, receivedOn, totalCents, cheques }: Pile) => {
  const { store, clock } = core
  const label = `Pile de ${counted(cheques.length, 'chèque')}, ${formatEuros(totalCents)}`
  return store.act(person, 'payments.pile', label, (write) => {
    const refusal = refusePile(cheques, totalCents)
    if (refusal !== undefined) throw new Refused(refusal, 'totalCents')
    const left = new Map(
      cheques.map(({ invoiceId, leftCents }) => {
        const debt = requireDebt(store, { invoiceId, regieId }, today(clock))
        if (debt.leftCents !== leftCents)
          throw new Refused(
            `${debt.name}\u00a0: il y reste ${formatEuros(debt.leftCents)} à payer. Relisez ce chèque, rien n’est enregistré.`,
          )
        return [invoiceId, leftCents]
      }),
    )
    const made = cheques.map(({ invoiceId, amountCents, documentNumber, bank, issuer }) => {
      const cents = Math.min(amountCents, left.get(invoiceId) ?? 0)
      left.set(invoiceId, (left.get(invoiceId) ?? 0) - cents)
      return writeCounterPayment(core, person, write, {
        amountCents,
        documentNumber,
        bank,
        issuer,
        ...requirePayerOf(store, invoiceId),
        receivedOn,
        means: 'cheque',
        payer: '',
        reference: '',
        chosen: cents === 0 ? [] : [{ invoiceId, openingDebtId: null, cents }],
      })
    })
    // What the cheques paid beyond their invoices goes to other debts of the same payers.
    spendCredits(
      store,
      write,
      made.flatMap(({ familyId }) => familyId ?? []),
    )
    spendCredits(
      store,
      write,
      made.flatMap(({ thirdPartyId }) => thirdPartyId ?? []),
      'thirdParty',
    )
    const [first] = made
    return {
      first: first?.receipt ?? '',
      last: made.at(-1)?.receipt ?? '',
      count: made.length,
      totalCents,
      bookedOn: first?.bookedOn ?? receivedOn,
    }
  })
}
