import type { Day } from '../calendar/day.ts'
import { type Cents, hasAtMostDecimals } from '../money/money.ts'
import { listed } from '../text/french.ts'
import { refuseBrackets } from './bracket.ts'
import { conditionText, isBareCategory } from './printed/condition-words.ts'
import {
  type AttendanceSurcharges,
  type BasePrice,
  basePricesOf,
  type Count,
  conditionsOf,
  countsSteps,
  type Deduction,
  effortRateDecimals,
  type Formula,
  groupCode,
  groupsAsked,
  lateCollectionSlot,
  type Membership,
  needsQuotient,
  type PriceCondition,
  type PriceLimit,
  percentDecimals,
  pricesOf,
  type QuantityReduction,
  type Range,
  type SiblingRule,
  type Surcharge,
  slotsOf,
  type Tariff,
  type TariffLine,
  type TariffVersion,
  type UnitPrice,
} from './tariff.ts'

/** Why this tariff cannot be saved, as a sentence; undefined when it can. */
export const refuseTariff = (tariff: Tariff): string | undefined => {
  if (tariff.label.trim() === '') return 'Le tarif n’a pas de nom.'
  const starts = new Set<Day>()
  for (const version of tariff.versions) {
    if (starts.has(version.from)) return 'Deux versions du tarif commencent le même jour.'
    starts.add(version.from)
    const refusal = refuseVersion(version)
    if (refusal) return refusal
  }
  return undefined
}

/** Why these activities cannot be at the tariff, as a sentence: it has a price for a group that one of them lacks. */
export const refuseGroups = (
  tariff: { readonly versions: readonly Omit<TariffVersion, 'from'>[] },
  activities: readonly { readonly name: string; readonly groups: readonly { readonly name: string }[] }[],
): string | undefined => {
  for (const asked of new Set(tariff.versions.flatMap(groupsAsked))) {
    const lacking = activities.find(({ groups }) => groups.every(({ name }) => groupCode(name) !== groupCode(asked)))
    if (!lacking) continue
    const own =
      lacking.groups.length === 0
        ? 'n’a pas de groupe'
        : `n’a pas ce groupe, mais ${listed(lacking.groups.map(({ name }) => `«\u00a0${name}\u00a0»`))}`
    return `Le tarif a un prix pour le groupe «\u00a0${asked}\u00a0»\u00a0: «\u00a0${lacking.name}\u00a0» ${own}.`
  }
  return undefined
}

/**
 * Why a version cannot be saved, as a sentence: it names a price category by a word that is also a group of one of
 * these activities, and does not say which is meant.
 */
export const refuseAmbiguousNames = (
  version: Pick<TariffVersion, 'lines' | 'membership' | 'latePickUp'>,
  activities: readonly { readonly name: string; readonly groups: readonly { readonly name: string }[] }[],
): string | undefined => {
  for (const when of conditionsOf(version).filter(isBareCategory)) {
    const { category = '' } = when
    const activity = activities.find(({ groups }) => groups.some(({ name }) => groupCode(name) === groupCode(category)))
    if (activity)
      return `«\u00a0${category}\u00a0» est un groupe de «\u00a0${activity.name}\u00a0»\u00a0: écrivez «\u00a0groupe ${category}\u00a0» pour ce groupe, ou «\u00a0catégorie ${category}\u00a0» pour une catégorie tarifaire de ce nom.`
  }
  return undefined
}

const refuseVersion = (version: TariffVersion): string | undefined => {
  const { brackets, lines } = version
  const badBrackets = brackets.length > 0 ? refuseBrackets(brackets) : undefined
  if (badBrackets) return badBrackets
  if (lines.length === 0) return 'Le tarif n’a aucun prix.'
  for (const line of lines) {
    if (slotsOf(line.count).length === 0) return `«\u00a0${line.label}\u00a0» ne s’applique à aucune plage.`
    const badTime = line.count.per === 'time' ? refuseTime(line.label, line.count) : undefined
    if (badTime) return badTime
    const twice = line.count.per === 'formula' ? duplicateCombination(line.count.formulas) : undefined
    if (twice) return `«\u00a0${line.label}\u00a0»\u00a0: deux formules correspondent aux mêmes plages (${twice}).`
  }
  return (
    firstRefusal(pricesOf(version), ({ label, price }) => refusePrice(label, price, brackets.length)) ??
    firstRefusal(conditionsOf(version), refuseCondition) ??
    firstRefusal(lines, refuseBundle) ??
    firstRefusal(lines, refuseForfait) ??
    refuseSiblings(version.siblings) ??
    refuseLatePickUp(version) ??
    refuseBeside(version.beside) ??
    firstRefusal(version.reductions ?? [], refuseReduction) ??
    firstRefusal(version.limits ?? [], refuseLimit) ??
    refuseDeductions(version.deductions ?? []) ??
    refuseMembership(version.membership) ??
    (version.minimum && !isAmount(version.minimum.cents, 1)
      ? 'Le minimum de facturation doit être supérieur à zéro.'
      : undefined)
  )
}

const firstRefusal = <Item>(items: readonly Item[], refuse: (item: Item) => string | undefined): string | undefined => {
  for (const item of items) {
    const refusal = refuse(item)
    if (refusal) return refusal
  }
  return undefined
}

const isAmount = (amount: Cents, minCents: Cents): boolean => Number.isSafeInteger(amount) && amount >= minCents

const refuseTime = (label: string, count: Extract<Count, { per: 'time' }>): string | undefined => {
  const { minutes, grace, clock, least, most } = count
  const refuse = (sentence: string) => `«\u00a0${label}\u00a0»\u00a0: ${sentence}`
  if (!isWhole(minutes, 1, 24 * 60)) return refuse('la durée comptée est un nombre de minutes, par exemple 30.')
  if (!(Number.isInteger(grace) && grace >= 0 && grace < minutes))
    return refuse('la tolérance doit être plus courte que la durée comptée.')
  if (clock?.from && clock.to && clock.from >= clock.to) return refuse('l’heure de fin est avant l’heure de début.')
  if ([least, most].some((cents) => cents !== undefined && !isAmount(cents, 1)))
    return refuse('un minimum ou un plafond doit être supérieur à zéro.')
  return least !== undefined && most !== undefined && least > most
    ? refuse('le minimum dépasse le plafond.')
    : undefined
}

const refuseSiblings = (rule: SiblingRule | undefined): string | undefined => {
  if (!rule) return undefined
  const { percents, cents, bracketsDown, on } = rule
  if (on.length === 0 || (percents.length === 0 && !cents?.length && !bracketsDown?.length))
    return 'Réduction pour la fratrie\u00a0: il faut un pourcentage et au moins une nature de prix.'
  if (cents && !cents.every((amount) => isAmount(amount, 0)))
    return 'Réduction pour la fratrie\u00a0: un montant ne peut pas être négatif.'
  if (bracketsDown && !bracketsDown.every((down) => Number.isInteger(down) && down >= 0 && down <= 29))
    return 'Réduction pour la fratrie\u00a0: un nombre de tranches va de 0 à 29.'
  if (!percents.every((percent) => percent >= 0 && percent <= 100))
    return 'Réduction pour la fratrie\u00a0: un pourcentage va de 0 à 100.'
  return percents.every((percent) => hasAtMostDecimals(percent, percentDecimals))
    ? undefined
    : 'Réduction pour la fratrie\u00a0: un pourcentage a deux décimales au plus.'
}

const refuseBundle = ({ label, bundle }: TariffLine): string | undefined =>
  !bundle || isWhole(bundle.from, 2, 500)
    ? undefined
    : `«\u00a0${label}\u00a0»\u00a0: le forfait commence à un nombre d’unités par mois, de 2 à 500.`

const refuseForfait = ({ label, count, bundle }: TariffLine): string | undefined => {
  if (count.per !== 'forfait') return undefined
  const { steps, absence, instalments = 1, deposit, span, by } = count
  const refuse = (sentence: string) => `«\u00a0${label}\u00a0»\u00a0: ${sentence}`
  if (steps.length === 0) return refuse('le forfait n’a aucun prix.')
  if (!steps.every(({ from }) => isWhole(from, 1, 366))) return refuse('un palier du forfait est un nombre de 1 à 366.')
  const twice = steps.find(({ from }, at) => steps.slice(0, at).some((before) => before.from >= from))
  if (twice) return refuse(`les paliers du forfait vont du plus petit au plus grand, chacun une fois (${twice.from}).`)
  if (!countsSteps(by) && (steps.length > 1 || steps[0]?.from !== 1))
    return refuse('ce forfait ne compte rien\u00a0: il n’a qu’un prix.')
  if (bundle) return refuse('un forfait ne peut pas en contenir un autre.')
  if (absence && !isWhole(absence.from, 1, 366)) return refuse('le nombre de jours d’absence va de 1 à 366.')
  if (absence && absence.cents !== null && !isAmount(absence.cents, 1))
    return refuse('ce qu’une absence ôte doit être supérieur à zéro.')
  if (!isWhole(instalments, 1, 12)) return refuse('un forfait se paie en 12 parts au plus.')
  if (instalments > 1 && (span === 'week' || span === 'month'))
    return refuse('un forfait de la semaine ou du mois se paie en une fois.')
  if (deposit && instalments > 1) return refuse('un acompte et des parts ne vont pas ensemble.')
  if (deposit && (!isAmount(deposit.cents, 1) || !isWhole(deposit.daysBefore, 0, 365)))
    return refuse('l’acompte a un montant, et une date de 0 à 365 jours avant le début.')
  return undefined
}

const refuseLatePickUp = ({ latePickUp, lines }: TariffVersion): string | undefined => {
  if (!latePickUp) return undefined
  const { label, free, part } = latePickUp
  if (label.trim() === '') return 'Le retard n’a pas de nom.'
  if (!isWhole(free, 0, 240)) return 'Retard\u00a0: les minutes offertes vont de 0 à 240.'
  if (part !== null && !isWhole(part, 1, 240)) return 'Retard\u00a0: une part commencée a de 1 à 240 minutes.'
  return lines.some(({ count }) => slotsOf(count).includes(lateCollectionSlot))
    ? 'Une ligne de la grille compte déjà le retard\u00a0: gardez l’une des deux.'
    : undefined
}

const refuseBeside = (beside: AttendanceSurcharges | undefined): string | undefined => {
  const { unbooked, untoldAbsence, lateBooking, lateCancellation: steps = [] } = beside ?? {}
  return (
    firstRefusal(
      [unbooked, untoldAbsence, lateBooking].filter((one) => one !== undefined),
      (one) => refuseSurcharge(one, 1000),
    ) ??
    firstRefusal(steps, ({ surcharge }) => refuseSurcharge(surcharge, 100)) ??
    refuseNotices(steps.map(({ notice }) => notice))
  )
}

const refuseSurcharge = (surcharge: Surcharge, mostPercent: number): string | undefined => {
  if ('cents' in surcharge)
    return isAmount(surcharge.cents, 1) ? undefined : 'Une majoration doit être supérieure à zéro.'
  if (!(surcharge.percent > 0 && surcharge.percent <= mostPercent))
    return `Une majoration va de 0 à ${mostPercent}\u00a0%.`
  return hasAtMostDecimals(surcharge.percent, percentDecimals) ? undefined : 'Une majoration a deux décimales au plus.'
}

const refuseNotices = (notices: readonly number[]): string | undefined => {
  if (notices.length === 0) return undefined
  if (!notices.every((notice) => isWhole(notice, 0, 365)))
    return 'Annulation hors délai\u00a0: un nombre de jours va de 0 à 365.'
  if (notices.some((notice, at) => at > 0 && notice >= (notices[at - 1] ?? 0)))
    return 'Annulation hors délai\u00a0: les jours vont du plus grand au plus petit, chacun une fois.'
  return notices.at(-1) === 0
    ? undefined
    : 'Annulation hors délai\u00a0: il manque ce qui reste dû au dernier moment, à partir de 0 jour.'
}

const refuseReduction = ({ from, cents, on }: QuantityReduction): string | undefined => {
  if (!isWhole(from, 2, 366)) return 'Réduction selon le nombre de jours\u00a0: elle commence à 2 jours au moins.'
  if (!isAmount(cents, 1)) return 'Réduction selon le nombre de jours\u00a0: le montant doit être supérieur à zéro.'
  return on.length > 0 ? undefined : 'Réduction selon le nombre de jours\u00a0: il faut au moins une nature de prix.'
}

const refuseLimit = ({ least, most }: PriceLimit): string | undefined => {
  if (least === null && most === null) return 'Un minimum ou un plafond n’a pas de montant.'
  if ((least !== null && !isAmount(least, 1)) || (most !== null && !isAmount(most, 1)))
    return 'Un minimum ou un plafond doit être supérieur à zéro.'
  return least !== null && most !== null && least > most ? 'Le minimum dépasse le plafond.' : undefined
}

const isWhole = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most

const refuseCondition = (when: PriceCondition): string | undefined => {
  const { rank, children, weekdays, dates, nth, days, category, scheme, group } = when
  if (Object.values(when).every((one) => one === undefined)) return 'Un prix de la grille ne dit pas pour qui il est.'
  if (category?.trim() === '') return 'Une condition de prix nomme une catégorie tarifaire sans nom.'
  if (scheme?.trim() === '') return 'Une condition de prix nomme un régime sans nom.'
  if (group?.trim() === '') return 'Une condition de prix nomme un groupe sans nom.'
  if (dates && dates.from > dates.to)
    return `«\u00a0${conditionText(when)}\u00a0»\u00a0: la date de fin est avant la date de début.`
  if (weekdays && !isRange(weekdays, 0, 7))
    return `«\u00a0${conditionText(when)}\u00a0»\u00a0: une semaine a de 0 à 7 jours.`
  return [rank, children, nth, days].every((range) => !range || isRange(range, 1, 366))
    ? undefined
    : `«\u00a0${conditionText(when)}\u00a0»\u00a0: les nombres vont de 1 à 366, le plus petit d’abord.`
}

const isRange = ({ from, to }: Range, least: number, most: number): boolean =>
  [from, to ?? from].every((value) => Number.isInteger(value) && value >= least && value <= most) &&
  from <= (to ?? from)

const refuseDeductions = (deductions: readonly Deduction[]): string | undefined => {
  const names = new Set<string>()
  for (const { label, cents, upTo, leaves, cap } of deductions) {
    if (label.trim() === '') return 'Une déduction n’a pas de nom.'
    if (names.has(label)) return `Deux déductions s’appellent «\u00a0${label}\u00a0».`
    names.add(label)
    if (!isAmount(cents, 1)) return `«\u00a0${label}\u00a0»\u00a0: le montant doit être supérieur à zéro.`
    if (!isAmount(leaves, 0)) return `«\u00a0${label}\u00a0»\u00a0: le reste à payer ne peut pas être négatif.`
    if (cap && !isAmount(cap.cents, 1)) return `«\u00a0${label}\u00a0»\u00a0: le plafond doit être supérieur à zéro.`
    if (upTo !== null && !(upTo >= 0))
      return `«\u00a0${label}\u00a0»\u00a0: le quotient limite ne peut pas être négatif.`
    if (upTo !== null && !hasAtMostDecimals(upTo, 2))
      return `«\u00a0${label}\u00a0»\u00a0: le quotient limite a deux décimales au plus.`
  }
  return undefined
}

const refuseMembership = (membership: Membership | undefined): string | undefined => {
  if (!membership) return undefined
  if (membership.label.trim() === '') return 'L’adhésion n’a pas de nom.'
  const { price } = membership
  if (price.method === 'together' || (price.method === 'cases' && price.otherwise === null))
    return 'L’adhésion doit avoir un prix pour tous les autres.'
  if (price.method === 'cases' && price.cases.some(({ when }) => when.group !== undefined))
    return 'L’adhésion ne dépend pas du groupe\u00a0: elle est due une fois, quelle que soit l’activité.'
  return undefined
}

const refusePrice = (label: string, price: UnitPrice, bracketCount: number): string | undefined => {
  const bases = basePricesOf(price)
  if (bases.length === 0) return `«\u00a0${label}\u00a0» n’a aucun prix.`
  if (price.method === 'cases') {
    const twice = price.cases.find(({ when }, at) =>
      price.cases.slice(0, at).some((before) => conditionText(before.when) === conditionText(when)),
    )
    if (twice) return `«\u00a0${label}\u00a0»\u00a0: deux prix sont pour le même cas (${conditionText(twice.when)}).`
  }
  return firstRefusal(bases, (base) => refuseBase(label, base, bracketCount)) ?? refuseTogether(label, price)
}

/** The next child may never make the whole cheaper: what it adds would be below zero. */
const refuseTogether = (label: string, price: UnitPrice): string | undefined => {
  if (price.method !== 'together') return undefined
  const falls = price.totals.some((total, at) => {
    const before = price.totals[at - 1]
    const [own, previous] = [amountsOf(total), before ? amountsOf(before) : []]
    return before && (total.method !== before.method || own.some((cents, place) => cents < (previous[place] ?? 0)))
  })
  return falls
    ? `«\u00a0${label}\u00a0»\u00a0: le prix de plusieurs enfants ensemble ne peut pas baisser quand il en vient un de plus.`
    : undefined
}

const refuseBase = (label: string, price: BasePrice, versionBrackets: number): string | undefined => {
  const own = price.method === 'bracket' ? price.brackets : undefined
  const bracketCount = own?.length ?? versionBrackets
  const badBrackets = own ? refuseBrackets(own) : undefined
  if (badBrackets) return `«\u00a0${label}\u00a0»\u00a0: ${badBrackets}`
  const { nonResident } = price
  const beyond =
    nonResident.rule === 'column' ? nonResident.cents : nonResident.rule === 'amount' ? [nonResident.cents] : []
  if (![...amountsOf(price), ...beyond].every((amount) => isAmount(amount, 0)))
    return `«\u00a0${label}\u00a0»\u00a0: un prix est un nombre entier de centimes, jamais négatif.`
  if (price.method === 'bracket' && (bracketCount === 0 || price.cents.length !== bracketCount)) {
    return `«\u00a0${label}\u00a0»\u00a0: il faut un prix pour chaque tranche.`
  }
  if (nonResident.rule === 'column') {
    const { length } = nonResident.cents
    if (length !== 1 && (!needsQuotient[price.method] || length !== bracketCount))
      return `«\u00a0${label}\u00a0»\u00a0: il faut un prix hors commune pour chaque tranche, ou un seul pour toutes.`
  }
  if (nonResident.rule === 'percent' && !(nonResident.percent >= 0))
    return `«\u00a0${label}\u00a0»\u00a0: la majoration hors commune ne peut pas être négative.`
  if (nonResident.rule === 'percent' && !hasAtMostDecimals(nonResident.percent, percentDecimals))
    return `«\u00a0${label}\u00a0»\u00a0: la majoration hors commune a deux décimales au plus.`
  if (price.method === 'effortRate') {
    if (!(price.percent > 0)) return `«\u00a0${label}\u00a0»\u00a0: le taux d’effort doit être supérieur à zéro.`
    if (!hasAtMostDecimals(price.percent, effortRateDecimals))
      return `«\u00a0${label}\u00a0»\u00a0: le taux d’effort a quatre décimales au plus.`
    if (price.floor > price.ceiling) return `«\u00a0${label}\u00a0»\u00a0: le minimum dépasse le maximum.`
  }
  return undefined
}

const amountsOf = (price: BasePrice): readonly Cents[] => {
  switch (price.method) {
    case 'fixed':
      return [price.cents]
    case 'bracket':
      return price.cents
    case 'effortRate':
      return [price.floor, price.ceiling]
  }
}

const duplicateCombination = (formulas: readonly Formula[]): string | undefined => {
  const seen = new Set<string>()
  for (const combination of formulas.flatMap(({ combinations }) => combinations)) {
    const key = combination.toSorted().join(' + ')
    if (seen.has(key)) return key
    seen.add(key)
  }
  return undefined
}
