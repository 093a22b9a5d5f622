import type { Day } from '../../calendar/day.ts'
import { shortDay } from '../../text/french.ts'

/**
 * The mail to which a notice of debit is attached. It states neither amount nor account, which are in the notice, since
 * other people may read a mailbox.
 */
export const debitNoticeMail = ({
  name,
  number,
  collectOn,
  organisation,
}: {
  /** « Mme Camille Marchand » */
  readonly name: string
  /** « AP-2026-000058 » */
  readonly number: string
  readonly collectOn: Day
  readonly organisation: string
}): { readonly subject: string; readonly body: string } => ({
  subject: `${organisation}\u00a0: avis de prélèvement ${number}`,
  body: [
    `Bonjour ${name},`,
    `Vous trouverez ci-joint l’avis n°\u00a0${number} du prélèvement du ${shortDay(collectOn)}\u00a0: la somme, le compte débité, et ce que vous pouvez faire. Vous n’avez rien à faire pour le payer.`,
    organisation,
  ].join('\n\n'),
})
