import type { Day } from '../../../shared/rules/calendar/day.ts'
import { shortDay, withFullStop } from '../../../shared/rules/text/french.ts'
import { factList, MARGIN, type Organisation, WIDTH } from '../letterhead.ts'
import { bold, mm, type Paper, sizes } from '../paper.ts'

/** The end of all papers about direct debits: the mandate, and what the family can do. */

const heading = { size: sizes.medium, weight: 'semibold' } as const

/** « Votre mandat », over the whole width of the page or in a column. @returns the y of the next block, in points */
export const mandateBlock = (
  paper: Paper,
  {
    reference,
    signedOn,
    where = '',
    creditor,
  }: {
    readonly reference: string
    readonly signedOn: Day
    /** « sur le portail » */
    readonly where?: string
    readonly creditor: { readonly name: string; readonly creditorId: string }
  },
  y: number,
  { x = mm(MARGIN), width = mm(WIDTH) }: { readonly x?: number; readonly width?: number } = {},
): number => {
  const top = paper.write('H2', 'Votre mandat', x, y, width, heading) + mm(1)
  return factList(
    paper,
    [
      { name: 'Référence (RUM)', value: reference },
      { name: 'Signé le', value: [shortDay(signedOn), where].filter((text) => text !== '').join(', ') },
      { name: 'Créancier', value: creditor.name },
      { name: 'Identifiant (ICS)', value: creditor.creditorId },
    ],
    x,
    top,
    mm(34),
    width,
  )
}

/**
 * « Ce que vous pouvez faire ». The right to a refund is that of SEPA core direct debits: within 8 weeks, or 13 months
 * for a debit that was not authorised (code monétaire et financier, L133-24 and L133-25).
 * @param change what a family can ask the service to change
 * @param own advice of this paper alone: its subject, then what to do
 */
export const adviceBlock = (
  paper: Paper,
  {
    organisation,
    change,
    own = [],
  }: {
    readonly organisation: Pick<Organisation, 'phone' | 'email'>
    readonly change: string
    readonly own?: readonly (readonly [string, string])[]
  },
  y: number,
): number => {
  let top = paper.write('H2', 'Ce que vous pouvez faire', mm(MARGIN), y, mm(WIDTH), heading) + mm(1)
  const reach = [organisation.phone, organisation.email].filter((text) => text !== '').join(' ou ')
  const texts = [
    [change, reach === '' ? 'dites-le au service' : `appelez ou écrivez\u00a0: ${reach}`],
    ['Un mois difficile', 'appelez-nous avant le jour prévu'],
    ...own,
    [
      'Un prélèvement que vous contestez',
      'votre banque le rembourse dans les 8\u00a0semaines, ou 13\u00a0mois sans accord de vous',
    ],
  ] as const
  for (const [about, text] of texts)
    top = paper.write('P', ['– ', bold(`${about}\u00a0: `), withFullStop(text)], mm(MARGIN), top, mm(WIDTH)) + mm(0.6)
  return top
}
