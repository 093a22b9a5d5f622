import type { Day, Month } from '../calendar/day.ts'
import { formatNumber } from '../money/money.ts'
import { folded } from '../people/names.ts'
import { counted } from '../text/french.ts'

/** What the State's API Particulier answers when the service asks the CAF or the MSA for a home's quotient. */

/** The fund that pays the allowances. */
export type Fund = 'CAF' | 'MSA'

export type FundPerson = { readonly birthName: string; readonly firstNames: string; readonly bornOn: Day | null }

export type FundQuotient = {
  readonly kind: 'found'
  readonly value: number
  readonly fund: Fund
  /** The month for which the quotient holds. */
  readonly month: Month
  /** The person who receives the allowances, and who lives with them. */
  readonly persons: readonly FundPerson[]
  readonly children: readonly FundPerson[]
}

/** Why one home has no answer; others may have one. */
export type FundSilence =
  /** The funds have no file of this person, who may never have had one, or receives nothing any more. */
  | { readonly kind: 'absent'; readonly fund: string | null }
  /** The file exists, without a quotient for that month. */
  | { readonly kind: 'noQuotient'; readonly fund: Fund | null }
  /** Several persons have this civil status. */
  | { readonly kind: 'ambiguous' }
  | { readonly kind: 'identityRefused'; readonly detail: string }
  | { readonly kind: 'monthRefused'; readonly detail: string }
  | { readonly kind: 'unavailable'; readonly fund: string | null }
  | { readonly kind: 'unreadable' }

/** Why no home can have an answer now. */
export type FundAccessRefusal = {
  readonly kind: 'accessRefused'
  readonly why: 'token' | 'expired' | 'revoked' | 'environment' | 'rights' | 'address' | 'recipient' | 'scope'
}

/** What the fund says of one home. After `accessRefused` or `tooMany`, other homes get no answer either. */
export type FundAnswer =
  | FundQuotient
  | FundSilence
  | FundAccessRefusal
  | { readonly kind: 'tooMany'; readonly waitSeconds: number | null }

const oneFund: Readonly<Record<string, string>> = {
  // The API names the national fund.
  CNAF: 'La CAF',
  CAF: 'La CAF',
  MSA: 'La MSA',
  RNCPS: 'Le répertoire des prestations (RNCPS)',
}

/** « La CAF ne trouve », « La CAF et la MSA ne trouvent » */
const fundVerb = (fund: string | null, one: string, both: string): string => {
  const name = fund === null ? undefined : oneFund[fund]
  return name === undefined ? `La CAF et la MSA ${both}` : `${name} ${one}`
}

/** Why this home has no quotient from its fund, and what can be done. */
export const fundSilenceText = (silence: FundSilence): string => {
  switch (silence.kind) {
    case 'absent':
      return `${fundVerb(silence.fund, 'ne trouve', 'ne trouvent')} pas de dossier à ce nom\u00a0: vérifiez le nom de naissance et la commune de naissance, ou demandez l’attestation. Une famille qui n’a plus d’allocations n’a plus de dossier.`
    case 'noQuotient':
      return `${fundVerb(silence.fund, 'a', 'ont')} un dossier, sans quotient pour ce mois\u00a0: essayez un autre mois, ou demandez l’attestation.`
    case 'ambiguous':
      return 'Plusieurs personnes répondent à cet état civil\u00a0: complétez les prénoms et la commune de naissance.'
    case 'identityRefused':
      return `L’état civil noté n’est pas accepté\u00a0: ${silence.detail}`
    case 'monthRefused':
      return `Ce mois n’est pas accepté\u00a0: ${silence.detail}`
    case 'unavailable':
      return `${fundVerb(silence.fund, 'ne répond', 'ne répondent')} pas en ce moment\u00a0: réessayez dans une heure.`
    case 'unreadable':
      return 'La réponse reçue ne se lit pas\u00a0: réessayez, et prévenez l’assistance si cela dure.'
  }
}

/** Why the API refuses this service, and what an administrator can do. */
export const accessRefusedText = ({ why }: FundAccessRefusal): string =>
  ({
    token: 'Le jeton n’est pas reconnu\u00a0: recopiez-le en entier dans Réglages, Structure.',
    expired: 'Le jeton a expiré\u00a0: demandez-en un autre sur particulier.api.gouv.fr, puis collez-le dans Réglages.',
    revoked: 'Le jeton a été retiré, sans doute parce qu’il a été vu ailleurs\u00a0: demandez-en un autre.',
    environment: 'Le jeton n’est pas celui de ce service\u00a0: l’essai et le réel ont chacun le leur.',
    rights:
      'L’habilitation de la commune n’ouvre pas le quotient familial\u00a0: complétez-la sur datapass.api.gouv.fr.',
    address: 'Ce poste n’est pas dans les adresses autorisées pour ce jeton\u00a0: faites-la ajouter.',
    recipient:
      'Le SIRET de la structure n’est pas celui de l’habilitation\u00a0: corrigez-le dans Réglages, Structure.',
    scope: 'Le jeton ne donne pas le quotient lui-même\u00a0: demandez cette donnée dans l’habilitation.',
  })[why]

/** « CAF, API Particulier »: the source written with the quotient. */
export const fundSource = ({ fund }: Pick<FundQuotient, 'fund'>): string => `${fund}, API Particulier`

/** The persons of the home, compared with those of the answer: why it may be about somebody of the same name. */
export const namesakeDoubts = (
  { persons, children }: Pick<FundQuotient, 'persons' | 'children'>,
  asked: FundPerson,
  own: readonly Pick<FundPerson, 'firstNames' | 'bornOn'>[],
): string[] => [
  ...(persons.length === 0 || persons.some((one) => isSamePerson(one, asked))
    ? []
    : ['La personne du dossier n’a pas le même nom ou la même date de naissance\u00a0: un homonyme\u00a0?']),
  ...(own.length === 0 || own.some((child) => children.some(({ bornOn }) => bornOn === child.bornOn))
    ? []
    : [
        children.length === 0
          ? 'Le dossier n’a aucun enfant, le foyer en a.'
          : `Aucun enfant du foyer n’est dans le dossier (${counted(children.length, 'enfant')}).`,
      ]),
]

const isSamePerson = (one: FundPerson, other: FundPerson): boolean =>
  folded(one.birthName) === folded(other.birthName) &&
  (one.bornOn === null || other.bornOn === null || one.bornOn === other.bornOn) &&
  firstNameOf(one) === firstNameOf(other)

const firstNameOf = ({ firstNames }: FundPerson): string => folded(firstNames).split(' ')[0] ?? ''

/** « QF 640 (CAF) » */
export const fundQuotientText = ({ value, fund }: Pick<FundQuotient, 'value' | 'fund'>): string =>
  `QF ${formatNumber(value)} (${fund})`
