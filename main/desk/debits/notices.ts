import { dayAt, type Instant } from '../../../shared/rules/calendar/day.ts'
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
import { debtName, isAnnouncedLine, noticeText, requireCollection } from './collections.ts'
import { type CollectionRow, debitRow, type LineRow, linesOf, mandatesOfRegie, partsOf } from './debits-store.ts'
import { debitsToldByMail, noticeWays } from './notice-ways.ts'
import { creditorName, settingsOf } from './settings.ts'

/** Notices in one PDF at most: the printing thread holds a whole PDF in memory. */
const perFile = 2000

/**
 * The notices of a collection as one PDF: all of them, or only those of payers who get a notice neither on the portal
 * nor by mail.
 */
export const noticesFile = async (
  { store, clock }: Core,
  { id, only }: { id: number; only: 'all' | 'byPost' },
): Promise<File> => {
  const collection = requireCollection(store, id)
  const lines = linesOf(store, id).filter(({ removedOn }) => removedOn === null)
  const notices = noticesOf(store, collection, only === 'all' ? lines : linesToPost(store, collection, lines))
  if (notices.length === 0)
    throw new Refused(
      only === 'byPost'
        ? 'Aucun avis à poster\u00a0: toutes ces familles lisent le portail, ou un mail les prévient.'
        : 'Aucun avis\u00a0: toutes les lignes sont retirées.',
    )
  if (notices.length > perFile)
    throw new Refused(`${notices.length} avis font un trop long document\u00a0: ${perFile} au plus.`)
  return fileOf(notices, `Avis de prélèvement ${collection.collectOn}.pdf`, clock())
}

/** The notice of one debit, to attach to its mail. @throws Refused once the debit is removed */
export const noticeFile = async ({ store, clock }: Core, debitId: number): Promise<File> => {
  const collection = requireCollection(store, debitRow(store, debitId)?.collectionId ?? 0)
  const lines = linesOf(store, collection.id).filter(({ id, removedOn }) => id === debitId && removedOn === null)
  const [notice] = noticesOf(store, collection, lines)
  if (!notice) throw new Refused('Cette ligne est retirée du prélèvement.')
  return fileOf([notice], `Avis de prélèvement ${notice.number}.pdf`, clock())
}

const fileOf = async (notices: readonly DebitNotice[], name: string, createdAt: Instant): Promise<File> => {
  const [bytes] = await renderPapers([{ debitNotices: notices }], { createdAt })
  if (!bytes) throw new RangeError('no notice was printed')
  return new File([new Uint8Array(bytes)], name, { type: 'application/pdf' })
}

const linesToPost = (
  store: Store,
  { actId, collectOn }: CollectionRow,
  lines: readonly LineRow[],
): readonly LineRow[] => {
  const ways = noticeWays(store, lines)
  const mailed = debitsToldByMail(store, actId, store.clock())
  const parts = partsOf(
    store,
    lines.map(({ id }) => id),
  )
  return lines.filter(
    (line) => ways.has(payerKey(line)) && !mailed.has(line.id) && !isAnnouncedLine(parts.get(line.id) ?? [], collectOn),
  )
}

const noticesOf = (
  store: Store,
  { regieId, collectOn, frozenAt }: CollectionRow,
  lines: readonly LineRow[],
): DebitNotice[] => {
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
  // One shared object for all notices, so that it is copied to the thread only once.
  const sender = { ...from, ...(logo && { logo: new Uint8Array(logo) }) }
  const { creditorId } = settingsOf(store, regieId)
  const regie = regieOf(store, regieId)
  return lines.flatMap((line): DebitNotice[] => {
    const row = mandates.get(line.mandateId)
    if (!row) return []
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
