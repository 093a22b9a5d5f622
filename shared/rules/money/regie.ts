import type { Day } from '../calendar/day.ts'
import type { Fiscal } from '../price/tariff.ts'
import { listed, longDate } from '../text/french.ts'
import { type PaymentMeans, paymentMeansNames } from './payment/payment.ts'
import { seriesLetters } from './series.ts'

/** The régie that every town has, alone until the town adds another. */
export const firstRegieId = 1

export const maxPrefixLength = 3

/** Letters in the numbers of the first régie: no prefix may look like one of them. */
const reservedLetters: readonly string[] = seriesLetters

/**
 * Why a régie cannot take this prefix; undefined when it can. A number without a prefix is one of the first régie.
 * @param taken the prefixes of the other régies
 */
export const refusePrefix = (prefix: string, taken: readonly string[]): string | undefined => {
  if (!/^[A-Z]{1,3}$/.test(prefix))
    return 'Choisissez d’une à trois lettres sans accent\u00a0: elles précèdent chaque numéro de cette régie.'
  if (reservedLetters.includes(prefix))
    return `La lettre ${prefix} distingue déjà une sorte de papier\u00a0: choisissez-en une autre.`
  return taken.includes(prefix) ? 'Une autre régie a déjà ces lettres.' : undefined
}

// ---- Who may take its money

export type HolderKind = 'titular' | 'deputy'

/** A « régisseur » or « mandataire suppléant », from a first day to a last one; null without an end. */
export type Holder = {
  readonly staffId: number
  readonly kind: HolderKind
  readonly from: Day
  readonly to: Day | null
}

export const holderKindNames: Readonly<Record<HolderKind, string>> = { titular: 'Régisseur', deputy: 'Suppléant' }

export const isHolderOn = ({ from, to }: Pick<Holder, 'from' | 'to'>, on: Day): boolean =>
  from <= on && (to === null || on <= to)

/**
 * Whether the holders of a régie let a staff member take money for it on a day. Without holders, the roles alone
 * decide.
 */
export const mayTakeMoney = (holders: readonly Holder[], staffId: number | null, on: Day): boolean =>
  holders.length === 0 || holders.some((holder) => holder.staffId === staffId && isHolderOn(holder, on))

/** Why only its holders may take money for a régie. */
export const notHolderText = (regie: string, on: Day): string =>
  `Le ${longDate(on)}, vous n’êtes ni régisseur ni suppléant de «\u00a0${regie}\u00a0»\u00a0: ses encaissements vous sont fermés.`

/**
 * Why these dates of a holder cannot be saved; undefined when they can.
 * @param others the other holders of the régie
 */
export const refuseHolder = (
  holder: Holder,
  others: readonly Holder[],
): { readonly sentence: string; readonly field: 'staffId' | 'from' | 'to' } | undefined => {
  const { staffId, kind, from, to } = holder
  if (to !== null && to < from) return { sentence: 'Le dernier jour vient avant le premier.', field: 'to' }
  const meanwhile = others.filter((other) => overlap(holder, other))
  if (meanwhile.some((other) => other.staffId === staffId))
    return { sentence: 'Cette personne tient déjà la régie à ces dates.', field: 'staffId' }
  if (kind === 'titular' && meanwhile.some((other) => other.kind === 'titular'))
    return {
      sentence: 'Une régie n’a qu’un régisseur à la fois\u00a0: finissez d’abord les dates de l’autre.',
      field: 'from',
    }
  return undefined
}

const overlap = (one: Holder, other: Holder): boolean =>
  (one.to === null || other.from <= one.to) && (other.to === null || one.from <= other.to)

// ---- Which means it accepts

/** Why a régie does not take this means of payment; undefined when it does. @param accepted null for every means */
export const refuseMeans = (accepted: readonly PaymentMeans[] | null, means: PaymentMeans): string | undefined =>
  accepted === null || accepted.includes(means)
    ? undefined
    : `${paymentMeansNames[means]}\u00a0: l’acte constitutif de cette régie ne nomme pas ce moyen de paiement.`

// ---- Under which natures its revenue is entered

/**
 * Where the finance service enters the revenue of a régie: a number of its chart of accounts (« nature ») and the
 * town's own product code.
 */
export type AccountingNature = {
  /** « 7066 » */
  readonly account: string
  /** « Redevances à caractère social » */
  readonly label: string
  /** « Code produit local »; empty without one. */
  readonly productCode: string
  /** Null: all activities of the régie. */
  readonly activityIds: readonly number[] | null
  /** Null: care, meals and everything else. */
  readonly fiscal: Fiscal | null
}

type Product = { readonly activityId: number | null; readonly fiscal: Fiscal }

/**
 * The accounting nature of an activity's revenue in a fiscal category. Among the natures that match, one that names the
 * activity comes before one that only names the fiscal category. Undefined: « sans nature ».
 */
export const natureOf = (natures: readonly AccountingNature[], product: Product): AccountingNature | undefined =>
  natures.filter((nature) => isNatureOf(nature, product)).toSorted((one, other) => precision(other) - precision(one))[0]

const isNatureOf = ({ activityIds, fiscal }: AccountingNature, product: Product): boolean =>
  (activityIds === null || (product.activityId !== null && activityIds.includes(product.activityId))) &&
  (fiscal === null || fiscal === product.fiscal)

const precision = ({ activityIds, fiscal }: Pick<AccountingNature, 'activityIds' | 'fiscal'>): number =>
  (activityIds === null ? 0 : 2) + (fiscal === null ? 0 : 1)

/** The name of revenue without a nature, in the books. */
export const withoutNatureText = 'sans nature'

/** « 7066 », « 7066 · PERI », « sans nature » */
export const natureText = (nature: string | null, productCode: string | null): string =>
  nature === null ? withoutNatureText : [nature, productCode ?? ''].filter((text) => text !== '').join(' · ')

/**
 * The name that a régie gives an accounting nature: « 7066 » → « Accueil de loisirs », or « Mercredis et vacances » for
 * two rows with that nature. Empty when it has no name.
 */
export const natureLabel = (natures: readonly AccountingNature[], text: string): string =>
  listed([
    ...new Set(
      natures.flatMap(({ account, productCode, label }) =>
        natureText(account, productCode) === text && label !== '' ? [label] : [],
      ),
    ),
  ])

/** Why these natures cannot be saved, with the wrong row; undefined when they can. */
export const refuseNatures = (
  natures: readonly AccountingNature[],
): { readonly sentence: string; readonly row: number; readonly field: keyof AccountingNature } | undefined => {
  if (natures.length === 0)
    return {
      sentence: 'Indiquez au moins une nature\u00a0: le compte où entrent les recettes de cette régie.',
      row: 0,
      field: 'account',
    }
  for (const [row, nature] of natures.entries()) {
    const { account, productCode, activityIds } = nature
    if (!/^\d{3,8}$/.test(account))
      return { sentence: 'Un compte a de trois à huit chiffres, comme 7066.', row, field: 'account' }
    if (!/^[A-Z0-9]{0,4}$/.test(productCode))
      return { sentence: 'Un code produit a quatre lettres ou chiffres au plus.', row, field: 'productCode' }
    if (activityIds?.length === 0) return { sentence: 'Choisissez une activité, ou toutes.', row, field: 'activityIds' }
    const same = natures.findIndex(
      (other) => precision(other) === precision(nature) && haveCommonProduct(other, nature),
    )
    if (same < row)
      return {
        sentence: `La ligne ${same + 1} dit déjà où entrent ces recettes\u00a0: un produit n’a qu’une nature.`,
        row,
        field: 'activityIds',
      }
  }
  return undefined
}

/** Whether two natures of the same precision could both match one product. */
const haveCommonProduct = (one: AccountingNature, other: AccountingNature): boolean =>
  one.fiscal === other.fiscal &&
  (one.activityIds === null || (other.activityIds ?? []).some((id) => one.activityIds?.includes(id)))

/** « Espèces, chèque et CESU »; empty for every means. */
export const meansText = (accepted: readonly PaymentMeans[] | null): string =>
  accepted === null ? '' : listed(accepted.map((means) => paymentMeansNames[means].toLocaleLowerCase('fr')))
