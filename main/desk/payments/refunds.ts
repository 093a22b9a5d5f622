import type { Refund, RefundableAccount } from '../../../shared/contract/desk/money/refunds.ts'
import { type Day, dayAt, today } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { refundableCents, refusePaidOn, refuseRefund } from '../../../shared/rules/money/payment/refund.ts'
import { type PayerRefundMeans, refundTexts } from '../../../shared/rules/money/recovery/debt-decision.ts'
import { counted, numericDay, shortDay } from '../../../shared/rules/text/french.ts'
import { listPdf } from '../../documents/list-pdf.ts'
import { writeXlsx } from '../../documents/spreadsheets/workbook.ts'
import { refund } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { allocate, balancesOf, openCredits, openDebts, spendCredits, undoAllocations } from '../invoicing/invoicing.ts'
import { refuseIfClosed, refuseUnlessHolder, regieName, regieOf, regiesOf } from '../regies/regies.ts'
import { organisationOf } from '../settings/settings.ts'
import { type AccountHolder, type NamedPayer, requirePayer } from './payer.ts'
import { endedRefundRows, homesThatLeft, type PayerRefundRow, pendingRefundRows, refundRow } from './payments-store.ts'
import { readTill, refuseIfTillClosed } from './till.ts'

/** What a payer has ahead at each régie, and how it may be given back. Régies where it has nothing are left out. */
export const refundableAt = (core: Core, named: NamedPayer): RefundableAccount[] => {
  const { store, clock } = core
  const payer = requirePayer(store, named, today(clock))
  return regiesOf(store).flatMap((regie) => {
    const cents = aheadOf(store, payer, regie.id)
    return cents === 0
      ? []
      : [{ regieId: regie.id, regie: regieName(regie), refundableCents: cents, paysRefunds: regie.paysRefunds }]
  })
}

/** What a payer has ahead at a régie, less what earlier refunds have set apart. */
const aheadOf = (store: Store, { id, kind }: Pick<AccountHolder, 'id' | 'kind'>, regieId: number): number => {
  const ofRegie = (rows: readonly { readonly regieId: number; readonly leftCents: number }[]) =>
    rows.reduce((sum, row) => (row.regieId === regieId ? sum + row.leftCents : sum), 0)
  return refundableCents(ofRegie(openCredits(store, id, kind)), ofRegie(openDebts(store, id, kind)))
}

type NewRefund = NamedPayer & {
  readonly regieId: number
  readonly means: PayerRefundMeans
  readonly amountCents: number
  readonly reason: string
  readonly paidOn: Day | null
  readonly reference: string
}

/**
 * Gives money back at once, or sets it apart for the finance service to give back. The oldest credits are used first.
 */
export const recordRefund = (core: Core, person: Person, input: NewRefund): Refund => {
  const { store, clock } = core
  const { familyId, thirdPartyId = null, ...values } = input
  const { regieId, means, amountCents, paidOn } = values
  const payer = requirePayer(store, { familyId, thirdPartyId }, today(clock))
  const label = `${refundTexts[means]} de ${formatEuros(amountCents)}\u00a0: ${payer.name}`
  return store.act(person, 'payments.refund', label, (write) => {
    const on = dayAt(write.at)
    refuseUnlessHolder(core, person, regieId)
    const refused = refuseRefund(values, {
      today: on,
      refundableCents: aheadOf(store, payer, regieId),
      paysRefunds: regieOf(store, regieId).paysRefunds,
      tillCents: readTill(core, { day: on, regieId }).expectedCents,
    })
    if (refused) throw new Refused(refused.sentence, refused.field)
    if (means === 'cash') refuseIfTillClosed(store, regieId, on)
    if (paidOn !== null) refuseIfClosed(store, regieId, paidOn, 'paidOn')
    // A transfer recorded after it left counts as asked on the day it left.
    const askedOn = paidOn !== null && paidOn < on ? paidOn : on
    const { id } = write.insert(refund, { ...values, familyId, thirdPartyId, askedOn })
    const credits = openCredits(store, payer.id, payer.kind).filter((credit) => credit.regieId === regieId)
    let left = amountCents
    allocate(
      store,
      write,
      credits.flatMap(({ paymentId, creditNoteId, openingCreditId, leftCents }) => {
        const cents = Math.min(left, leftCents)
        left -= cents
        return cents === 0 ? [] : [{ paymentId, creditNoteId, openingCreditId, refundId: id, amountCents: cents }]
      }),
    )
    return requireRefund(store, id)
  })
}

type Paid = { readonly id: number; readonly paidOn: Day; readonly reference: string }

/** Records that the finance service paid a refund. */
export const markRefundPaid = (core: Core, person: Person, { id, paidOn, reference }: Paid): Refund => {
  const { store } = core
  const before = requireRefund(store, id)
  const label = `Remboursement mandaté\u00a0: ${formatEuros(before.amountCents)}, ${before.payer}`
  return store.act(person, 'payments.refundPaid', label, (write) => {
    refuseUnlessPending(core, person, requireRefund(store, id))
    const refusal = refusePaidOn(paidOn, before.askedOn, dayAt(write.at))
    if (refusal !== undefined) throw new Refused(refusal, 'paidOn')
    refuseIfClosed(store, before.regieId, paidOn, 'paidOn')
    write.update(refund, id, { paidOn, reference })
    return requireRefund(store, id)
  })
}

/** Cancels a refund: the money set apart is ahead again, and pays what the payer owes by now. */
export const cancelRefund = (core: Core, person: Person, { id, reason }: { id: number; reason: string }): Refund => {
  const { store } = core
  const before = requireRefund(store, id)
  const label = `Remboursement annulé\u00a0: ${formatEuros(before.amountCents)}, ${before.payer}`
  return store.act(person, 'payments.cancelRefund', label, (write) => {
    refuseUnlessPending(core, person, requireRefund(store, id))
    undoAllocations(store, write, 'refund_id', id)
    write.update(refund, id, { cancelledAt: write.at, cancelReason: reason })
    const payer = requirePayer(store, before, dayAt(write.at))
    spendCredits(store, write, [payer.id], payer.kind)
    return requireRefund(store, id)
  })
}

const refuseUnlessPending = (core: Core, person: Person, { regieId, paidOn, cancelled }: Refund): void => {
  refuseUnlessHolder(core, person, regieId)
  if (cancelled) throw new Refused('Ce remboursement est déjà annulé.')
  if (paidOn !== null) throw new Refused('Ce remboursement est déjà payé.')
}

const maxEnded = 60

/** Refunds that wait for the finance service, the latest finished ones, and homes that left with money ahead. */
export const listRefunds = ({ store }: Core, regieId: number) => {
  const gone = homesThatLeft(store)
  const balances = balancesOf(
    store,
    gone.map(({ familyId }) => familyId),
    regieId,
  )
  return {
    pending: pendingRefundRows(store, regieId).map(shown),
    ended: endedRefundRows(store, regieId, maxEnded).map(shown),
    left: gone
      .filter(({ familyId }) => (balances.get(familyId) ?? 0) < 0)
      .map((home) => ({ ...home, refundableCents: aheadOf(store, { id: home.familyId, kind: 'family' }, regieId) }))
      .filter((home) => home.refundableCents > 0),
  }
}

/** The list that the finance service pays from. */
export const paymentOrdersFile = async (
  { store, clock }: Core,
  { regieId, format }: { regieId: number; format: 'pdf' | 'xlsx' },
): Promise<File> => {
  const on = today(clock)
  const pending = pendingRefundRows(store, regieId).map(shown)
  if (pending.length === 0) throw new Refused('Rien n’attend le service financier.')
  const addressOf = (one: Refund): string => requirePayer(store, one, on).addressLines.join(', ')
  const name = `remboursements-a-mandater-${on}.${format}`
  const title = 'Remboursements à mandater'
  if (format === 'xlsx') {
    const columns = ['Demandé le', 'Payeur', 'Adresse', 'Motif', 'Montant']
    const rows = pending.map((one) => [
      numericDay(one.askedOn),
      one.payer,
      addressOf(one),
      one.reason,
      one.amountCents / 100,
    ])
    const bytes = new Uint8Array(await writeXlsx(title, { columns, rows }))
    return new File([bytes], name, { type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' })
  }
  const total = pending.reduce((sum, { amountCents }) => sum + amountCents, 0)
  const paper = await listPdf({
    title,
    about: [regieOf(store, regieId).name, shortDay(on)].filter((text) => text !== '').join(', '),
    summary: [{ name: 'Total', value: `${counted(pending.length, 'remboursement')}, ${formatEuros(total)}` }],
    blanks: ['Visa du régisseur', 'Visa de l’ordonnateur'],
    columns: [
      { title: 'Demandé le', kind: 'text', width: 24 },
      { title: 'Payeur', kind: 'text' },
      { title: 'Motif', kind: 'text' },
      { title: 'Montant', kind: 'number', width: 26 },
    ],
    groups: [
      {
        name: '',
        count: '',
        rows: pending.map((one) => ({
          id: String(one.id),
          registrationId: null,
          cells: [
            { text: numericDay(one.askedOn) },
            { text: one.payer, under: addressOf(one) },
            { text: one.reason },
            { text: formatEuros(one.amountCents) },
          ],
        })),
      },
    ],
    emptyRows: 0,
    empty: '',
    note: '',
    showsHealth: false,
    organisationName: organisationOf(store).name,
    printedAt: clock(),
  })
  return new File([paper], name, { type: 'application/pdf' })
}

/** The receipt of a refund: signed by the payer for cash, kept by the payer for a transfer. */
export const refundFile = async ({ store, clock }: Core, id: number): Promise<File> => {
  const one = requireRefund(store, id)
  if (one.paidOn === null) throw new Refused('Ce remboursement n’est pas encore payé.')
  const { name: organisationName } = organisationOf(store)
  const paper = await listPdf({
    title: refundTexts[one.means],
    about: [regieOf(store, one.regieId).name, shortDay(one.paidOn)].filter((text) => text !== '').join(', '),
    summary: [
      { name: 'Rendu à', value: one.payer },
      { name: 'Montant', value: formatEuros(one.amountCents) },
    ],
    blanks: ['Reçu, le payeur', 'Le régisseur'],
    columns: [
      { title: 'Pris sur', kind: 'text' },
      { title: 'Motif', kind: 'text' },
      { title: 'Montant', kind: 'number', width: 26 },
    ],
    groups: [
      {
        name: '',
        count: '',
        rows: [
          {
            id: String(one.id),
            registrationId: null,
            cells: [
              { text: 'Avance', ...(one.reference !== '' && { under: one.reference }) },
              { text: one.reason },
              { text: formatEuros(one.amountCents) },
            ],
          },
        ],
      },
    ],
    emptyRows: 0,
    empty: '',
    note: '',
    showsHealth: false,
    organisationName,
    printedAt: clock(),
  })
  return new File([paper], `Remboursement ${one.payer} ${one.paidOn}.pdf`, { type: 'application/pdf' })
}

const shown = ({ cancelledAt, cancelReason, ...row }: PayerRefundRow): Refund => ({
  ...row,
  cancelled: cancelledAt === null ? null : { on: dayAt(cancelledAt), reason: cancelReason ?? '' },
})

const requireRefund = (store: Store, id: number): Refund => {
  const row = refundRow(store, id)
  if (!row) throw new Refused('Ce remboursement n’existe plus.')
  return shown(row)
}
