import type { Creditor, DebitsShown, SigningShown } from '../../contract/portal/debits.ts'
import type { Day } from '../../rules/calendar/day.ts'
import { formatEuros } from '../../rules/money/money.ts'
import type { ConfirmTexts } from '../../rules/requests/demande-texts.ts'
import { instantText, shortDay, withFullStop } from '../../rules/text/french.ts'
import type { Entry, PageHead, PageLink, Sentence } from '../page.ts'
import { portalPages } from '../portal-pages.ts'
import { unbroken } from './invoice.ts'

/** « Payer par prélèvement », and the part of « Mon compte » about it. */

export const debitPath = `${portalPages.account.path}/prelevement`

export const debitHead: PageHead = { title: 'Payer par prélèvement', parents: [portalPages.account] }

export const debitTexts = {
  intro:
    'Vos factures sont prélevées sur votre compte bancaire, à leur échéance. Vous êtes prévenu avant, et vous pouvez arrêter quand vous voulez, sans frais.',
  closed: 'Le prélèvement ne se signe pas sur le portail\u00a0: adressez-vous à l’Espace Jeunesse.',
  mandates: 'Vos mandats',
  signing: 'Ce que vous signez',
  changes: 'Ce que ça change',
  sealed: [
    { strong: 'Votre compte n’est vu que du régisseur.' },
    ' Ici, nous n’en montrerons plus que les 4 derniers chiffres.',
  ] satisfies Sentence,
}

/** « L’Espace Jeunesse vous demande depuis le … le compte à prélever. » */
export const askedText = ({ on, regie }: DebitsShown['asked'][number], isOffered: boolean): Sentence => [
  { strong: 'Votre compte bancaire est demandé' },
  ` depuis le ${unbroken(shortDay(on))}${regie ? `, ${regie.name}` : ''}, pour payer par prélèvement. ${
    isOffered ? 'Signez un mandat ici.' : 'Appelez l’Espace Jeunesse pour signer un mandat.'
  }`,
]

type Mandate = DebitsShown['mandates'][number]
type Signed = DebitsShown['signed'][number]

const nextExchange = 'l’Espace Jeunesse le reçoit au prochain échange, cette nuit au plus tard.'

/** « Mandat EJ-P-7KXQM2HVWD4T, compte … 4471, signé le … » */
export const mandateText = ({ reference, lastFour, signedOn, regie, isStoppable, isStopping }: Mandate): Sentence => [
  { strong: `Mandat ${reference}` },
  `, compte …\u00a0${lastFour}, signé le ${unbroken(shortDay(signedOn))}${regie ? `, ${regie.name}` : ''}.`,
  isStopping
    ? ` Vous l’avez arrêté\u00a0: ${nextExchange}`
    : isStoppable
      ? ''
      : ' Pour changer de compte ou l’arrêter, appelez l’Espace Jeunesse.',
]

/** A mandate signed on the portal: its receipt until the service has it, or its refusal with the reason. */
export const signedText = ({ reference, lastFour, at, refusal, isStopping }: Signed): Sentence => [
  { strong: `Mandat ${reference}` },
  `, compte …\u00a0${lastFour}, signé le ${unbroken(instantText(at))}. `,
  ...(refusal === null
    ? [isStopping ? 'Vous l’avez arrêté.' : `C’est signé\u00a0: ${nextExchange}`]
    : [{ strong: 'Rien n’est prélevé par lui.' }, ` ${withFullStop(refusal)}`]),
]

/** The link from « Mon compte » to the page; null when parents can sign nothing and have signed nothing. */
export const debitCardShown = (
  debits: DebitsShown | null,
): { readonly title: string; readonly lines: readonly Sentence[]; readonly link: PageLink | null } | null => {
  if (!debits) return null
  const isOffered = debits.creditors.length > 0
  const lines = [
    ...debits.asked.map((one) => askedText(one, isOffered)),
    ...debits.signed.map(signedText),
    ...debits.mandates.map(mandateText),
  ]
  if (lines.length === 0 && !isOffered) return null
  return {
    title: 'Prélèvement',
    lines: lines.length === 0 ? [[debitTexts.intro]] : lines,
    link: isOffered
      ? {
          path: debitPath,
          name:
            debits.mandates.length > 0 || debits.signed.some(({ refusal }) => refusal === null)
              ? 'Changer de compte ou arrêter'
              : 'Payer par prélèvement',
        }
      : null,
  }
}

/** The question before a mandate is stopped, with the debits that will still be collected. */
export const stopTexts = (
  { reference, lastFour }: Pick<Mandate, 'reference' | 'lastFour'>,
  { announced }: Pick<DebitsShown, 'announced'>,
): ConfirmTexts => ({
  act: 'Arrêter ce mandat',
  question: [
    `Arrêter le mandat ${reference}\u00a0?`,
    ...announced
      .filter((one) => one.lastFour === lastFour)
      .map(
        ({ cents, on }) =>
          `${formatEuros(cents)} sont déjà annoncés pour le ${unbroken(shortDay(on))}\u00a0: ils partent encore.`,
      ),
    'Ensuite, vous payez vos factures vous-même.',
  ].join(' '),
  yes: 'Oui, arrêter',
  no: 'Garder ce mandat',
})

/** What a new account changes for a home that already has a mandate. */
export const changeText = ({ announced }: Pick<DebitsShown, 'announced'>): string =>
  [
    'Un autre compte est un autre mandat\u00a0: il remplace celui d’avant.',
    ...announced.map(
      ({ cents, on, lastFour }) =>
        `${formatEuros(cents)} sont déjà annoncés pour le ${unbroken(shortDay(on))} sur le compte …\u00a0${lastFour}\u00a0: ils partent encore de celui-là.`,
    ),
  ].join(' ')

/** The whole text of the mandate that the parent signs. @param account the IBAN as typed, or its last signs */
export const signingEntries = (
  { debtor, reference }: SigningShown,
  creditor: Creditor,
  { account, address }: { readonly account: string; readonly address: readonly string[] },
): readonly (readonly [label: string, value: string, more: readonly string[]])[] => [
  ['Qui paie', debtor, address],
  ['Compte débité (IBAN)', account, []],
  ['Qui est payé', creditor.name, [...creditor.address, `Identifiant (ICS)\u00a0: ${creditor.creditorId}`]],
  ['Référence du mandat (RUM)', reference, []],
  ['Pour quoi', 'Toutes vos factures, à leur échéance', []],
]

/** « compte … 4471 » */
export const hiddenAccount = (lastFour: string): string => `…\u00a0${lastFour}`

/** The text of a SEPA core mandate (European Payments Council, EPC131-08), which banks require word for word. */
export const mandateWords = (
  creditor: string,
  { town, on }: { readonly town: string; readonly on: Day },
): Sentence[] => [
  [{ strong: 'Mandat de prélèvement SEPA' }, `, paiement récurrent, signé à ${town} le ${unbroken(shortDay(on))}.`],
  [
    `En signant ce mandat, vous autorisez ${creditor} à envoyer des instructions à votre banque pour débiter votre compte, et votre banque à débiter votre compte conformément aux instructions de ${creditor}.`,
  ],
  [
    'Vous bénéficiez du droit d’être remboursé par votre banque selon les conditions décrites dans la convention que vous avez passée avec elle. Une demande de remboursement doit être présentée dans les 8 semaines suivant la date de débit de votre compte pour un prélèvement autorisé.',
  ],
]

/** What happens after a signature, in order. */
export const changesShown = ({ noticeDays }: Creditor, on: Day): readonly Entry[] => [
  ['Vous signez aujourd’hui', `${shortDay(on)}. Rien n’est prélevé tout de suite.`],
  [`${noticeDays} jours avant chaque prélèvement, un avis`, 'Dans « Mon compte »\u00a0: le jour et le montant.'],
  [
    'Le jour dit, le prélèvement',
    'Pour les factures arrivées à échéance, celles d’avant aussi si elles restent à payer.',
  ],
]
