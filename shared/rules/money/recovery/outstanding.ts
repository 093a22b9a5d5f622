import type { Day } from '../../calendar/day.ts'
import { shortDay } from '../../text/french.ts'
import { type Cents, formatEuros } from '../money.ts'
import type { Payable } from '../payment/payment.ts'

/*
 * « État des restes à recouvrer »: the list of debts that a régie could not collect. It hands them to the town's
 * ordonnateur, who issues a titre for each payer; from then on the public accountant collects them, and the régie takes
 * no money for them.
 */

/** Debts below 15 € are not put into recovery (code général des collectivités territoriales, L1611-5 and D1611-1). */
export const usualTransmitFromCents = 1500

export const outstandingFormats = ['pdf', 'xlsx', 'csv'] as const
export type OutstandingFormat = (typeof outstandingFormats)[number]

/**
 * Why a debt stays at the régie. Causes of the debt itself come before those of its payer; only the first one that
 * applies is shown.
 */
export const keptCauses = [
  'notReminded',
  'collected',
  'paying',
  'planned',
  'draft',
  'notChosen',
  'aside',
  'address',
  'threshold',
] as const
export type KeptCause = (typeof keptCauses)[number]

/** A debt past due, with what is known about it. */
export type OutstandingDebt = Payable & {
  readonly leftCents: Cents
  readonly wasReminded: boolean
  readonly isCollected: boolean
  readonly isBeingPaid: boolean
  /** Whether a payment plan includes it and is kept. */
  readonly isPlanned: boolean
  /** A draft waits that bills its month: once the debt is handed over, no run prices that month again. */
  readonly hasDraft: boolean
}

export type OutstandingPayer<Debt extends OutstandingDebt = OutstandingDebt> = {
  readonly debts: readonly Debt[]
  readonly isChosen: boolean
  /** Staff set the payer aside until this day; null when they did not. */
  readonly aside: { readonly until: Day; readonly reason: string } | null
  readonly hasAddress: boolean
}

type Kept<Debt> = { readonly debt: Debt; readonly cause: KeptCause }

/** Divides the debts of a payer into those to hand over and those that stay, each of these with its reason. */
export const splitOutstanding = <Debt extends OutstandingDebt>(
  { debts, isChosen, aside, hasAddress }: OutstandingPayer<Debt>,
  transmitFromCents: Cents,
): { readonly sent: readonly Debt[]; readonly kept: readonly Kept<Debt>[] } => {
  const found = debts.map((debt) => ({ debt, cause: causeOfDebt(debt) }))
  const free = found.flatMap(({ debt, cause }) => (cause === null ? [debt] : []))
  const cents = free.reduce((sum, { leftCents }) => sum + leftCents, 0)
  const ofPayer: KeptCause | null = !isChosen
    ? 'notChosen'
    : aside !== null
      ? 'aside'
      : hasAddress
        ? cents < transmitFromCents
          ? 'threshold'
          : null
        : 'address'
  const kept = found.flatMap(({ debt, cause }) => {
    const why = cause ?? ofPayer
    return why === null ? [] : [{ debt, cause: why }]
  })
  return { sent: ofPayer === null ? free : [], kept }
}

const causeOfDebt = ({
  wasReminded,
  isCollected,
  isBeingPaid,
  isPlanned,
  hasDraft,
}: OutstandingDebt): KeptCause | null => {
  if (!wasReminded) return 'notReminded'
  if (isCollected) return 'collected'
  if (isBeingPaid) return 'paying'
  if (isPlanned) return 'planned'
  return hasDraft ? 'draft' : null
}

/** « Sous le seuil de 15,00 € » */
export const keptText = (
  cause: KeptCause,
  { aside, transmitFromCents }: { readonly aside: OutstandingPayer['aside']; readonly transmitFromCents: Cents },
): string =>
  ({
    notReminded: 'Jamais relancée',
    collected: 'Prélèvement en cours',
    paying: 'Paiement en ligne en cours',
    planned: 'Échéancier respecté',
    draft: 'Un brouillon du même mois attend',
    notChosen: 'Gardée par la régie',
    aside: aside === null ? 'De côté' : `De côté jusqu’au ${shortDay(aside.until)}\u00a0: ${aside.reason}`,
    address: 'Adresse incomplète',
    threshold: `Sous le seuil de ${formatEuros(transmitFromCents)}`,
  })[cause]

/** A debt on the list. */
export type OutstandingLine = Payable & {
  /** « 2026-000725 », « Solde repris au 31/08/2026 » */
  readonly number: string
  /** « juillet 2026 »; empty for an opening balance. */
  readonly period: string
  readonly on: Day
  readonly dueOn: Day
  readonly totalCents: Cents
  readonly leftCents: Cents
  /** The unpaid amount by accounting nature: « 7066 », or « sans nature ». */
  readonly natures: readonly { readonly nature: string; readonly cents: Cents }[]
  /** « R2027-000003 (niveau 3) » with its day, oldest first. */
  readonly reminders: readonly { readonly number: string; readonly level: number; readonly on: Day }[]
}

export type OutstandingDebtor = {
  readonly familyId: number | null
  readonly thirdPartyId: number | null
  /** « F-00418 »; empty for a third party. */
  readonly familyNumber: string
  readonly civility: string
  /** The payer's last name; for a third party, its name. */
  readonly lastName: string
  readonly firstName: string
  readonly line1: string
  readonly line2: string
  readonly postcode: string
  readonly town: string
  readonly cents: Cents
  readonly debts: readonly OutstandingLine[]
}

/** The content of a list, stored with it. */
export type OutstandingFacts = {
  readonly organisation: string
  readonly regie: string
  readonly cashier: string
  readonly transmitFromCents: Cents
  readonly debtors: readonly OutstandingDebtor[]
  readonly kept: readonly {
    readonly name: string
    readonly number: string
    readonly cents: Cents
    readonly why: string
  }[]
}

/** The columns of the list, which has one row for each debt and nature. */
export const outstandingColumns = [
  'statement',
  'familyNumber',
  'civility',
  'lastName',
  'firstName',
  'line1',
  'line2',
  'postcode',
  'town',
  'number',
  'issuedOn',
  'dueOn',
  'period',
  'nature',
  'total',
  'left',
  'reminders',
  'lastReminder',
] as const
export type OutstandingColumn = (typeof outstandingColumns)[number]

export const outstandingColumnNames: Readonly<Record<OutstandingColumn, string>> = {
  statement: 'État',
  familyNumber: 'Dossier',
  civility: 'Civilité',
  lastName: 'Nom',
  firstName: 'Prénom',
  line1: 'Adresse',
  line2: 'Complément',
  postcode: 'Code postal',
  town: 'Commune',
  number: 'Pièce',
  issuedOn: 'Émise le',
  dueOn: 'Échéance',
  period: 'Période',
  nature: 'Nature',
  total: 'Montant de la pièce (€)',
  left: 'Reste à recouvrer (€)',
  reminders: 'Relances',
  lastReminder: 'Dernière relance le',
}
