import { extname, join } from 'node:path'
import { inChunks } from '../../../shared/collections.ts'
import type { CompareInput, Comparison } from '../../../shared/contract/desk/money/prices.ts'
import { type Day, monthKey, today } from '../../../shared/rules/calendar/day.ts'
import { alphabetically } from '../../../shared/rules/people/names.ts'
import { asksRegistrations } from '../../../shared/rules/price/tariff.ts'
import { refuseTariff } from '../../../shared/rules/price/tariff-refusals.ts'
import {
  type Compared,
  type ComparedHome,
  createComparer,
  createComparison,
} from '../../../shared/rules/price/trying/tariff-comparison.ts'
import { answersAhead, answersInTurns, type BatchReader } from '../../store/reading-thread.ts'
import type { Store } from '../../store/store.ts'
import { familiesToBill } from '../attendance/attendance.ts'
import { type Core, Refused } from '../core.ts'
import { familyRows } from '../families/families.ts'
import { isForThread, type PricingTools } from '../progress.ts'
import { hasAids } from './aids-store.ts'
import { inForceOn, mostBrackets } from './brackets.ts'
import { readHomesToPrice } from './homes-to-price.ts'
import { currentBook } from './prices.ts'
import { allAttachments, allTariffs } from './prices-store.ts'
import { activitiesAt, refuseMissingGroups } from './versions.ts'

/*
 * « Comparer »: what the booked and attended days of a year cost under two sets of tariffs, computed by the functions
 * of a run. Writes nothing.
 */

const monthsOfYear = 12

/** Homes priced by another thread before it answers. */
const homesPerAnswer = 12

export const compareTariffs = async (
  { store }: Core,
  input: CompareInput,
  tools: PricingTools,
): Promise<Comparison> => {
  if (input.from > input.to) throw new Refused('La date de fin est avant la date de début.', 'to')
  const topic = topicOf(store, input)
  const homes = familiesToBill(store, topic.days)
  const isInThread = isForThread(store, homes.length * monthsOfYear, tools)
  const batches = inChunks(homes, isInThread ? homesPerAnswer : 1)
  const answers = (isInThread ? answersAhead : answersInTurns)(store, comparisonReader, { topic, batches })
  const found = createComparison()
  const names = new Map<number, { readonly name: string; readonly guardians: string }>()
  let done = 0
  for await (const answer of answers) {
    tools.signal.throwIfAborted()
    for (const { home, name, guardians } of answer.homes) {
      found.add(home)
      names.set(home.familyId, { name, guardians })
    }
    tools.onProgress((done += answer.read), homes.length)
  }
  const { activities, homes: compared, ...result } = found.result(topic.compared)
  const named = currentBook(store).activities
  return {
    ...result,
    activities: activities
      .map(({ activityId, ...group }) => ({ activity: named.get(activityId)?.name ?? '', ...group }))
      .toSorted((one, other) => alphabetically(one.activity, other.activity)),
    homes: compared.map((home) => ({ ...home, ...(names.get(home.familyId) ?? { name: '', guardians: '' }) })),
  }
}

type Topic = {
  readonly compared: Compared
  readonly days: { readonly from: Day; readonly to: Day; readonly activityIds: readonly number[] }
  /**
   * Whether days under other tariffs are read too: a price may depend on which children are present, and an aid's
   * ceiling on everything that the aid is given for.
   */
  readonly readsAll: boolean
  readonly asksRegistrations: boolean
}

const topicOf = (store: Store, { tariffId, before, after, draft, from, to }: CompareInput): Topic => {
  if (draft) {
    const refusal = refuseTariff({ id: '', label: 'Comparaison', versions: [{ ...draft.definition, from }] })
    if (refusal) throw new Refused(refusal)
    refuseMissingGroups(store, [draft.definition], activitiesAt(store, draft.tariffId))
  }
  const tariffIds = allTariffs(store).flatMap(({ id }) => (tariffId === null || tariffId === id ? [id] : []))
  if (tariffIds.length === 0) throw new Refused('Ce tarif n’existe plus.')
  const activityIds = allAttachments(store).flatMap((one) => (tariffIds.includes(one.tariffId) ? [one.activityId] : []))
  if (activityIds.length === 0)
    throw new Refused('Aucune activité n’est à ce tarif\u00a0: il n’y a pas de présences à comparer.')
  const inForce = inForceOn(store, tariffIds)
  const sides = { before: inForce(before), after: inForce(after) }
  if (draft) sides.after.set(String(draft.tariffId), draft.definition)
  const definitions = [...sides.before.values(), ...sides.after.values()]
  return {
    compared: {
      ...sides,
      brackets: draft && draft.definition.brackets.length > 0 ? draft.definition.brackets : mostBrackets(sides.after),
      months: { from: monthKey(from), to: monthKey(to) },
    },
    days: { from, to, activityIds },
    readsAll: hasAids(store) || definitions.some(({ ranking }) => ranking?.among === 'present'),
    // The days under other tariffs are priced too, so what their tariffs need is asked of all.
    asksRegistrations:
      currentBook(store).needs.asksRegistrations ||
      asksRegistrations({ id: '', label: '', versions: definitions.map((one) => ({ ...one, from })) }),
  }
}

type HomesCompared = {
  /** The number of homes read, including those with nothing to compare. */
  readonly read: number
  readonly homes: readonly { readonly home: ComparedHome; readonly name: string; readonly guardians: string }[]
}

export const comparisonReader: BatchReader<Topic, readonly number[], HomesCompared> = {
  read(store, { compared: topic, days, readsAll, asksRegistrations: asks }) {
    const book = currentBook(store)
    const compare = createComparer(topic)
    const scope = { ...days, activityIds: readsAll ? null : days.activityIds, asksRegistrations: asks }
    return (familyIds) => {
      const homes = readHomesToPrice(store, book, { ...scope, familyIds })
      const on = today(store.clock)
      const compared = familyRows(store, familyIds, on).flatMap(({ id, name, guardians }) => {
        const home = homes.get(id)
        const priced = home && compare(id, home)
        return priced && (priced.parts.length > 0 || priced.unpricedDays > 0) ? [{ home: priced, name, guardians }] : []
      })
      return { read: familyIds.length, homes: compared }
    }
  },
  program: join(import.meta.dirname, `comparison-worker${extname(import.meta.filename)}`),
}
