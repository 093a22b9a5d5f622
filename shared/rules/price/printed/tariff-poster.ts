import { type Cents, formatAmount, formatEuros, formatNumber, withPercent } from '../../money/money.ts'
import { counted, listed, longDate, ordinal, timeText } from '../../text/french.ts'
import { type Bracket, bracketText } from '../bracket.ts'
import {
  type AttendanceSurcharges,
  type BasePrice,
  basePricesOf,
  type CancellationStep,
  type Count,
  type Deduction,
  type Fiscal,
  type Forfait,
  isOwedByRegistration,
  type LatePickUp,
  type Membership,
  needsQuotient,
  type PriceLimit,
  type QuantityReduction,
  type Ranking,
  type SiblingRule,
  type Surcharge,
  type TariffVersion,
  type UnitPrice,
} from '../tariff.ts'
import { capNames, deductionUnits, membershipPerNames, yearNames } from '../tariff-words.ts'
import { conditionText, inPeriodText } from './condition-words.ts'
import { rowsOf } from './tariff-rows.ts'

type TimeCount = Extract<Count, { per: 'time' }>

/** The printed poster of one version: every price, and the rules as sentences. */
export type TariffPoster = {
  readonly from: string
  readonly decision: string | null
  readonly example: boolean
  /** The names of the brackets; empty when no price is by bracket. */
  readonly brackets: readonly string[]
  readonly hasNonResident: boolean
  readonly rows: readonly PosterRow[]
  readonly notes: readonly string[]
}

export type PosterRow = {
  readonly title: string
  /** One entry for each bracket; empty when the price does not depend on brackets, and `text` gives it. */
  readonly cells: readonly { readonly resident: string; readonly nonResident: string }[]
  readonly text: string | null
}

export const posterOf = (version: TariffVersion): TariffPoster => {
  const rows = rowsOf(version)
  return {
    from: `Depuis le ${longDate(version.from)}`,
    decision: version.decision,
    example: version.example,
    brackets: rows.some(({ price }) => isInGrid(price)) ? version.brackets.map(bracketText) : [],
    hasNonResident: rows.some(({ price }) => isInGrid(price) && price.nonResident.rule !== 'same'),
    rows: rows.map(({ title, price, grace }) => ({
      title: grace > 0 ? `${title}, au-delà de ${counted(grace, 'minute')}` : title,
      ...cellsOf(price),
    })),
    notes: notesOf(version, rows),
  }
}

/** Whether the price has an amount for each bracket of the version. */
const isInGrid = (price: BasePrice): boolean => price.method === 'bracket' && !price.brackets

/**
 * The price for a home outside the town, where a resident pays `resident`.
 * @param at the index of the bracket
 */
export const nonResidentCents = (
  { nonResident }: Pick<BasePrice, 'nonResident'>,
  resident: Cents,
  at: number,
): Cents => {
  switch (nonResident.rule) {
    case 'same':
      return resident
    case 'percent':
      return withPercent(resident, nonResident.percent)
    case 'amount':
      return resident + nonResident.cents
    case 'column':
      return nonResident.cents[at] ?? nonResident.cents[0] ?? resident
  }
}

/** The cells by bracket, or the text of a price that does not depend on brackets. */
const cellsOf = (price: BasePrice): Pick<PosterRow, 'cells' | 'text'> => {
  switch (price.method) {
    case 'fixed':
      return { cells: [], text: fixedText(price) }
    case 'effortRate':
      return { cells: [], text: effortText(price) }
    case 'bracket': {
      if (price.brackets) return { cells: [], text: ownBracketsText(price, price.brackets) }
      const cells = price.cents.map((cents, at) => ({
        resident: formatAmount(cents),
        nonResident: formatAmount(nonResidentCents(price, cents, at)),
      }))
      return { cells, text: null }
    }
  }
}

const fixedText = (price: Extract<BasePrice, { method: 'fixed' }>, at = 0): string => {
  const beyond = nonResidentCents(price, price.cents, at)
  return beyond === price.cents
    ? formatEuros(price.cents)
    : `${formatEuros(price.cents)}\u00a0; hors commune\u00a0: ${formatEuros(beyond)}`
}

/** « < 800 : 6,50 € ; de 800 à 1 500 : 6,70 € » */
const ownBracketsText = (price: Extract<BasePrice, { method: 'bracket' }>, brackets: readonly Bracket[]): string =>
  brackets
    .map((bracket, at) => {
      const cents = price.cents[at] ?? 0
      return `${bracketText(bracket)}\u00a0: ${fixedText({ method: 'fixed', cents, nonResident: price.nonResident }, at)}`
    })
    .join('\u00a0; ')

const effortText = ({ percent, floor, ceiling, nonResident }: Extract<BasePrice, { method: 'effortRate' }>): string => {
  const effort = `quotient × ${formatNumber(percent)}\u00a0%, de ${formatEuros(floor)} à ${formatEuros(ceiling)}`
  switch (nonResident.rule) {
    case 'same':
      return effort
    case 'percent':
      return `${effort}\u00a0; hors commune + ${formatNumber(nonResident.percent)}\u00a0%`
    case 'amount':
      return `${effort}\u00a0; hors commune + ${formatEuros(nonResident.cents)}`
    case 'column':
      return `${effort}\u00a0; hors commune\u00a0: ${formatEuros(nonResident.cents[0] ?? 0)}`
  }
}

const notesOf = (
  {
    lines,
    absence,
    ranking,
    siblings,
    reductions = [],
    limits = [],
    latePickUp,
    beside,
    deductions = [],
    membership,
    minimum,
  }: TariffVersion,
  rows: readonly { readonly price: BasePrice }[],
): string[] => [
  ...(rows.some(({ price }) => needsQuotient[price.method])
    ? ['Sans quotient familial connu, le prix le plus haut s’applique.']
    : []),
  ...(siblings ? [siblingNote(siblings)] : []),
  ...(ranking ? [rankingNote(ranking)] : []),
  ...lines.flatMap(({ label, count }) => (count.per === 'forfait' ? forfaitNotes(label, count) : [])),
  ...lines.flatMap(({ label, count }) => (count.per === 'time' ? timeNotes(label, count) : [])),
  ...(latePickUp ? [latePickUpNote(latePickUp)] : []),
  ...besideNotes(beside),
  ...reductions.map(reductionNote),
  ...limits.map(limitNote),
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

export const siblingNote = ({ percents, cents, bracketsDown, on, by }: SiblingRule): string => {
  const who = (at: number) => (by === 'count' ? `${at + 2} enfants` : `${ordinal(at + 2)} enfant`)
  const more = by === 'count' ? ' et plus' : ' et suivants'
  const reductions =
    cents?.map((amount) => `− ${formatEuros(amount)}`) ??
    bracketsDown?.map((down) => (down === 0 ? 'même tranche' : `${counted(down, 'tranche')} au-dessous`)) ??
    percents.map((percent) => `− ${formatNumber(percent)}\u00a0%`)
  const steps = reductions.map((text, at) => `${who(at)}${at === reductions.length - 1 ? more : ''}\u00a0: ${text}`)
  return `Réduction sur ${listed(on.map((fiscal) => natures[fiscal]))}\u00a0: ${steps.join(', ')}.`
}

/** « Le rang compte les enfants présents le même jour, dans l’activité. » */
export const rankingNote = ({ among, over }: Ranking): string =>
  `Le rang et le nombre d’enfants comptent ceux ${rankingNames[among]}${
    among === 'dependent' ? '' : over === 'home' ? ', toutes activités ensemble' : ', activité par activité'
  }.`

export const rankingNames: Readonly<Record<Ranking['among'], string>> = {
  registered: 'qui sont inscrits',
  present: 'présents le même jour',
  dependent: 'à charge du foyer',
}

/** What is printed under the prices of a forfait: registrations for a part of it, absences, when it is paid. */
export const forfaitNotes = (label: string, forfait: Forfait): string[] => {
  const { partial, absence, instalments = 1, deposit, by, billed, span } = forfait
  const partialTexts: Readonly<Record<Forfait['partial'], string>> = {
    whole: 'arrivée ou départ en cours, le prix entier',
    openDays: 'arrivée ou départ en cours, seulement les jours ouverts',
    startedWeeks: 'arrivée ou départ en cours, toute semaine commencée',
  }
  const sentences = [
    ...(isOwedByRegistration(by)
      ? [
          'dû dès l’inscription, quels que soient les jours venus',
          'rien si l’activité n’ouvre aucun jour de cette durée',
          partialTexts[partial],
        ]
      : []),
    ...(absence
      ? [
          `à partir de ${counted(absence.from, 'jour')} d’absence justifiée, ${absence.cents === null ? 'la part de chaque jour' : `${formatEuros(absence.cents)} par jour`} de moins`,
        ]
      : []),
    ...(instalments > 1 ? [`payé en ${instalments} parts, une par mois`] : []),
    ...(deposit
      ? [
          `acompte de ${formatEuros(deposit.cents)}, ${counted(deposit.daysBefore, 'jour')} avant le début\u00a0; le reste ensuite`,
        ]
      : []),
    ...(span === 'week' || instalments > 1 ? [] : [billed === 'start' ? 'facturé au début' : 'facturé à la fin']),
  ]
  return [`${label}\u00a0: ${sentences.join('\u00a0; ')}.`]
}

/** What is printed under a price by time; nothing when only the booked time counts. */
export const timeNotes = (label: string, { measured, clock, least, most }: TimeCount): string[] => {
  const sentences = [
    ...(measured ? ['compté de l’arrivée au départ notés, sinon à l’heure réservée'] : []),
    ...(clock?.from ? [`à partir de ${timeText(clock.from)}`] : []),
    ...(clock?.to ? [`jusqu’à ${timeText(clock.to)}`] : []),
    ...(least === undefined ? [] : [`au moins ${formatEuros(least)} par jour`]),
    ...(most === undefined ? [] : [`au plus ${formatEuros(most)} par jour`]),
  ]
  return sentences.length === 0 ? [] : [`${label}\u00a0: ${sentences.join(', ')}.`]
}

/** « Retard : 5 minutes offertes, puis par part de 15 minutes, par foyer. » */
export const latePickUpNote = ({ label, free, part, per }: LatePickUp): string =>
  `${label}\u00a0: ${counted(free, 'minute offerte', 'minutes offertes')}, puis ${
    part === null ? 'un prix pour la soirée' : `par part commencée de ${counted(part, 'minute')}`
  }, par ${per === 'home' ? 'foyer' : 'enfant'}.`

export const besideNotes = (beside: AttendanceSurcharges | undefined): string[] => [
  ...(beside?.unbooked ? [`Venu sans réserver\u00a0: ${surchargeText(beside.unbooked)} de plus par plage.`] : []),
  ...(beside?.untoldAbsence
    ? [`Absence que personne n’a signalée\u00a0: ${surchargeText(beside.untoldAbsence)} par plage.`]
    : []),
  ...(beside?.lateBooking
    ? [`Réservation hors délai\u00a0: ${surchargeText(beside.lateBooking)} de plus par plage.`]
    : []),
  ...(beside?.lateCancellation
    ? [`Annulation hors délai, reste dû\u00a0: ${beside.lateCancellation.map(cancellationText).join('\u00a0; ')}.`]
    : []),
]

const cancellationText = ({ notice, surcharge }: CancellationStep): string =>
  notice === 0
    ? `au dernier moment, ${surchargeText(surcharge)}`
    : `${counted(notice, 'jour')} avant ou plus, ${surchargeText(surcharge)}`

const surchargeText = (surcharge: Surcharge): string =>
  'cents' in surcharge ? formatEuros(surcharge.cents) : `${formatNumber(surcharge.percent)}\u00a0% du prix`

/** « 5 jours et plus dans la semaine : 15,00 € de moins sur l’accueil. » */
export const reductionNote = ({ per, from, cents, on }: QuantityReduction): string =>
  `${counted(from, 'jour')} et plus ${inPeriodText(per)}\u00a0: ${formatEuros(cents)} de moins sur ${listed(on.map((fiscal) => natures[fiscal]))}.`

/** « Par enfant et par jour : au moins 2,00 €, au plus 12,00 €. » */
export const limitNote = ({ per, of, least, most }: PriceLimit): string =>
  `Par ${of === 'child' ? 'enfant' : 'foyer'} et par ${per === 'day' ? 'jour' : 'mois'}\u00a0: ${[
    ...(least === null ? [] : [`au moins ${formatEuros(least)}`]),
    ...(most === null ? [] : [`au plus ${formatEuros(most)}`]),
  ].join(', ')}.`

export const deductionNote = ({ label, per, cents, upTo, cap }: Deduction): string => {
  const whom = upTo === null ? '' : `, jusqu’au quotient ${formatNumber(upTo)}`
  const limit = cap ? `, au plus ${formatEuros(cap.cents)} par enfant et par ${capNames[cap.per]}` : ''
  return `${label}\u00a0: ${formatEuros(cents)} de moins par ${deductionUnits[per].one}${whom}${limit}.`
}

export const membershipNote = ({ label, per, year, price }: Membership): string => {
  return `${label}\u00a0: ${rangesText(price)}, par ${membershipPerNames[per]} et par année ${yearNames[year]}.`
}

const rangesText = (price: UnitPrice): string =>
  price.method === 'cases'
    ? [
        ...price.cases.map(({ when, price: own }) => `${conditionText(when)}\u00a0: ${rangeText(own)}`),
        ...(price.otherwise ? [`les autres\u00a0: ${rangeText(price.otherwise)}`] : []),
      ].join('\u00a0; ')
    : basePricesOf(price).map(rangeText).join('\u00a0; ')

/** A price that does not depend on brackets, in words. */
const rangeText = (price: BasePrice): string => {
  switch (price.method) {
    case 'fixed':
      return fixedText(price)
    case 'bracket':
      return `de ${formatEuros(Math.min(...price.cents))} à ${formatEuros(Math.max(...price.cents))} selon le quotient`
    case 'effortRate':
      return effortText(price)
  }
}
