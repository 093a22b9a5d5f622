import { accueilKindNames } from '../rules/figures/hours-rule.ts'
import { debtDecisionNames } from '../rules/money/recovery/debt-decision.ts'
import { holderKindNames } from '../rules/money/regie.ts'
import { thirdPartyKindNames } from '../rules/money/third-party.ts'
import { customKindNames } from '../rules/people/custom-field.ts'
import { bondNames } from '../rules/people/guardian-bond.ts'

/**
 * What the column `kind` says, whichever table it is of: a code that several tables use has one word for all of them.
 * `main/store/acts/recorded.ts` checks that each code has its word.
 */
export const kindWords = {
  ...bondNames,
  ...thirdPartyKindNames,
  ...debtDecisionNames,
  ...holderKindNames,
  ...accueilKindNames,
  ...customKindNames,
  // Papers, and what a home confirms.
  benefits: 'attestation CAF ou MSA',
  insurance: 'attestation d’assurance',
  vaccination: 'certificat de vaccination',
  residence: 'justificatif de domicile',
  carePlan: 'PAI',
  prescription: 'ordonnance',
  courtDecision: 'décision de justice',
  exemption: 'dérogation',
  health: 'fiche sanitaire',
  contact: 'coordonnées du foyer',
  rules: 'règlement intérieur',
  pickups: 'personnes autorisées',
  consents: 'autorisations',
  papers: 'pièces du dossier',
  sent: 'envoi du dossier',
  other: 'autre',
  // Questions to parents.
  emergencyCare: 'soins d’urgence',
  image: 'droit à l’image',
  teamPhoto: 'photo pour l’équipe',
  transport: 'transport',
  swimming: 'baignade',
  leavesAlone: 'rentre seul',
  // The portal.
  demande: 'demande',
  registration: 'inscription',
  proposal: 'changement proposé',
  undoing: 'retrait',
  payment: 'paiement',
  signUp: 'inscription au portail',
  mandate: 'mandat de prélèvement',
  mandateStop: 'fin d’un mandat',
  // Mails, letters and their templates.
  receipt: 'reçu',
  decision: 'réponse à une demande',
  place: 'place qui se libère',
  invoice: 'facture',
  creditNote: 'avoir',
  reminder: 'relance',
  paper: 'pièce',
  draft: 'jours cochés non enregistrés',
  message: 'message',
  notice: 'avis',
  letter: 'courrier',
  convocation: 'convocation',
  welcome: 'bienvenue',
  refusal: 'refus',
  recoveryMail: 'mail de relance',
  presence: 'attestation de présence',
  registered: 'attestation d’inscription',
  paid: 'paiement',
  quote: 'devis',
  // Money: prices, debits, what is followed up.
  days: 'jours',
  month: 'mois',
  year: 'année',
  minimum: 'minimum',
  membership: 'adhésion',
  oneOff: 'unique',
  recurrent: 'récurrent',
  call: 'appel',
  aside: 'mise de côté',
  back: 'reprise',
  forwarded: 'argent transmis',
  reduction: 'réduction',
  // What is kept for a time, and doubles.
  family: 'famille',
  child: 'enfant',
  photo: 'photo',
  request: 'demande du portail',
  mail: 'courriel',
  account: 'compte du portail',
  staff: 'agent',
  trail: 'journal',
} as const satisfies Readonly<Record<string, string>>

export type KindWithWord = keyof typeof kindWords

export const kindText = (kind: string): string => (kindWords as Readonly<Record<string, string>>)[kind] ?? kind
