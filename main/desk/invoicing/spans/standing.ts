import { type Day, monthKey } from '../../../../shared/rules/calendar/day.ts'
import type { ChargeUnit, Concerned } from '../../../../shared/rules/money/charges.ts'
import type { GivenUp, Standing, Unit } from '../../../../shared/rules/money/difference.ts'
import { freeLineGroup } from '../../../../shared/rules/money/free-lines.ts'
import type { Cents } from '../../../../shared/rules/money/money.ts'
import { firstRegieId } from '../../../../shared/rules/money/regie.ts'
import { yearAccount } from '../../../../shared/rules/price/span-price.ts'
import { versionOn, yearStart } from '../../../../shared/rules/price/tariff.ts'
import type { PriceBook } from '../../prices/prices.ts'
import type { GiveUpRow, IssuedLine } from './spans-store.ts'

/** A unit of a charge, with the group in which the difference compares it. */
export type SpanUnit = ChargeUnit<Concerned> &
  Unit & {
    /** The régie that collects it, when its activity does not tell. */
    readonly regieId?: number
  }
export type StandingUnit = Standing<SpanUnit>

type OfGroup = Concerned & { readonly day: Day }

/** The units of one child, activity and day form a group. */
export const dayGroup = ({ childId, activityId, day }: OfGroup): string => `${childId} ${activityId} ${day}`

/** The minimum of a tariff in a month is a group of its own. */
const minimumGroup = (book: PriceBook, { activityId, day }: OfGroup): string =>
  `minimum ${tariffOf(book, activityId)?.id} ${monthKey(day)}`

/** The membership of a year is a group: the account from which months take it. */
const membershipGroup = (book: PriceBook, { childId, activityId, day }: OfGroup, start: Day): string => {
  const tariff = tariffOf(book, activityId)
  const isOfHome = tariff && versionOn(tariff, day)?.membership?.per === 'family'
  return yearAccount({ kind: 'membership', tariffId: `${tariff?.id}`, childId: isOfHome ? null : childId }, start)
}

export const tariffOf = (book: PriceBook, activityId: number | null) =>
  (activityId === null ? undefined : book.activities.get(activityId))?.tariff ?? null

/** The unit with its group: the units that the difference compares with each other. */
export const inGroup = (book: PriceBook, unit: ChargeUnit<Concerned>): SpanUnit => {
  const { freeLine } = unit.basis
  if (freeLine !== undefined) {
    const takesOff = { isAmount: true, lessensMonth: true } as const
    return { ...unit, group: freeLineGroup(freeLine), ...(unit.basis.takesOff && takesOff) }
  }
  if (unit.basis.minimum) return { ...unit, group: minimumGroup(book, unit), isAmount: true }
  if (unit.basis.membership)
    return { ...unit, group: membershipGroup(book, unit, unit.basis.membership), isAmount: true }
  return { ...unit, group: dayGroup(unit), ...(unit.basis.settlesDay && { isAmount: true }) }
}

/**
 * What a give-up takes off what is owed, as units. A given-up membership counts for its whole year: it is taken off
 * whichever month owes it.
 */
export const givenUpBy = (book: PriceBook, row: Omit<GiveUpRow, 'id' | 'actId'>): GivenUp[] =>
  row.days.map((day) => {
    const of = { ...row, day }
    const tariff = tariffOf(book, row.activityId)
    const year = (tariff && versionOn(tariff, day)?.membership?.year) ?? 'school'
    const groups = {
      days: () => dayGroup(of),
      minimum: () => minimumGroup(book, of),
      membership: () => membershipGroup(book, of, yearStart(year, day)),
    }
    return { group: groups[row.kind](), label: row.product, cents: row.unitCents }
  })

/**
 * What issued invoices bill and no credit note took back, as units, in the order of issue. A unit that a credit note
 * gave up for good stays, with a negative unit beside it.
 * @param lines as `issuedLines` returns them: invoices in the order of issue, then their credit notes
 */
export const standingOf = (
  lines: readonly IssuedLine[],
  groupOf: (unit: ChargeUnit<Concerned>) => SpanUnit,
): StandingUnit[] => {
  const invoiced = lines.filter(({ kind }) => kind === 'invoice')
  const standing = invoiced.flatMap((line) =>
    unitsOfLine(line).map((unit) => ({ ...groupOf(unit), paperId: line.paperId, lineId: line.id })),
  )
  const byKey = Map.groupBy(standing, unitKey)
  const takenBack = new Set<StandingUnit>()
  const beside: StandingUnit[] = []
  const correctedBy = correctedLines(invoiced)
  for (const note of notesOf(lines)) {
    const isForGood = givesUp(note)
    for (const line of note) {
      const corrected = correctedBy(line)
      for (const unit of unitsOfLine(line)) {
        // A credit note of the first version that gave up a membership does not say that it is one: the corrected line
        // does.
        const inGroup = groupOf(corrected ? { ...unit, basis: corrected.basis } : unit)
        const added = { ...inGroup, paperId: line.correctsId ?? line.paperId, lineId: corrected?.id ?? line.id }
        const same = byKey.get(unitKey({ ...added, cents: 0 - added.cents }))?.find((one) => !takenBack.has(one))
        if (same && !(isForGood && isGivenUp(line))) takenBack.add(same)
        else beside.push(added)
      }
    }
  }
  return [...standing.filter((unit) => !takenBack.has(unit)), ...beside]
}

/** What credit notes have not taken back yet, by invoice, in the order of issue. */
export const leftOf = (lines: readonly IssuedLine[]): Map<number, Cents> => {
  const left = new Map<number, Cents>()
  for (const { paperId, correctsId, totalCents } of lines) {
    const id = correctsId ?? paperId
    left.set(id, (left.get(id) ?? 0) + totalCents)
  }
  return left
}

/** Lines of credit notes of the first version that gave up a price for good, with the line that they correct. */
export const linesGivenUp = (
  lines: readonly IssuedLine[],
): { readonly line: IssuedLine; readonly corrected: IssuedLine | undefined }[] => {
  const correctedBy = correctedLines(lines.filter(({ kind }) => kind === 'invoice'))
  return notesOf(lines)
    .filter(givesUp)
    .flatMap((note) => note.filter(isGivenUp).map((line) => ({ line, corrected: correctedBy(line) })))
}

export const unitsOfLine = (line: IssuedLine): ChargeUnit<Concerned>[] => {
  const { childId, activityId, label, unit, fiscal, explanation, basis, unitCents, quantity, days } = line
  const cents = Math.sign(quantity) * unitCents
  return days.map((day) => ({ childId, activityId, label, unit, fiscal, explanation, basis, day, cents, cells: [] }))
}

const unitKey = ({ lineId, day, cents }: StandingUnit): string => `${lineId} ${day} ${cents}`

const notesOf = (lines: readonly IssuedLine[]): IssuedLine[][] => [
  ...Map.groupBy(
    lines.filter(({ kind }) => kind === 'creditNote'),
    ({ paperId }) => paperId,
  ).values(),
]

/** Finds the invoiced line that a line of a credit note takes back, since the first version did not record it. */
const correctedLines = (invoiced: readonly IssuedLine[]) => {
  const byId = new Map(invoiced.map((line) => [line.id, line]))
  const byProduct = new Map(invoiced.map((line) => [productKey(line, line.paperId), line]))
  return (line: IssuedLine): IssuedLine | undefined =>
    line.correctsLineId === null ? byProduct.get(productKey(line, line.correctsId)) : byId.get(line.correctsLineId)
}

const productKey = (
  { childId, activityId, label, unitCents, explanation, basis }: IssuedLine,
  paperId: number | null,
): string => [paperId, childId, activityId, label, unitCents, explanation, basis.freeLine].join('|')

/**
 * Whether a credit note is « définitif ». The first version recorded no give-up: such a note, made by hand, named no
 * cells except those of late cancellations.
 */
const givesUp = (note: readonly IssuedLine[]): boolean =>
  note.some(({ isGivenUp: hasRow }) => hasRow) ||
  note.every(
    ({ sealVersion, runId, reservationIds, basis }) =>
      sealVersion === 1 && runId === null && (reservationIds.length === 0 || basis.lateCancellation),
  )

/**
 * Whether a line of a « définitif » note gives up its price. On a note of the first version it does not for a late
 * cancellation, whose fee the note set to nothing, and for a membership, which is billed again.
 */
const isGivenUp = ({ sealVersion, basis }: IssuedLine): boolean =>
  sealVersion > 1 || (!basis.lateCancellation && !basis.membership)

/** What is needed to find the régie of a unit. */
export type Collected = Pick<SpanUnit, 'activityId'> & { readonly group?: string; readonly regieId?: number }

/** The régie that issued a paper. */
export const regieOfPapers = ({ lines }: { readonly lines: readonly IssuedLine[] }): ((paperId: number) => number) => {
  const regies = new Map(lines.map(({ paperId, regieId }) => [paperId, regieId]))
  return (paperId) => regies.get(paperId) ?? firstRegieId
}

/**
 * Finds the régie of a unit: the one that billed its group or its activity in this month, else the one that collects
 * for the activity today. So when an activity moves to another régie, only the months not billed yet move with it.
 */
export const regieOfUnits = (
  { standing }: { readonly standing: readonly StandingUnit[] },
  billedBy: (paperId: number) => number,
  regieOfActivity: (activityId: number) => number,
): ((unit: Collected) => number) => {
  const byGroup = new Map(standing.map(({ group, paperId }) => [group, billedBy(paperId)]))
  const byActivity = new Map(standing.map(({ activityId, paperId }) => [activityId, billedBy(paperId)]))
  return ({ group = '', activityId, regieId }) =>
    byGroup.get(group) ??
    regieId ??
    (activityId === null ? undefined : (byActivity.get(activityId) ?? regieOfActivity(activityId))) ??
    firstRegieId
}
