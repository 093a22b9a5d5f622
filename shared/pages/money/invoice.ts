import type { MoneyDocument } from '../../contract/portal/documents.ts'
import type { OnlineShown } from '../../contract/portal/payments.ts'
import { type Day, dayAt, type Instant } from '../../rules/calendar/day.ts'
import { type Cents, formatEuros } from '../../rules/money/money.ts'
import { debtDecisionNames, type RecordedDecisionKind } from '../../rules/money/recovery/debt-decision.ts'
import { capitalised, shortDay, withFullStop } from '../../rules/text/french.ts'
import type { PageHead, Sentence } from '../page.ts'
import { portalPages } from '../portal-pages.ts'

/** An invoice, on « Mon compte » and on its own page. */

/** An invoice or a credit note: `kind` tells which. */
export type Invoice = MoneyDocument['invoices'][number]

export const invoicePath = ({ id }: Pick<Invoice, 'id'>): string => `${portalPages.account.path}/facture/${id}`

export const invoiceHead = (invoice: Invoice | undefined): PageHead => ({
  title: invoice ? monthTitle(invoice) : 'Facture',
  parents: [portalPages.account],
  intro: invoice && [`N°\u00a0${invoice.number}`, invoice.regie?.name ?? ''].filter((text) => text !== '').join(', '),
})

export const noSuchInvoice = 'Cette facture n’est pas dans votre dossier.'

/** « Facture d’octobre 2026 », « Avoir de mars 2026 » */
const monthTitle = (invoice: Invoice): string => {
  const month = `${invoice.label.charAt(0).toLocaleLowerCase('fr')}${invoice.label.slice(1)}`
  return `${kindName(invoice)} ${/^[aeiouâéèêô]/.test(month) ? 'd’' : 'de '}${month}`
}

export const kindName = ({ kind }: Pick<Invoice, 'kind'>): string => (kind === 'invoice' ? 'Facture' : 'Avoir')

/** « Facture n° 2026-001284 »; with its régie where a town has several. */
export const numberText = (invoice: Invoice): string =>
  [`${kindName(invoice)} n°\u00a0${invoice.number}`, invoice.regie?.name ?? ''].filter((text) => text !== '').join(', ')

/** Keeps a short text on one line. */
export const unbroken = (text: string): string => text.replaceAll(' ', '\u00a0')

/** What was paid online for the invoice and is not in the town's accounts yet. */
export const receivedFor = (online: OnlineShown | null, { id }: Invoice): Cents =>
  online?.invoices.find(({ invoice }) => invoice === id)?.receivedCents ?? 0

export const isSettled = (invoice: Invoice): boolean =>
  invoice.kind === 'creditNote' || (invoice.leftCents <= 0 && !isAtTreasury(invoice))

/** Whether all the unpaid part of an invoice is owed to the Treasury: the town no longer takes money for it. */
const isAtTreasury = ({ leftCents, treasuryCents = 0 }: Pick<Invoice, 'leftCents' | 'treasuryCents'>): boolean =>
  leftCents <= 0 && treasuryCents > 0

/** Whether the town has received all the money that the Treasury has to collect. */
const isForwarded = ({ treasuryCents = 0, forwardedCents = 0 }: Pick<Invoice, 'treasuryCents' | 'forwardedCents'>) =>
  forwardedCents >= treasuryCents

/** « 45,00 € à payer à la Trésorerie, qui vous écrit. Ne payez plus cette somme à l’Espace Jeunesse. » */
export const treasuryText = (cents: Cents): Sentence => [
  { strong: formatEuros(cents) },
  ' à payer à la Trésorerie, qui vous écrit. Ne payez plus cette somme à l’Espace Jeunesse.',
]

/** « 45,00 € reçus pour la Trésorerie : nous les lui reversons. Ne les payez pas une seconde fois. » */
export const forwardedText = (cents: Cents): Sentence => [
  { strong: formatEuros(cents) },
  ' reçus pour la Trésorerie\u00a0: nous les lui reversons. Ne les payez pas une seconde fois.',
]

const creditNoteText = 'déduit de ce que vous devez'

/** How an invoice ended when the town gave up a part of it: never « payée », because nobody paid that part. */
const givenUpTexts: Readonly<Record<RecordedDecisionKind, string>> = {
  remission: 'remise à titre gracieux',
  writeOff: 'admise en non-valeur',
}

const paidText = ({ settledOn, givenUp }: Invoice, receivedCents: Cents): string =>
  givenUp
    ? `${givenUpTexts[givenUp.kind]}${settledOn ? ` le ${shortDay(settledOn)}` : ''}`
    : receivedCents > 0
      ? 'payée en ligne'
      : settledOn
        ? `payée le ${shortDay(settledOn)}`
        : 'payée'

/** « Facture n° 2026-001284, payée le mer. 25 nov. 2026 » */
export const settledText = (invoice: Invoice, receivedCents: Cents): string =>
  `${numberText(invoice)}, ${invoice.kind === 'creditNote' ? creditNoteText : paidText(invoice, receivedCents)}`

type InvoiceState = {
  readonly kind: 'credit' | 'paid' | 'toPay' | 'late'
  /** Never only a colour. */
  readonly word: string
  /** Empty when the word says everything. */
  readonly about: string
}

/** The day by which an invoice must be paid: that of its payment plan, while the plan is kept. */
export const dueDayOf = ({ dueOn, partOn }: Pick<Invoice, 'dueOn' | 'partOn'>, today: Day | undefined): Day | null =>
  isInKeptPlan({ partOn }, today) ? (partOn ?? dueOn) : dueOn

export const isInKeptPlan = ({ partOn }: Pick<Invoice, 'partOn'>, today: Day | undefined): boolean =>
  partOn !== undefined && (today === undefined || today <= partOn)

/** Whether the equal parts of a school year pay the invoice: nothing is due before the day of the final balance. */
export const isPaidByYear = ({ balanceOn }: Pick<Invoice, 'balanceOn'>, today: Day | undefined): boolean =>
  balanceOn !== undefined && (today === undefined || today <= balanceOn)

/** Whether another agreement pays the invoice: the parent is not asked to pay it before. */
export const isAskedOtherwise = (
  invoice: Pick<Invoice, 'debitOn' | 'partOn' | 'balanceOn'>,
  today: Day | undefined,
): boolean => invoice.debitOn !== undefined || isInKeptPlan(invoice, today) || isPaidByYear(invoice, today)

/** Whether the invoice is paid, to pay, or partly paid. */
export const invoiceState = (invoice: Invoice, receivedCents: Cents, now: Instant | undefined): InvoiceState => {
  const { kind, totalCents, leftCents, dueOn } = invoice
  if (kind === 'creditNote') return { kind: 'credit', word: 'Avoir', about: creditNoteText }
  if (isAtTreasury(invoice))
    return isForwarded(invoice)
      ? { kind: 'paid', word: 'Payée', about: 'nous la reversons à la Trésorerie' }
      : { kind: 'toPay', word: 'À payer à la Trésorerie', about: 'elle vous écrit' }
  if (leftCents <= 0) return { kind: 'paid', word: capitalised(paidText(invoice, receivedCents)), about: '' }
  if (invoice.debitOn !== undefined)
    return { kind: 'toPay', word: 'Prélèvement', about: `prélevé le ${unbroken(shortDay(invoice.debitOn))}` }
  const word = leftCents < totalCents ? `Reste ${formatEuros(leftCents)}` : 'À payer'
  if (invoice.partOn !== undefined && isInKeptPlan(invoice, now && dayAt(now)))
    return { kind: 'toPay', word, about: `échéancier, prochaine somme le ${unbroken(shortDay(invoice.partOn))}` }
  if (invoice.balanceOn !== undefined && isPaidByYear(invoice, now && dayAt(now)))
    return {
      kind: 'toPay',
      word: leftCents < totalCents ? word : 'Mensualités',
      about: `payée par vos mensualités, solde le ${unbroken(shortDay(invoice.balanceOn))}`,
    }
  const isLate = dueOn !== null && now !== undefined && dueOn < dayAt(now)
  return {
    kind: isLate ? 'late' : 'toPay',
    word,
    about:
      dueOn === null
        ? 'avec la prochaine facture'
        : `${isLate ? 'c’était à payer avant le' : 'avant le'} ${unbroken(shortDay(dueOn))}`,
  }
}

type Line = Invoice['lines'][number]

const sumOf = (lines: readonly Line[]): Cents => lines.reduce((sum, { totalCents }) => sum + totalCents, 0)

/** The page of one invoice. */
export const invoiceShown = (invoice: Invoice, phone: string | undefined) => {
  const {
    id,
    totalCents,
    leftCents,
    treasuryCents = 0,
    forwardedCents = 0,
    givenUp,
    lines,
    kind,
    issuedOn,
    label,
  } = invoice
  const theirsCents = treasuryCents - forwardedCents
  const paidCents = totalCents - leftCents - treasuryCents - (givenUp?.cents ?? 0)
  const isInvoice = kind === 'invoice'
  const children = [...Map.groupBy(lines, ({ child = '' }) => child)]
  return {
    amount: formatEuros(isInvoice && leftCents > 0 ? leftCents : theirsCents > 0 ? theirsCents : totalCents),
    issued: `${isInvoice ? 'Facturé' : 'Fait'} le ${shortDay(issuedOn)}.`,
    /** Shown in place of the lines when there are none. */
    noLines: 'Le détail est dans le PDF.',
    children: children.map(([child, own]) => ({
      /** Empty for lines that belong to no child. */
      child,
      title: child === '' ? 'Détail' : child,
      amount: formatEuros(sumOf(own)),
      lines: own.map((line) => ({
        title: capitalised(
          child && line.label.startsWith(`${child}, `) ? line.label.slice(child.length + 2) : line.label,
        ),
        amount: formatEuros(line.totalCents),
        detail: line.detail,
        days: line.days ?? '',
        why: line.why,
      })),
    })),
    total: {
      title: 'Total',
      byChild:
        children.length > 1 ? children.map(([child, own]) => ({ label: child, amount: formatEuros(sumOf(own)) })) : [],
      whole: { label, amount: formatEuros(totalCents) },
      /** What was paid, and what is still owed to whom; empty while all of it is owed to the town. */
      left:
        isInvoice && leftCents !== totalCents
          ? [
              ...(paidCents === 0 ? [] : [{ label: 'Déjà réglé', amount: formatEuros(paidCents) }]),
              ...(givenUp ? [{ label: debtDecisionNames[givenUp.kind], amount: formatEuros(givenUp.cents) }] : []),
              ...(forwardedCents === 0
                ? []
                : [{ label: 'Reçu pour la Trésorerie', amount: formatEuros(forwardedCents) }]),
              ...(theirsCents === 0 ? [] : [{ label: 'À payer à la Trésorerie', amount: formatEuros(theirsCents) }]),
              ...(isAtTreasury(invoice) ? [] : [{ label: 'Reste à payer', amount: formatEuros(leftCents) }]),
            ]
          : [],
      remarks: (invoice.remarks ?? []).map(withFullStop),
    },
    question: [
      { strong: 'Une question sur cette facture\u00a0?' },
      ' ',
      { path: `/nouveau-message?facture=${id}`, name: 'Écrire un message' },
      phone ? `, ou appelez le ${phone}.` : '.',
    ] satisfies Sentence,
  }
}
