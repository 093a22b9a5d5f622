import type { MoneyDocument } from '../../../shared/contract/portal/documents.ts'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { longDate } from '../../../shared/rules/text/french.ts'
import { enqueueMails, type OutgoingMail } from '../mails/mail.ts'
import { readersWithHomes } from '../mails/readers.ts'
import type { Portal } from '../portal.ts'
import { documentsOf } from '../published/documents.ts'
import type { Transaction } from '../store/store.ts'

type Invoice = MoneyDocument['invoices'][number]

/**
 * Invoices that the stored documents do not have, by family; none for a home published for the first time, whose
 * invoices are old.
 */
export const newInvoices = async (
  tx: Transaction,
  sent: ReadonlyMap<number, MoneyDocument>,
): Promise<Map<number, readonly Invoice[]>> => {
  const stored = await documentsOf(tx, 'money', [...sent.keys()])
  return new Map(
    [...sent].flatMap(([familyId, { invoices }]): [number, readonly Invoice[]][] => {
      const previous = stored.get(`${familyId}`)
      if (!previous) return []
      const knownIds = new Set(previous.invoices.map((one) => one.id))
      const fresh = invoices.filter((one) => one.kind === 'invoice' && !knownIds.has(one.id))
      return fresh.length === 0 ? [] : [[familyId, fresh]]
    }),
  )
}

/** One mail per parent, for all their homes. */
export const mailInvoices = async (
  portal: Portal,
  tx: Transaction,
  invoices: ReadonlyMap<number, readonly Invoice[]>,
  at: Instant,
): Promise<void> => {
  if (invoices.size === 0) return
  const mails = (await readersWithHomes(tx, [...invoices.keys()])).map(({ name, email, homes }): OutgoingMail => {
    const own = homes.flatMap((familyId) => invoices.get(familyId) ?? [])
    const lines = own.map(({ number, label, totalCents, dueOn }) => {
      const due = dueOn === null ? '' : `, à régler au plus tard le ${longDate(dueOn)}`
      return `- ${label}, n° ${number} : ${formatEuros(totalCents)}${due}`
    })
    return {
      kind: 'invoice',
      to: email,
      subject: own.length === 1 ? 'Une nouvelle facture' : `${own.length} nouvelles factures`,
      body: `Bonjour ${name},

L’Espace Jeunesse vous adresse\u00a0:
${lines.join('\n')}

Le détail et le PDF sont sur le portail, dans «\u00a0Mon compte\u00a0»\u00a0: ${portal.address}
`,
    }
  })
  await enqueueMails(tx, mails, at)
}
