import type { MoneyDocument } from '../../contract/portal/documents.ts'
import type { AccountShown } from '../../contract/portal/home.ts'
import type { PapersShown } from '../../contract/portal/papers.ts'
import type { OnlineShown, PayableShown } from '../../contract/portal/payments.ts'
import { addDays, type Day, dayAt, type Instant } from '../../rules/calendar/day.ts'
import { type Cents, formatEuros, formatNumber } from '../../rules/money/money.ts'
import { openingBalanceText, openingName } from '../../rules/money/payment/payment.ts'
import { suspendedAmountText } from '../../rules/money/recovery/suspension.ts'
import { isQuotientOld } from '../../rules/price/family-quotient.ts'
import { counted, shortDay, withFullStop } from '../../rules/text/french.ts'
import type { Entry, PageHead, PageLink, Sentence } from '../page.ts'
import { portalPages } from '../portal-pages.ts'
import { numbersText } from '../proposed-numbers.ts'
import { forwardedText, isAskedOtherwise, treasuryText, unbroken } from './invoice.ts'
import { pendingPaymentText } from './pending-payment.ts'

/** « Mon compte » */

export const accountHead: PageHead = { title: portalPages.account.name }

export const changeAccountLink: PageLink = { path: '/modifier-mon-compte', name: 'Modifier mon compte\u00a0?' }

export const noMoneyText =
  'Vos factures ne sont pas encore sur le portail. Elles arrivent avec le prochain échange, cette nuit.'

type BalanceLine = { readonly kind: 'plain' | 'pending' | 'late'; readonly text: Sentence }

const plain = (...text: Sentence): BalanceLine => ({ kind: 'plain', text })

/**
 * The balance shown first to a parent. A credit at one régie cannot pay a debt at another: while something is owed to
 * any régie, the sum of the debts is shown.
 */
export const shownBalance = ({
  balanceCents,
  accounts = [],
}: Pick<MoneyDocument, 'balanceCents' | 'accounts'>): Cents => {
  const owed = accounts.reduce((sum, account) => sum + Math.max(0, account.balanceCents), 0)
  return owed > 0 ? owed : balanceCents
}

export const balanceShown = (
  money: MoneyDocument,
  receivedCents: number,
  now: Instant | undefined,
): { readonly title: string; readonly amount: string; readonly lines: readonly BalanceLine[] } => {
  const {
    on,
    accounts = [],
    invoices,
    takenOver = [],
    reminded = [],
    fees = [],
    plans = [],
    suspended = [],
    manager,
  } = money
  const balanceCents = shownBalance(money)
  const toPay = invoices.filter((invoice) => invoice.leftCents > 0 && !isAskedOtherwise(invoice, now && dayAt(now)))
  const taken = takenOver.reduce((sum, { totalCents, leftCents }) => (totalCents > 0 ? sum + leftCents : sum), 0)
  const isLate = (dueOn: Day) => now !== undefined && dueOn < dayAt(now)
  const atTreasury = [...invoices, ...takenOver].reduce((sum, { treasuryCents = 0 }) => sum + treasuryCents, 0)
  const forwarded = [...invoices, ...takenOver].reduce((sum, { forwardedCents = 0 }) => sum + forwardedCents, 0)
  const dueDays = toPay.flatMap(({ dueOn }) => dueOn ?? []).toSorted()
  const nextDue = dueDays.find((day) => !isLate(day))
  const takenDue = takenOver
    .flatMap(({ leftCents, dueOn }) => (leftCents > 0 && dueOn !== undefined && !isLate(dueOn) ? [dueOn] : []))
    .toSorted()[0]
  const late = dueDays.filter(isLate).length
  const pending = pendingPaymentText(receivedCents)
  return {
    title: `Solde des factures au ${shortDay(on)}\u00a0:`,
    amount: formatEuros(Math.abs(balanceCents)),
    lines: [
      ...(balanceCents < 0 ? [plain('en votre faveur\u00a0: ils seront déduits de la prochaine facture.')] : []),
      ...(balanceCents === 0 && atTreasury === 0 ? [plain('Tout est payé. Merci.')] : []),
      ...(atTreasury > forwarded ? [{ kind: 'late' as const, text: treasuryText(atTreasury - forwarded) }] : []),
      ...(forwarded > 0 ? [plain(...forwardedText(forwarded))] : []),
      ...(pending ? [{ kind: 'pending' as const, text: pending }] : []),
      ...(toPay.length > late
        ? [
            plain(
              { strong: counted(toPay.length - late, 'facture') },
              ' à payer',
              ...(nextDue ? [' avant le ', { strong: unbroken(shortDay(nextDue)) }] : []),
            ),
          ]
        : []),
      ...(late > 0 ? [{ kind: 'late' as const, text: [`${counted(late, 'facture')} en retard`] }] : []),
      ...suspended.map((one) => ({ kind: 'late' as const, text: [suspendedAmountText(one)] })),
      ...reminded.map((reminder) => remindedLine(reminder, manager.phone)),
      ...fees.map(feeLine),
      ...plans.flatMap((plan) => planLines(plan, now, manager.phone)),
      ...(taken > 0
        ? [
            plain(
              { strong: formatEuros(taken) },
              ' de solde repris à payer',
              ...(takenDue ? [' avant le ', { strong: unbroken(shortDay(takenDue)) }] : []),
            ),
          ]
        : []),
      ...(accounts.length > 1 ? accounts.map(accountLine) : []),
      ...debitLines(money),
    ],
  }
}

/** « Échéancier annuel »: the days and amounts of the equal parts of each year, then the day of its final balance. */
export const yearsShown = (
  { years = [] }: Pick<MoneyDocument, 'years'>,
  now: Instant | undefined,
): readonly { readonly title: string; readonly parts: readonly Entry[]; readonly balance: Sentence }[] =>
  years
    .filter(({ balanceOn }) => now === undefined || dayAt(now) <= balanceOn)
    .map(({ parts, balanceOn, regie }) => ({
      title: `Échéancier annuel${regie ? `, ${regie.name}` : ''}`,
      parts: parts.map(
        ({ dueOn, cents, state }): Entry => [
          shortDay(dueOn),
          `${formatEuros(cents)}${partStateText(state, now !== undefined && dueOn < dayAt(now))}`,
        ],
      ),
      balance: [
        'Le solde se règle le ',
        { strong: unbroken(shortDay(balanceOn)) },
        '\u00a0: vos factures de l’année, moins ce qui a été prélevé. Vous êtes prévenu avant.',
      ],
    }))

const partStateText = (
  state: NonNullable<MoneyDocument['years']>[number]['parts'][number]['state'],
  isPast: boolean,
) => {
  if (state === 'taken') return ', prélevés'
  if (state === 'returned') return ', refusés par la banque, prélevés de nouveau'
  return isPast ? ', bientôt prélevés' : ''
}

/** The debits that came back, and the future ones with their days. */
const debitLines = ({ debits }: Pick<MoneyDocument, 'debits'>): BalanceLine[] => [
  ...(debits?.returned ?? []).map(
    ({ on, cents, lastFour, why }): BalanceLine => ({
      kind: 'late',
      text: [
        `Prélèvement du ${unbroken(shortDay(on))} refusé par la banque (compte …\u00a0${lastFour})\u00a0: `,
        { strong: formatEuros(cents) },
        ` restent à payer. ${withFullStop(why)}`,
      ],
    }),
  ),
  ...(debits?.announced ?? []).map(({ on, cents, lastFour, notice }) =>
    plain(
      { strong: formatEuros(cents) },
      ' prélevés le ',
      { strong: unbroken(shortDay(on)) },
      ` sur le compte …\u00a0${lastFour}, avis ${notice}`,
    ),
  ),
]

/** « Relance du 21 oct. 2026 : 142,95 € à payer avant le 10 déc. 2026. Un souci ? Appelez le 02… » */
const remindedLine = (
  { on, payBefore, leftCents, regie }: NonNullable<MoneyDocument['reminded']>[number],
  phone: string,
): BalanceLine => ({
  kind: 'late',
  text: [
    `Relance du ${unbroken(shortDay(on))}${regie ? `, ${regie.name}` : ''}\u00a0: `,
    { strong: formatEuros(leftCents) },
    ` à payer avant le ${unbroken(shortDay(payBefore))}.`,
    ...(phone === '' ? [] : [` Un souci pour payer\u00a0? Appelez le ${phone}.`]),
  ],
})

/** « Frais de relance du 21/10/2026 : 3,00 €, sur votre prochaine facture. » */
const feeLine = ({ label, cents, regie }: NonNullable<MoneyDocument['fees']>[number]): BalanceLine =>
  plain(
    `${label}${regie ? `, ${regie.name}` : ''}\u00a0: `,
    { strong: formatEuros(cents) },
    ', sur votre prochaine facture.',
  )

/** « Échéancier : 50,00 € à payer avant le ven. 15 janv. 2027 », then each later part. */
const planLines = (
  { parts, regie }: NonNullable<MoneyDocument['plans']>[number],
  now: Instant | undefined,
  phone: string,
): BalanceLine[] => {
  const today = now && dayAt(now)
  const about = regie ? `, ${regie.name}` : ''
  return parts
    .filter(({ leftCents }) => leftCents > 0)
    .map(({ dueOn, leftCents }, index): BalanceLine => {
      const day = unbroken(shortDay(dueOn))
      if (today !== undefined && dueOn < today)
        return {
          kind: 'late',
          text: [
            `Échéancier en retard${about}\u00a0: `,
            { strong: formatEuros(leftCents) },
            ` attendus le ${day}.${phone === '' ? '' : ` Un souci pour payer\u00a0? Appelez le ${phone}.`}`,
          ],
        }
      const before = index === 0 ? `Échéancier${about}\u00a0: ` : 'puis '
      return plain(before, { strong: formatEuros(leftCents) }, ' à payer avant le ', { strong: day })
    })
}

/** « Régie du camp : 12,00 € à payer » */
const accountLine = ({ regie, balanceCents }: NonNullable<MoneyDocument['accounts']>[number]): BalanceLine =>
  plain(
    `${regie.name}\u00a0: `,
    { strong: formatEuros(Math.abs(balanceCents)) },
    balanceCents < 0 ? ' en votre faveur' : ' à payer',
  )

export const invoicesTexts = {
  title: 'Détail financier par facture',
  none: 'Vous n’avez pas encore de facture.',
  settled: 'Déjà réglé',
  detail: 'Voir le détail',
}

/** How the parent pays; empty where the town has no online payment. */
export const onlineText = (online: OnlineShown | null): string => {
  if (!online) return ''
  return online.isTest
    ? 'Essai du paiement en ligne\u00a0: rien n’est débité.'
    : 'Vous payez par carte bleue, sur le site sécurisé PayFiP.'
}

export const otherPaymentText = (online: OnlineShown | null): Sentence =>
  online
    ? [{ strong: 'Pas par carte\u00a0?' }, ' Vous pouvez aussi payer auprès de l’Espace Jeunesse.']
    : [{ strong: 'Pour payer' }, ', utilisez les modes de règlement habituels, auprès de l’Espace Jeunesse.']

/**
 * The amount of an imported balance that can be paid online; undefined when nothing is left, or when online payment is
 * not offered.
 */
export const payableOpening = (
  online: OnlineShown | null,
  { id }: NonNullable<MoneyDocument['takenOver']>[number],
): PayableShown | undefined => online?.openingDebts.find(({ openingDebt }) => openingDebt === id)

/** A balance carried over from the program that the town used before this one. */
export const openingBalanceShown = (
  takenOver: NonNullable<MoneyDocument['takenOver']>[number],
  { isOnline }: { readonly isOnline: boolean },
): { readonly title: string; readonly amount: string; readonly about: string } => ({
  title: [openingName(takenOver.on, takenOver.reference), takenOver.regie?.name ?? '']
    .filter((text) => text !== '')
    .join(', '),
  amount: formatEuros(Math.abs(takenOver.totalCents)),
  about: openingBalanceText({ ...takenOver, isOnline }),
})

/** What the town knows of the home, which sets the prices. */
export const homeFactsShown = ({
  dependentChildren,
  lastIncomeCents,
  familyQuotient,
  quotientUntil,
  incomeUpdatedOn,
}: AccountShown): Readonly<Record<'children' | 'income' | 'quotient' | 'until' | 'updated', Entry>> => ({
  children: ['Nombre d’enfants à charge', dependentChildren === null ? '' : `${dependentChildren}`],
  income: ['Les derniers revenus', lastIncomeCents === null ? '' : `${formatEuros(lastIncomeCents)} par an`],
  quotient: ['Quotient familial', familyQuotient === null ? 'Non connu' : formatNumber(familyQuotient)],
  until: ['Ce quotient compte jusqu’au', quotientUntil === null ? '' : shortDay(quotientUntil)],
  updated: ['Date de mise à jour de revenus', incomeUpdatedOn === null ? '' : shortDay(incomeUpdatedOn)],
})

export const homeFactsTexts = {
  title: 'Famille',
  question: 'À quoi sert le quotient familial\u00a0?',
  answer: 'Il dit quel prix vous payez. Plus il est bas, moins c’est cher.',
}

/**
 * How a parent can send a newer quotient; null when the present one is recent and counts for long, or when another was
 * sent.
 */
export const quotientNotice = (
  account: AccountShown,
  papers: PapersShown | undefined,
  now: Instant | undefined,
): { readonly text: Sentence; readonly send: PageLink | null } | null => {
  if (!papers || now === undefined) return null
  const text = staleQuotientText(account, dayAt(now))
  if (text === null || papers.sent.some((one) => numbersText(one) !== '')) return null
  const bring = papers.isOpen ? '' : ' Apportez votre attestation CAF ou MSA à l’Espace Jeunesse.'
  return { text: [...text, bring], send: papers.isOpen ? sendQuotientLink : null }
}

/** A home is warned this many days before its quotient ends. */
const daysToldBefore = 45

const staleQuotientText = (
  { familyQuotient, quotientUntil, quotientEndedOn, incomeUpdatedOn }: AccountShown,
  today: Day,
): Sentence | null => {
  if (familyQuotient === null)
    return quotientEndedOn === null
      ? [{ strong: 'Votre quotient familial manque.' }, ' Sans lui, vous payez le tarif le plus haut.']
      : [
          { strong: `Votre quotient n’est plus valable depuis le ${shortDay(addDays(quotientEndedOn, 1))}.` },
          ' Sans un nouveau, vous payez le tarif le plus haut.',
        ]
  if (quotientEndedOn !== null && quotientUntil !== null)
    return [
      { strong: `Votre quotient n’est plus valable depuis le ${shortDay(addDays(quotientEndedOn, 1))}.` },
      ` Il compte encore jusqu’au ${shortDay(quotientUntil)}. Ensuite, sans un nouveau, vous payez le tarif le plus haut.`,
    ]
  if (quotientUntil !== null)
    return quotientUntil > addDays(today, daysToldBefore)
      ? null
      : [
          { strong: `Votre quotient compte jusqu’au ${shortDay(quotientUntil)}.` },
          ' Envoyez le nouveau avant ce jour\u00a0: votre prix en dépend.',
        ]
  return incomeUpdatedOn !== null && isQuotientOld(incomeUpdatedOn, today)
    ? [
        { strong: `Votre quotient date du ${shortDay(incomeUpdatedOn)}.` },
        ' S’il a changé depuis, votre prix change aussi.',
      ]
    : null
}

const consentPath = `${portalPages.account.path}/accord`

/** The consent of the home, or the possibility to consent and where; null when the service does not query the funds. */
export const consentShown = ({
  quotientConsentOn,
  isConsentOffered,
}: Pick<AccountShown, 'quotientConsentOn' | 'isConsentOffered'>): { text: string; link: PageLink } | null => {
  if (quotientConsentOn !== null)
    return {
      text: `Depuis le ${shortDay(quotientConsentOn)}, vous acceptez que l’Espace Jeunesse demande votre quotient à la CAF ou à la MSA.`,
      link: { path: consentPath, name: 'Retirer mon accord' },
    }
  return isConsentOffered
    ? {
        text: 'L’Espace Jeunesse peut demander votre quotient à la CAF ou à la MSA, si vous l’acceptez\u00a0: vous n’avez plus d’attestation à envoyer.',
        link: { path: consentPath, name: 'Donner mon accord' },
      }
    : null
}

export const consentHead: PageHead = {
  title: 'Accord pour mon quotient',
  parents: [portalPages.account],
  intro: 'Demander votre quotient familial à la CAF ou à la MSA, à votre place.',
}

export const consentTexts = {
  give: 'L’allocataire, ou la personne qui vit avec, donne son accord. Son état civil ne sert qu’à cette demande. Vous pouvez retirer votre accord quand vous voulez.',
  withdraw:
    'L’Espace Jeunesse ne demandera plus votre quotient, et efface l’état civil noté pour cela. Les quotients déjà reçus restent.',
  closed: 'Le service ne demande pas de quotient à la CAF ni à la MSA\u00a0: envoyez votre attestation.',
}

export const sendQuotientLink: PageLink = { path: '/mes-pieces?pour=quotient', name: 'Envoyer mon attestation' }

export const managerShown = ({ facility, address, contact, phone }: MoneyDocument['manager']) => ({
  title: 'Gestionnaire',
  facility,
  entries: [
    ['Adresse', address],
    ['Contact', contact],
    ['Téléphone', phone],
  ] satisfies Entry[],
})
