import { ascending, inChunks } from '../../../shared/collections.ts'
import type { ClosedSpan, ClosingEffects } from '../../../shared/contract/desk/year.ts'
import { addDays, type Day, daysFrom, today } from '../../../shared/rules/calendar/day.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import type { Store } from '../../store/store.ts'
import {
  activityOf,
  closeOpenings,
  type OpeningRow,
  openingsToClose,
  periodsOf,
  reopenOpenings,
  shownWith,
} from '../activities/activities.ts'
import { type Core, type Person, Refused } from '../core.ts'
import type { LongWorkTools } from '../progress.ts'
import { type CellRow, cellsOfOpenings, writeCellsEmptied } from '../reservations/reservations.ts'
import { chunkSize, inOneAct } from './in-one-act.ts'
import { billedCents, type ClosedOpening, closedOpenings, familiesToNotify, openingsOfClosing } from './year-store.ts'

type ClosingInput = { readonly from: Day; readonly to: Day; readonly activityIds: readonly number[] | null }

/** Previews what closing these days would affect. Writes nothing. */
export const previewClosing = ({ store }: Core, days: ClosingInput): ClosingEffects => {
  refuseBadDays(days)
  const openings = openingsToClose(store, closingOf(store, days))
  const { freed: cells, marked } = cellsOfOpenings(store, openings)
  const billed = cells.filter(({ held, billedBy }) => held === 'confirmed' && billedBy !== null)
  const periods = new Map(periodsOf(store).map((one) => [one.id, one]))
  const leadOfPeriod = ({ periodId }: { readonly periodId: number }) => periods.get(periodId)?.leadId ?? 0
  const cellsOfActivity = Map.groupBy(cells, leadOfPeriod)
  return {
    days: new Set(openings.map(({ day }) => day)).size,
    activities: [...Map.groupBy(openings, leadOfPeriod)].map(([activityId, own]) => ({
      activityId,
      activity: activityOf(store, activityId).name,
      openings: own.length,
      ...countsOf(cellsOfActivity.get(activityId) ?? []),
    })),
    ...totals(cells),
    families: familiesToNotify(
      store,
      cells.map(({ registrationId }) => registrationId),
    ),
    marked: new Set(marked.map(({ registrationId }) => registrationId)).size,
    billed: billed.length,
    creditCents: billedCents(
      store,
      billed.map(({ id }) => id),
    ),
  }
}

const count = (cells: readonly CellRow[], is: (cell: CellRow) => boolean): number => cells.filter(is).length

const countsOf = (cells: readonly CellRow[]) => ({
  confirmed: count(cells, ({ held }) => held === 'confirmed'),
  cancelAsked: count(cells, ({ held, ask }) => held === 'confirmed' && ask === 'cancel'),
  requested: count(cells, ({ held, ask }) => held === 'none' && ask === 'book'),
  waiting: count(cells, ({ held }) => held === 'waitlisted'),
})

const totals = (cells: readonly CellRow[]) => {
  const { confirmed, requested, waiting } = countsOf(cells)
  return { confirmed, requested, waiting }
}

/** Upper limit in days: a whole year is closed by ending its periods, not day by day. */
const maxDays = 62

const refuseBadDays = ({ from, to, activityIds }: ClosingInput): void => {
  if (to < from) throw new Refused('La date de fin vient avant la date de début.', 'to')
  if (daysFrom(from, to) > maxDays) throw new Refused('Deux mois au plus à la fois\u00a0: vérifiez les dates.', 'to')
  if (activityIds?.length === 0) throw new Refused('Choisissez au moins une activité.', 'activityIds')
}

const closingOf = (store: Store, { from, to, activityIds }: ClosingInput) => {
  const closed = activityIds && new Set(shownWith(store, activityIds))
  return {
    from,
    to,
    periodIds: closed
      ? periodsOf(store).flatMap(({ id, activityId }) => (closed.has(activityId) ? [id] : []))
      : undefined,
  }
}

/** Closes days for everyone as one act: bookings end, ranks are removed, demandes are answered. */
export const closeForAll = async (
  core: Core,
  person: Person,
  input: ClosingInput & { readonly reason: string; readonly charged: boolean },
  work: LongWorkTools,
) => {
  refuseBadDays(input)
  const { store } = core
  const closing = closingOf(store, input)
  const closed: OpeningRow[] = []
  let freed: readonly CellRow[] = []
  return inOneAct(
    core,
    person,
    { kind: 'year.close', label: `Fermeture, ${spanText(input)}\u00a0: ${input.reason}` },
    work,
    async (slices) => {
      const places = [
        ...new Map(
          openingsToClose(store, closing).map(({ periodId, day }) => [`${periodId} ${day}`, { periodId, day }]),
        ).values(),
      ]
      if (places.length === 0) throw new Refused('Rien n’est ouvert ces jours-là.', 'from')
      // Close the days first, so that nobody can book them, then empty their cells.
      await slices(places, (write, { periodId, day }) => {
        const { reason } = input
        closed.push(...closeOpenings(store, write, { from: day, to: day, periodIds: [periodId], reason }))
      })
      freed = cellsOfOpenings(store, closed).freed
      const parts = [...Map.groupBy(freed, ({ periodId, day }) => `${periodId} ${day}`).values()].flatMap((own) =>
        inChunks(own, cellsPerSlice),
      )
      await slices(parts, (write, part) => {
        writeCellsEmptied(store, write, part, input)
      })
    },
    () => {
      const { confirmed, waiting } = totals(freed)
      const families = familiesToNotify(
        store,
        freed.map(({ registrationId }) => registrationId),
      )
      return { openings: closed.length, bookings: confirmed, waiting, families: families.length }
    },
  )
}

/** Cells in a slice of at most 20 ms: each cell costs a move and its history. */
const cellsPerSlice = 10

const spanText = ({ from, to }: Pick<ClosingInput, 'from' | 'to'>): string =>
  from === to ? shortDay(from) : `${shortDay(from)} → ${shortDay(to)}`

/** Future closings: days close to each other, closed for one reason, form one closing. */
export const listClosings = ({ store, clock }: Core): ClosedSpan[] => {
  const byReason = Map.groupBy(closedOpenings(store, today(clock), null), ({ reason }) => reason)
  return [...byReason.values()]
    .flatMap(inSpans)
    .map(
      (own): ClosedSpan => ({
        from: own[0]?.day ?? today(clock),
        to: own.at(-1)?.day ?? today(clock),
        reason: own[0]?.reason ?? '',
        activities: [
          ...new Map(own.map(({ activityId, activity }) => [activityId, { activityId, name: activity }])).values(),
        ],
        openings: own.length,
      }),
    )
    .toSorted(ascending(({ from }) => from))
}

/** A gap of a week-end or a public holiday does not split a closing. */
const maxGapDays = 4

const inSpans = (openings: readonly ClosedOpening[]): ClosedOpening[][] => {
  const rows: ClosedOpening[][] = []
  for (const one of openings) {
    const last = rows.at(-1)?.at(-1)
    if (last && one.day <= addDays(last.day, maxGapDays)) rows.at(-1)?.push(one)
    else rows.push([one])
  }
  return rows
}

/** Opens closed days again, with nothing booked: freed bookings are not restored. */
export const reopenForAll = async (
  core: Core,
  person: Person,
  input: ClosingInput & { readonly reason: string },
  work: LongWorkTools,
): Promise<{ openings: number; actId: number }> => {
  refuseBadDays(input)
  const { store } = core
  const found = openingsOfClosing(store, input)
  if (found.length === 0) throw new Refused('Ces jours sont déjà ouverts.', 'from')
  return inOneAct(
    core,
    person,
    { kind: 'year.reopen', label: `Réouverture, ${spanText(input)}` },
    work,
    (slices) =>
      slices(inChunks(found, chunkSize), (write, part) =>
        reopenOpenings(
          write,
          part.map(({ id }) => id),
        ),
      ),
    () => ({ openings: found.length }),
  )
}
