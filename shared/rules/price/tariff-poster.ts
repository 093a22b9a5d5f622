import { type Cents, formatAmount, formatEuros, formatNumber, withPercent } from '../money/money.ts'
import { counted, listed, longDate, ordinal } from '../text/french.ts'
import { bracketText } from './bracket.ts'
import {
  type Deduction,
  type Fiscal,
  type Membership,
  needsQuotient,
  type SiblingRule,
  type TariffVersion,
  type UnitPrice,
} from './tariff.ts'
import { rowsOf } from './tariff-rows.ts'
import { capNames, deductionUnits, membershipPerNames, yearNames } from './tariff-words.ts'

/** The printed poster of one version: every price, and the rules as sentences. */
export type TariffPoster = {
  readonly from: string
  readonly decision: string | null
  readonly example: boolean
  /** Labels of the tranches; empty when no price is by tranche. */
  readonly brackets: readonly string[]
  readonly hasNonResident: boolean
  readonly rows: readonly PosterRow[]
  readonly notes: readonly string[]
}

export type PosterRow = {
  readonly title: string
  /** One cell per tranche; empty when the price does not depend on tranches, and `text` gives it. */
  readonly cells: readonly { readonly resident: string; readonly nonResident: string }[]
  readonly text: string | null
}

export const posterOf = (version: TariffVersion): TariffPoster => {
  const rows = rowsOf<UnitPrice>(version)
  return {
    from: `Depuis le ${longDate(version.from)}`,
    decision: version.decision,
    example: version.example,
    brackets: rows.some(({ price }) => price.method === 'bracket') ? version.brackets.map(bracketText) : [],
    hasNonResident: rows.some(({ price }) => price.method === 'bracket' && price.nonResident.rule !== 'same'),
    rows: rows.map(({ title, price, grace }) => ({
      title: grace > 0 ? `${title}, au-delà de ${counted(grace, 'minute')}` : title,
      ...cellsOf(price),
    })),
    notes: notesOf(version, rows),
  }
}

/**
 * The price for a home outside the town, where a resident pays `resident`.
 * @param at the index of the tranche
 */
export const nonResidentCents = (
  { nonResident }: Pick<UnitPrice, 'nonResident'>,
  resident: Cents,
  at: number,
): Cents => {
  switch (nonResident.rule) {
    case 'same':
      return resident
    case 'percent':
      return withPercent(resident, nonResident.percent)
    case 'column':
      return nonResident.cents[at] ?? nonResident.cents[0] ?? resident
  }
}

/** The cells by tranche, or the text of a price that does not depend on tranches. */
const cellsOf = (price: UnitPrice): Pick<PosterRow, 'cells' | 'text'> => {
  switch (price.method) {
    case 'fixed':
      return { cells: [], text: fixedText(price) }
    case 'effortRate':
      return { cells: [], text: effortText(price) }
    case 'bracket': {
      const cells = price.cents.map((cents, at) => ({
        resident: formatAmount(cents),
        nonResident: formatAmount(nonResidentCents(price, cents, at)),
      }))
      return { cells, text: null }
    }
  }
}

const fixedText = (price: Extract<UnitPrice, { method: 'fixed' }>): string => {
  const beyond = nonResidentCents(price, price.cents, 0)
  return beyond === price.cents
    ? formatEuros(price.cents)
    : `${formatEuros(price.cents)}\u00a0; hors commune\u00a0: ${formatEuros(beyond)}`
}

const effortText = ({ percent, floor, ceiling, nonResident }: Extract<UnitPrice, { method: 'effortRate' }>): string => {
  const effort = `quotient × ${formatNumber(percent)}\u00a0%, de ${formatEuros(floor)} à ${formatEuros(ceiling)}`
  switch (nonResident.rule) {
    case 'same':
      return effort
    case 'percent':
      return `${effort}\u00a0; hors commune + ${formatNumber(nonResident.percent)}\u00a0%`
    case 'column':
      return `${effort}\u00a0; hors commune\u00a0: ${formatEuros(nonResident.cents[0] ?? 0)}`
  }
}

const notesOf = (
  { absence, siblings, deductions = [], membership, minimum }: TariffVersion,
  rows: readonly { readonly price: UnitPrice }[],
): string[] => [
  ...(rows.some(({ price }) => needsQuotient[price.method])
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
  const limit = cap ? `, au plus ${formatEuros(cap.cents)} par enfant et par ${capNames[cap.per]}` : ''
  return `${label}\u00a0: ${formatEuros(cents)} de moins par ${deductionUnits[per].one}${whom}${limit}.`
}

export const membershipNote = ({ label, per, year, price }: Membership): string => {
  return `${label}\u00a0: ${rangeText(price)}, par ${membershipPerNames[per]} et par année ${yearNames[year]}.`
}

/** A price that does not depend on tranches, in words. */
const rangeText = (price: UnitPrice): string => {
  switch (price.method) {
    case 'fixed':
      return fixedText(price)
    case 'bracket':
      return `de ${formatEuros(Math.min(...price.cents))} à ${formatEuros(Math.max(...price.cents))} selon le quotient`
    case 'effortRate':
      return effortText(price)
  }
}
