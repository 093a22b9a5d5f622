import { type Cents, formatAmount, formatEuros, formatNumber, withPercent } from '../money/money.ts'
import { counted, listed, longDate, ordinal } from '../text/french.ts'
import { sayBracket } from './bracket.ts'
import type { Deduction, Fiscal, Membership, SiblingRule, TariffVersion, UnitPrice } from './tariff.ts'
import { rowsOf } from './tariff-rows.ts'

/** What the town puts up on its wall: every price of one version, and the rules in sentences. */
export type TariffPoster = {
  readonly from: string
  readonly decision: string | null
  readonly example: boolean
  /** As printed; empty when no price is by tranche. */
  readonly brackets: readonly string[]
  readonly hasNonResident: boolean
  readonly rows: readonly PosterRow[]
  readonly notes: readonly string[]
}

export type PosterRow = {
  readonly title: string
  /** One by tranche; a single one where the price is the same for all, said by `text`. */
  readonly cells: readonly { readonly resident: string; readonly nonResident: string }[]
  readonly text: string | null
}

export const posterOf = (version: TariffVersion): TariffPoster => {
  const rows = rowsOf<UnitPrice>(version)
  return {
    from: `Depuis le ${longDate(version.from)}`,
    decision: version.decision,
    example: version.example,
    brackets: rows.some(({ price }) => price.method === 'bracket') ? version.brackets.map(sayBracket) : [],
    hasNonResident: rows.some(({ price }) => price.method === 'bracket' && price.nonResident.rule !== 'same'),
    rows: rows.map(({ title, price, grace }) => ({
      title: grace > 0 ? `${title}, au-delà de ${counted(grace, 'minute')}` : title,
      ...(price.method === 'bracket'
        ? {
            cells: price.cents.map((cents, at) => ({
              resident: formatAmount(cents),
              nonResident: formatAmount(outside(price, cents, at)),
            })),
            text: null,
          }
        : { cells: [], text: single(price) }),
    })),
    notes: notesOf(version, rows),
  }
}

const outside = ({ nonResident }: UnitPrice, resident: Cents, at: number): Cents => {
  if (nonResident.rule === 'percent') return withPercent(resident, nonResident.percent)
  return nonResident.rule === 'same' ? resident : (nonResident.cents[at] ?? nonResident.cents[0] ?? resident)
}

const single = (price: UnitPrice): string => {
  const { nonResident } = price
  if (price.method === 'fixed') {
    const beyond = outside(price, price.cents, 0)
    return beyond === price.cents
      ? formatEuros(price.cents)
      : `${formatEuros(price.cents)}\u00a0; hors commune\u00a0: ${formatEuros(beyond)}`
  }
  if (price.method === 'bracket') return ''
  const effort = `quotient × ${formatNumber(price.percent)}\u00a0%, de ${formatEuros(price.floor)} à ${formatEuros(price.ceiling)}`
  if (nonResident.rule === 'percent')
    return `${effort}\u00a0; hors commune + ${formatNumber(nonResident.percent)}\u00a0%`
  return nonResident.rule === 'column'
    ? `${effort}\u00a0; hors commune\u00a0: ${formatEuros(nonResident.cents[0] ?? 0)}`
    : effort
}

const notesOf = (
  { absence, siblings, deductions = [], membership, minimum }: TariffVersion,
  rows: readonly { readonly price: UnitPrice }[],
): string[] => [
  ...(rows.some(({ price }) => price.method !== 'fixed')
    ? ['Sans quotient familial connu, le prix le plus haut s’applique.']
    : []),
  ...(siblings ? [siblingNote(siblings)] : []),
  ...deductions.map(deductionNote),
  ...(membership ? [membershipNote(membership)] : []),
  ...(minimum ? [`Un mois facturé coûte au moins ${formatEuros(minimum.cents)}.`] : []),
  absence.justifiedInTime === 'notBilled'
    ? 'Une absence justifiée à temps n’est pas facturée.'
    : 'Une absence, même justifiée, est facturée.',
  ...(absence.justifiedInTime === 'notBilled' && absence.unjustified === 'billed'
    ? ['Une absence non justifiée est facturée.']
    : []),
]

const natures: Readonly<Record<Fiscal, string>> = { garde: 'l’accueil', repas: 'les repas', autre: 'le reste' }

export const siblingNote = ({ percents, on, by }: SiblingRule): string => {
  const who = (at: number) => (by === 'count' ? `${at + 2} enfants` : `${ordinal(at + 2)} enfant`)
  const more = by === 'count' ? ' et plus' : ' et suivants'
  const steps = percents.map(
    (percent, at) => `${who(at)}${at === percents.length - 1 ? more : ''}\u00a0: − ${formatNumber(percent)}\u00a0%`,
  )
  return `Réduction sur ${listed(on.map((fiscal) => natures[fiscal]))}\u00a0: ${steps.join(', ')}.`
}

export const deductionNote = ({ label, per, cents, upTo, cap }: Deduction): string => {
  const whom = upTo === null ? '' : `, jusqu’au quotient ${formatNumber(upTo)}`
  const span = cap?.per === 'month' ? 'mois' : 'année scolaire'
  const limit = cap ? `, au plus ${formatEuros(cap.cents)} par enfant et par ${span}` : ''
  return `${label}\u00a0: ${formatEuros(cents)} de moins par ${per === 'meal' ? 'repas' : 'jour'}${whom}${limit}.`
}

export const membershipNote = ({ label, per, year, price }: Membership): string => {
  const amount =
    price.method === 'bracket'
      ? `de ${formatEuros(Math.min(...price.cents))} à ${formatEuros(Math.max(...price.cents))} selon le quotient`
      : single(price)
  const span = year === 'school' ? 'année scolaire' : 'année civile'
  return `${label}\u00a0: ${amount}, par ${per === 'child' ? 'enfant' : 'famille'} et par ${span}.`
}
