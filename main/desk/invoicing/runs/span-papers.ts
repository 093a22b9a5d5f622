import { type Day, daysOfMonth, type Month, monthKey } from '../../../../shared/rules/calendar/day.ts'
import { chargesOf } from '../../../../shared/rules/money/charges.ts'
import { type Difference, differenceOf, type GiveBack } from '../../../../shared/rules/money/difference.ts'
import { creditLines, type JournalEntry, type PaperFacts } from '../../../../shared/rules/money/invoice.ts'
import { type Cents, formatEuros } from '../../../../shared/rules/money/money.ts'
import { type PayerUnit, payerDifference } from '../../../../shared/rules/money/payers.ts'
import { briefDay, briefDays, counted, listed } from '../../../../shared/rules/text/french.ts'
import type { NewLine } from '../papers/paper-lines.ts'
import type { OwedUnit, PricedSpan } from '../spans/spans.ts'
import { dayGroup, type StandingUnit, tariffOf } from '../spans/standing.ts'

/** The days that a run bills, and of which activities and régie. */
export type BillingScope = {
  readonly from: Day
  readonly to: Day
  /** Null for every activity. */
  readonly activityIds: readonly number[] | null
  /** Null or absent for every régie. */
  readonly regieId?: number | null | undefined
}

/** The papers that bill the difference of a span: an invoice, and a credit note for each invoice that gives back. */
export type SpanPapers = {
  readonly invoice: { readonly lines: readonly NewLine[]; readonly totalCents: Cents } | null
  readonly notes: readonly NewNote[]
  readonly journal: readonly JournalEntry[]
  readonly remarks: PaperFacts['remarks']
}

export type NewNote = {
  readonly invoiceId: number
  readonly lines: readonly NewLine[]
  /** Negative. */
  readonly totalCents: Cents
  /** « 2 jours rendus : mer. 9 déc., mer. 16 déc. » */
  readonly label: string
  readonly journal: readonly JournalEntry[]
}

/** By cell that issued lines name: its day, and the invoice that bills it now. */
export type BilledCells = ReadonlyMap<number, { readonly day: Day; readonly billedBy: number | null }>

/**
 * The difference of a span within the scope of a run; without a scope, all of it.
 * @param left what earlier credit notes of this run leave of each invoice
 * @param billsFree whether a month that was never billed and costs nothing has an invoice of 0,00 €
 */
export const differenceFor = (
  span: PricedSpan,
  { scope, left, billsFree }: { scope: BillingScope | null; left: ReadonlyMap<number, Cents>; billsFree: boolean },
): Difference<OwedUnit> => {
  const { owed, standing, isOpen } = span
  const isTaken = scope ? takenBy(span, scope) : () => true
  const difference = differenceOf<OwedUnit>(owed, standing, left, (group) => isOpen(group) && isTaken(group))
  const isFree = standing.length === 0 && isNothing(difference)
  return billsFree && isFree ? { ...difference, added: owed.filter(({ group }) => isTaken(group)) } : difference
}

export const isNothing = ({ added, givenBack, unplacedCents }: Difference<OwedUnit>): boolean =>
  added.length === 0 && givenBack.length === 0 && unplacedCents === 0

/**
 * Whether a run takes a group. For its own months: the days that it bills, and memberships and minimums if it reaches
 * the end of the month. For earlier months: everything. For any month: what stands billed already.
 */
const takenBy = (span: PricedSpan, scope: BillingScope) => {
  const { month, owed, standing, pricedWith } = span
  const isInRun = coversDay(span, scope)
  const stands = new Set(standing.map(({ group }) => group))
  const byGroup = new Map([...owed, ...standing].map((unit) => [unit.group, unit]))
  const tariffs = scope.activityIds && new Set(scope.activityIds.map((id) => tariffOf(pricedWith.book, id)?.id))
  return (group: string): boolean => {
    const unit = byGroup.get(group)
    if (!unit) return false
    if (!unit.basis.minimum && !unit.basis.membership && !unit.lessensMonth)
      return isInRun(unit) || (stands.has(group) && coversActivity(scope, unit))
    if (tariffs && !tariffs.has(tariffOf(pricedWith.book, unit.activityId)?.id)) return false
    return month > monthKey(scope.to) ? stands.has(group) : daysOfMonth(month).to <= scope.to
  }
}

/** Whether a run takes everything that a month owes. */
export const takesWholeMonth = ({ from, to, activityIds }: BillingScope, month: Month): boolean => {
  const days = daysOfMonth(month)
  return activityIds === null && days.to <= to && (from <= days.from || month < monthKey(from))
}

type OfDay = { readonly activityId: number | null; readonly day: Day }

const coversActivity = ({ activityIds }: BillingScope, { activityId }: Pick<OfDay, 'activityId'>): boolean =>
  activityIds === null || (activityId !== null && activityIds.includes(activityId))

const coversDay =
  ({ month }: PricedSpan, scope: BillingScope) =>
  (unit: OfDay): boolean =>
    coversActivity(scope, unit) && (month < monthKey(scope.from) || (scope.from <= unit.day && unit.day <= scope.to))

/**
 * What a run adds to the parts of third parties in the act that issues the home's papers: units that are missing, and
 * the opposite of units no longer owed. Nothing for a span with an error.
 * @param scope null for the whole span
 */
export const payerUnitsFor = (span: PricedSpan, scope: BillingScope | null): PayerUnit[] => {
  const { payers, priced } = span
  if (priced.errors.length > 0) return []
  const isInRun = scope ? coversDay(span, scope) : () => true
  const stands = new Set(payers.standing.map((unit) => dayGroup(unit)))
  return payerDifference(payers.owed, payers.standing).filter(
    (unit) => isInRun(unit) || (scope && stands.has(dayGroup(unit)) && coversActivity(scope, unit)),
  )
}

/** The papers of a home that owes nothing new: none. Its draft only records what third parties owe, more or less. */
export const withoutPaper = (payers: readonly PayerUnit[]): SpanPapers => {
  const sums = Map.groupBy(payers, ({ label }) => label)
  const shares = [...sums].map(
    ([label, units]) => `${label} ${formatEuros(units.reduce((sum, { cents }) => sum + cents, 0))}`,
  )
  const sentence = `La famille n’a rien à payer\u00a0: ${listed(shares)}.`
  return { invoice: { lines: [], totalCents: 0 }, notes: [], journal: [{ level: 'note', sentence }], remarks: [] }
}

/**
 * The papers of a difference. For a span with an error, nothing is billed or given back.
 * @param billed the cells that the lines to give back name
 */
export const papersOf = (
  span: PricedSpan,
  scope: BillingScope,
  { added, givenBack, unplacedCents }: Difference<OwedUnit>,
  billed: BilledCells,
): SpanPapers => {
  const isInRun = coversDay(span, scope)
  const errors = [
    ...span.priced.errors
      .filter(({ days, activityId }) => days.some((day) => isInRun({ activityId, day })))
      .map((error): JournalEntry => ({ level: 'error', ...causeOf(error) })),
    ...(unplacedCents > 0 ? [{ level: 'error' as const, sentence: unplacedText }] : []),
  ]
  if (errors.length > 0) return { invoice: { lines: [], totalCents: 0 }, notes: [], journal: errors, remarks: [] }
  const lessenedBy = minimumOnNote(added, givenBack)
  const notes = [...Map.groupBy(givenBack, ({ paperId }) => paperId)].map(([invoiceId, parts]) =>
    noteOf(span, invoiceId, { parts, kept: lessenedBy?.paperId === invoiceId ? added : [] }, billed),
  )
  const released = new Set(notes.flatMap(({ lines }) => lines.flatMap(({ reservationIds }) => reservationIds)))
  const lines = lessenedBy ? [] : invoiceLines(span, added, released)
  const concerns = billedDays(added)
  const warnings = span.priced.warnings
    .filter(({ days, ...of }) => days.some((day) => concerns.has(dayGroup({ ...of, day }))))
    .map((warning): JournalEntry => ({ level: 'warning', ...causeOf(warning) }))
  const isFirst = span.standing.length === 0
  const journal: JournalEntry[] = [
    ...warnings,
    ...(wasForgotten(span) ? [{ level: 'warning' as const, sentence: forgottenText }] : []),
  ]
  return {
    invoice: lines.length === 0 ? null : { lines, totalCents: sumOf(lines) },
    notes,
    // Two children in the same activity cause the same sentence: keep it once.
    journal: [...new Map(journal.map((entry) => [entry.sentence, entry])).values()],
    remarks: span.priced.remarks
      .filter(({ day, ...of }) => concerns.has(dayGroup({ ...of, day })) || (isFirst && isInRun({ ...of, day })))
      .map(({ childId, activityId, text, aid, isOfHome = false }) => ({
        childId: isOfHome ? null : childId,
        activityId,
        text,
        ...(aid && { aid }),
      })),
  }
}

/**
 * Whether the first version should have billed the difference together with days that it billed: then nothing in the
 * span has changed since.
 */
export const wasForgotten = ({ cells, lines, standing, difference: { added, givenBack } }: PricedSpan): boolean => {
  const stands = new Set(standing.map(({ group }) => group))
  const ofFirstVersion = new Set(lines.flatMap(({ paperId, sealVersion }) => (sealVersion === 1 ? [paperId] : [])))
  const billed = new Set(cells.flatMap(({ id, billedBy }) => (billedBy === null ? [] : [id])))
  return (
    added.length > 0 &&
    givenBack.length === 0 &&
    standing.length > 0 &&
    standing.every(({ paperId }) => ofFirstVersion.has(paperId)) &&
    added.every(
      (unit) =>
        unit.basis.freeLine === undefined &&
        !stands.has(unit.group) &&
        (unit.isAmount || unit.cells.every((id) => billed.has(id))),
    )
  )
}

const minimumStaysDue = (cents: Cents): JournalEntry => ({
  level: 'note',
  sentence: `Le minimum du mois reste dû\u00a0: l’avoir est diminué de ${formatEuros(cents)}.`,
})

const unplacedText = 'L’avoir dépasserait les factures de ce mois\u00a0: corrigez à la main.'
const forgottenText =
  'Oubli d’une facture d’avant la mise à jour\u00a0: cette somme était due avec des jours déjà facturés.'

const causeOf = ({ kind, text, activityId, days: [day] }: PriceWarningOrError) => ({
  cause: kind,
  sentence: text,
  activityId,
  ...(day && { day }),
})

type PriceWarningOrError = PricedSpan['priced']['warnings' | 'errors'][number]

const billedDays = (units: readonly OwedUnit[]): ReadonlySet<string> => new Set(units.map((unit) => dayGroup(unit)))

const sumOf = (lines: readonly { readonly totalCents: Cents }[]): Cents =>
  lines.reduce((sum, { totalCents }) => sum + totalCents, 0)

/**
 * The lines of the invoice. A line names the cells that no other paper bills: they were never billed, or were given
 * back.
 */
const invoiceLines = ({ cells }: PricedSpan, added: readonly OwedUnit[], released: ReadonlySet<number>): NewLine[] => {
  const taken = new Set(cells.flatMap(({ id, billedBy }) => (billedBy === null || released.has(id) ? [] : [id])))
  return chargesOf(added.map(asPrinted)).map(({ cellsOfUnits, ...line }, position) => ({
    ...line,
    position,
    reservationIds: [...new Set(cellsOfUnits.flat())].filter((id) => !taken.has(id)),
  }))
}

/** The lines that would bill these units; they name no cell, since nothing is billed yet. */
export const quotedLines = (added: readonly OwedUnit[]): NewLine[] =>
  chargesOf(added.map(asPrinted)).map((charge, position) => {
    const { cellsOfUnits: _, ...line } = charge
    return { ...line, position, reservationIds: [] }
  })

/** How a unit that is not simply a price is printed on its line. */
const asPrinted = (unit: OwedUnit): OwedUnit => {
  if (unit.isGivenUp)
    return { ...unit, explanation: `prix abandonné par un avoir → ${formatEuros(unit.cents)}`, cells: [] }
  if (unit.lessensMonth) return unit.cents < 0 ? unit : { ...unit, explanation: takenElsewhereText }
  const settlesDay = unit.isAmount && !unit.basis.minimum && unit.basis.membership === undefined
  return settlesDay ? { ...unit, ...settlement(unit), cells: [] } : unit
}

/** The explanation of a line that takes back the reduction of a free line below zero. */
const takenElsewhereText = 'repris\u00a0: ce mois doit moins, ou un autre mois le déduit'

const settlement = ({ day, basis }: OwedUnit) => ({
  label: `Régularisation du ${briefDay(day)}`,
  explanation: '',
  basis: { ...basis, settlesDay: true as const },
})

/**
 * When the days given back leave a month below its minimum and there is nothing else to bill, finds the credit note
 * that gives back less, by what is missing to the minimum: no invoice has to ask for it.
 */
const minimumOnNote = (
  added: readonly OwedUnit[],
  givenBack: readonly GiveBack<OwedUnit>[],
): { readonly paperId: number } | undefined => {
  if (added.length === 0 || added.some(({ basis }) => !basis.minimum)) return undefined
  const asked = centsOf(added)
  const sums = [...Map.groupBy(givenBack, ({ paperId }) => paperId)].map(([paperId, parts]) => ({
    paperId,
    cents: centsOf(parts),
  }))
  return sums.findLast(({ cents }) => cents > asked)
}

const centsOf = (units: readonly { readonly cents: Cents }[]): Cents => units.reduce((sum, { cents }) => sum + cents, 0)

const noteOf = (
  span: PricedSpan,
  invoiceId: number,
  { parts, kept }: { readonly parts: readonly GiveBack<OwedUnit>[]; readonly kept: readonly OwedUnit[] },
  billed: BilledCells,
): NewNote => {
  const lineById = new Map(span.lines.flatMap((line) => (line.kind === 'invoice' ? [[line.id, line]] : [])))
  const isReleased = releasedBy(span, invoiceId, parts, billed)
  const lines = [...Map.groupBy(parts, ({ unit, paperId }) => (unit.paperId === paperId ? unit.lineId : null))].flatMap(
    ([lineId, ofLine]) => {
      const corrected = lineById.get(lineId ?? 0)
      const units = ofLine.map(({ unit, cents }) =>
        cents === unit.cents || unit.isAmount ? { ...unit, cents } : { ...unit, ...settlement(unit), cents },
      )
      return creditLines(chargesOf(units)).map((credited) => {
        const { cellsOfUnits: _, ...line } = credited
        const days = new Set(line.days)
        return {
          ...line,
          correctsLineId: corrected?.id ?? null,
          reservationIds: (corrected?.reservationIds ?? []).filter((id) => {
            const day = billed.get(id)?.day
            return day !== undefined && days.has(day) && isReleased(id)
          }),
        }
      })
    },
  )
  const stillAsked = chargesOf(kept).map((charge) => {
    const { cellsOfUnits: _, ...line } = charge
    return { ...line, correctsLineId: null, reservationIds: [] }
  })
  const all = [...lines, ...stillAsked].map((line, position) => ({ ...line, position }))
  return {
    invoiceId,
    lines: all,
    totalCents: sumOf(all),
    label: givenBackText(parts.map(({ unit }) => unit)),
    journal: kept.length > 0 ? [minimumStaysDue(centsOf(kept))] : [],
  }
}

/**
 * Whether a credit note releases a cell that a line names, so that it can be billed again: the invoice bills the cell,
 * and keeps no other unit of it that day.
 */
const releasedBy = (
  { standing, lines, owed }: PricedSpan,
  invoiceId: number,
  parts: readonly GiveBack<OwedUnit>[],
  billed: BilledCells,
) => {
  const givenBack = new Set<StandingUnit>(parts.map(({ unit }) => unit))
  const keptUnits = standing.filter((unit) => unit.paperId === invoiceId && unit.cents > 0 && !givenBack.has(unit))
  const daysKept = Map.groupBy(keptUnits, ({ lineId }) => lineId)
  const givenLines = new Set(parts.map(({ unit }) => unit.lineId))
  const stillOwed = new Set(owed.flatMap(({ cells }) => cells))
  const namedBy = (id: number, day: Day) =>
    lines.filter(
      (line) =>
        line.paperId === invoiceId &&
        line.reservationIds.includes(id) &&
        daysKept.get(line.id)?.some((unit) => unit.day === day),
    )
  return (id: number): boolean => {
    const cell = billed.get(id)
    if (cell?.billedBy !== invoiceId) return false
    const keepers = namedBy(id, cell.day)
    // When two slots at the same price share a line, the one given back is the one that is no longer owed.
    return keepers.every((line) => givenLines.has(line.id) && !stillOwed.has(id))
  }
}

const isOfDay = ({ basis }: StandingUnit): boolean => !basis.minimum && !basis.membership && !basis.takesOff

/** « 2 jours rendus : mer. 9 déc., mer. 16 déc. et minimum de facturation » */
const givenBackText = (units: readonly StandingUnit[]): string => {
  const days = new Set(units.filter(isOfDay).map(({ day }) => day))
  const labels = new Set(units.filter((unit) => !isOfDay(unit)).map(({ label }) => label.toLocaleLowerCase('fr')))
  const daysText = `${counted(days.size, 'jour rendu', 'jours rendus')}\u00a0: ${briefDays([...days])}`
  return listed([...(days.size > 0 ? [daysText] : []), ...labels])
}
