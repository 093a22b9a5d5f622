import { dayAt } from '../../../shared/rules/calendar/day.ts'
import { familyNumberText } from '../../../shared/rules/money/invoice.ts'
import { capitalised } from '../../../shared/rules/text/french.ts'
import type { DebitNotice } from '../../documents/money/debit-notice-pdf.ts'
import { renderPapers } from '../../documents/render-papers.ts'
import type { Store } from '../../store/store.ts'
import { type Core, Refused } from '../core.ts'
import { debtorsOf } from '../families/families.ts'
import { letterheadOf, payerKey } from '../invoicing/invoicing.ts'
import { requirePayer } from '../payments/payments.ts'
import { regieOf } from '../regies/regies.ts'
import { logoOf } from '../settings/settings.ts'
import { debtName, isToldLine, noticeText, requireCollection } from './collections.ts'
import { type CollectionRow, linesOf, mandatesOfRegie, partsOf, payersByPost } from './debits-store.ts'
import { creditorName, settingsOf } from './settings.ts'

/** Notices in one PDF, which a printing thread holds whole in its memory. */
const perFile = 2000

/** The notices of a collection as one PDF: all of them, or those of payers that do not read the portal. */
export const noticesFile = async (
  { store, clock }: Core,
  { id, only }: { id: number; only: 'all' | 'byPost' },
): Promise<File> => {
  const collection = requireCollection(store, id)
  const notices = noticesOf(store, collection, only)
  if (notices.length === 0)
    throw new Refused(
      only === 'byPost'
        ? 'Aucun avis à poster\u00a0: toutes ces familles lisent le portail.'
        : 'Aucun avis\u00a0: toutes les lignes sont retirées.',
    )
  if (notices.length > perFile)
    throw new Refused(`${notices.length} avis font un trop long document\u00a0: ${perFile} au plus.`)
  const [bytes] = await renderPapers([{ debitNotices: notices }], { createdAt: clock() })
  if (!bytes) throw new RangeError('no notice was printed')
  return new File([new Uint8Array(bytes)], `Avis de prélèvement ${collection.collectOn}.pdf`, {
    type: 'application/pdf',
  })
}

const noticesOf = (
  store: Store,
  { id, regieId, collectOn, frozenAt }: CollectionRow,
  only: 'all' | 'byPost',
): DebitNotice[] => {
  const lines = linesOf(store, id).filter(({ removedOn }) => removedOn === null)
  const byPost = payersByPost(store, lines)
  const parts = partsOf(
    store,
    lines.map((line) => line.id),
  )
  const date = dayAt(frozenAt)
  const debtors = debtorsOf(
    store,
    lines.flatMap(({ familyId }) => familyId ?? []),
    date,
  )
  const mandates = new Map(mandatesOfRegie(store, regieId).map((row) => [row.id, row]))
  const { organisation } = letterheadOf(store, regieId)
  const { logoId: _, ...from } = organisation
  const logo = logoOf(store)?.bytes
  // One object for all of them: it travels to the thread once.
  const sender = { ...from, ...(logo && { logo: new Uint8Array(logo) }) }
  const { creditorId } = settingsOf(store, regieId)
  const regie = regieOf(store, regieId)
  return lines.flatMap((line): DebitNotice[] => {
    const row = mandates.get(line.mandateId)
    if (!row) return []
    if (only === 'byPost' && (!byPost.has(payerKey(line)) || isToldLine(parts.get(line.id) ?? [], collectOn))) return []
    const to = (line.familyId !== null && debtors.get(line.familyId)) || addresseeOf(requirePayer(store, line, date))
    return [
      {
        organisation: sender,
        number: noticeText(regie.prefix, line),
        date,
        familyNumber: line.familyId === null ? null : familyNumberText(line.familyId),
        to: { name: to.name, addressLines: to.addressLines },
        account: { start: row.accountStart, lastFour: row.lastFour, holder: row.debtor },
        collectOn,
        cents: line.amountCents,
        isFirst: line.sequence === 'FRST' || line.sequence === 'OOFF',
        debts: (parts.get(line.id) ?? []).map((part) => ({
          label: part.invoiceId === null ? capitalised(debtName(part)) : `Facture ${debtName(part)}`,
          cents: part.cents,
        })),
        mandate: { reference: row.reference, signedOn: row.signedOn, source: row.source },
        creditor: { name: creditorName(store, regie.id), creditorId },
      },
    ]
  })
}

const addresseeOf = ({ debtor, addressLines }: ReturnType<typeof requirePayer>) => ({ name: debtor, addressLines })
