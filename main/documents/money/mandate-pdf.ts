import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import type { MandatePaper } from '../../../shared/rules/money/debit/signing.ts'
import { counted, instantText, shortDay } from '../../../shared/rules/text/french.ts'
import { factList, MARGIN, WIDTH } from '../letterhead.ts'
import { makePdf, mm, type Paper, sizes } from '../paper.ts'

/** A mandate in the form in which a parent signed it on the portal. */
export type SignedMandate = MandatePaper & {
  readonly reference: string
  readonly debtor: string
  readonly lastFour: string
  readonly signedOn: Day
}

export const mandatesPdf = (
  mandates: readonly SignedMandate[],
  { createdAt }: { readonly createdAt: Instant },
): Promise<Uint8Array<ArrayBuffer>> => {
  const [first] = mandates
  if (!first) return Promise.reject(new RangeError('no mandate to print'))
  const title = mandates.length === 1 ? `Mandat de prélèvement ${first.reference}` : counted(mandates.length, 'mandat')
  return makePdf({ title, author: first.creditor.name, createdAt }, (paper) => {
    for (const mandate of mandates) paper.group('Part', () => oneMandate(paper, mandate))
  })
}

const heading = { size: sizes.medium, weight: 'semibold' } as const

const oneMandate = (paper: Paper, mandate: SignedMandate): void => {
  const { reference, debtor, lastFour, creditor, address, words, signer, signedAt, signedOn } = mandate
  paper.newPage()
  let y = paper.write('H1', 'Mandat de prélèvement SEPA', mm(MARGIN), mm(25), mm(WIDTH), {
    size: sizes.title,
    weight: 'semibold',
    leading: 1.1,
  })
  y = paper.write('P', `Référence (RUM)\u00a0: ${reference}`, mm(MARGIN), y + mm(2), mm(WIDTH), { size: sizes.medium })
  const facts = [
    { name: 'Qui paie', value: [debtor, ...address].join(', ') },
    { name: 'Compte débité', value: `IBAN qui finit par ${lastFour}` },
    { name: 'Qui est payé', value: [creditor.name, ...creditor.address].join(', ') },
    { name: 'Identifiant (ICS)', value: creditor.creditorId },
    { name: 'Pour quoi', value: 'Toutes vos factures, à leur échéance' },
  ]
  y = factList(paper, facts, mm(MARGIN), y + mm(6), mm(36), mm(WIDTH)) + mm(4)
  for (const text of words) y = paper.write('P', text, mm(MARGIN), y, mm(WIDTH)) + mm(2)
  y = paper.write('H2', 'La signature', mm(MARGIN), y + mm(4), mm(WIDTH), heading) + mm(1)
  paper.write(
    'P',
    `Signé par ${signer} sur le Portail de la Famille le ${instantText(signedAt)}, confirmé par un code reçu par mail.`,
    mm(MARGIN),
    y,
    mm(WIDTH),
  )
  paper.foot(`${creditor.name} – Mandat ${reference} du ${shortDay(signedOn)}`, MARGIN)
}
