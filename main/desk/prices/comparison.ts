import { inChunks } from '../../../shared/collections.ts'
import type { Definition } from '../../../shared/contract/desk/money/prices.ts'
import { type Day, today } from '../../../shared/rules/calendar/day.ts'
import { type Comparison, createComparison } from '../../../shared/rules/price/tariff-comparison.ts'
import { refuseTariff } from '../../../shared/rules/price/tariff-refusals.ts'
import { chargeableCells, familiesToBill } from '../attendance/attendance.ts'
import { type Core, Refused } from '../core.ts'
import { childrenOnDay, homeHistories } from '../families/families.ts'
import { currentBook, homeFacts, partsOfMonth, registeredParts, siblingsOfHomes } from './prices.ts'
import { allAttachments, versionRow } from './prices-store.ts'

/** Families read at once: a year of each is some hundred days. */
const familiesPerRead = 4
/** Other calls get a turn after so many milliseconds. */
const turnMilliseconds = 10

/** Compares what attended days would have cost under a stored version and under an edited one. */
export const compareVersions = async (
  { store }: Core,
  input: { tariffId: number; versionId: number; after: Definition; from: Day; to: Day },
): Promise<Comparison> => {
  const before = versionRow(store, input.versionId)
  if (before?.tariffId !== input.tariffId) throw new Refused('Cette version n’existe plus.')
  if (input.from > input.to) throw new Refused('La date de fin est avant la date de début.', 'to')
  const refusal = refuseTariff({ id: '', label: 'Comparaison', versions: [{ ...input.after, from: input.from }] })
  if (refusal) throw new Refused(refusal)
  const activityIds = allAttachments(store)
    .filter(({ tariffId }) => tariffId === input.tariffId)
    .map(({ activityId }) => activityId)
  if (activityIds.length === 0)
    throw new Refused('Aucune activité n’est à ce tarif\u00a0: il n’y a pas de présences à comparer.')
  const scope = { from: input.from, to: input.to, activityIds }
  const book = currentBook(store)
  const compared = createComparison(before.definition, input.after)
  const families = familiesToBill(store, scope)
  let until = performance.now() + turnMilliseconds
  const giveTurn = async () => {
    if (performance.now() < until) return
    await new Promise(setImmediate)
    until = performance.now() + turnMilliseconds
  }
  for (const ids of inChunks(families, familiesPerRead)) {
    const cells = Map.groupBy(
      chargeableCells(store, { ...scope, familyIds: ids, includesBilled: true }),
      ({ familyId }) => familyId,
    )
    const homes = homeHistories(store, ids)
    const siblings = siblingsOfHomes(store, ids)
    const registeredOf = registeredParts(store, book, ids)
    const children = childrenOnDay(
      store,
      [...new Set([...cells.values()].flat().map(({ childId }) => childId))],
      today(store.clock),
    )
    for (const [familyId, familyCells] of cells) {
      const home = homes.get(familyId)
      const registered = siblings.get(familyId) ?? []
      const others = [...new Set(familyCells.map(({ childId }) => childId))].flatMap((id) => {
        const child = children.get(id)
        return registered.some((one) => one.id === id) || !child ? [] : [{ id, birth: child.birthDay, registered: [] }]
      })
      compared.add(familyId, {
        ...(home ? homeFacts(home) : { familyQuotients: [], residence: [] }),
        siblings: [...registered, ...others],
        parts: partsOfMonth(book, familyCells, registeredOf(familyId)),
      })
      await giveTurn()
    }
    await giveTurn()
  }
  return compared.result()
}
