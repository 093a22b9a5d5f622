import type { WhoPays } from '../../../shared/contract/desk/money/payers.ts'
import type { Month } from '../../../shared/rules/calendar/day.ts'
import { aidFormText } from '../../../shared/rules/money/aid.ts'
import { sumOf } from '../../../shared/rules/money/money.ts'
import { type Core, Refused } from '../core.ts'
import { childrenOfFamily, requireFamily } from '../families/families.ts'
import { spanOfHome } from '../invoicing/invoicing.ts'
import { aidRow, namesOf } from './payers-store.ts'

/** Who pays what for the days of a child in a month, at today's prices. */
export const whoPays = (
  { store }: Core,
  { familyId, childId, month }: { readonly familyId: number; readonly childId: number; readonly month: Month },
): WhoPays => {
  requireFamily(store, familyId)
  const child = childrenOfFamily(store, familyId).find(({ id }) => id === childId)
  if (!child) throw new Refused('Cet enfant n’est plus dans cette famille.')
  const found = spanOfHome(store, { familyId, month })
  const owed = (found?.owed ?? []).filter((unit) => unit.childId === childId && !unit.isGivenUp)
  const prices = owed.filter(({ basis }) => basis.aid === undefined)
  const priceCents = sumOf(prices)
  let beforeCents = priceCents
  const ofAids = Map.groupBy(
    owed.filter(({ basis }) => basis.aid !== undefined),
    ({ basis }) => basis.aid ?? 0,
  )
  const uses = new Map((found?.priced.remarks ?? []).flatMap(({ aid, text }) => (aid ? [[aid, text]] : [])))
  // An aid whose ceiling is reached gives nothing, but is shown all the same.
  const aids = [...new Set([...ofAids.keys(), ...uses.keys()])].flatMap((aidId) => {
    const row = aidRow(store, aidId)
    if (!row || (row.childId !== null && row.childId !== childId)) return []
    const cents = 0 - sumOf(ofAids.get(aidId) ?? [])
    const shown = {
      aidId,
      label: row.label,
      thirdParty:
        row.thirdPartyId === null
          ? null
          : (namesOf(store, 'third_party', [row.thirdPartyId]).get(row.thirdPartyId) ?? ''),
      form: aidFormText(row),
      beforeCents,
      cents,
      use: uses.get(aidId) ?? '',
    }
    beforeCents -= cents
    return [shown]
  })
  return {
    child: `${child.firstName} ${child.lastName}`,
    days: new Set(prices.map(({ day }) => day)).size,
    prices: [...Map.groupBy(prices, ({ label, cents }) => `${label} ${cents}`).values()].flatMap((same) => {
      const [first] = same
      if (!first) return []
      const { label, cents: unitCents } = first
      return [{ label, quantity: same.length, unitCents, totalCents: same.length * unitCents }]
    }),
    priceCents,
    aids,
    familyCents: beforeCents,
  }
}
