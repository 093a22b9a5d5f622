import type { Day } from '../../../shared/rules/calendar/day.ts'
import type { Bracket } from '../../../shared/rules/price/bracket.ts'
import { type TariffVersion, versionOn } from '../../../shared/rules/price/tariff.ts'
import type { Store } from '../../store/store.ts'
import { allTariffs, allVersions } from './prices-store.ts'

type Definition = Omit<TariffVersion, 'from'>

/** The definition of each tariff in force on a day, by the tariff's id. */
export const inForceOn = (store: Store, tariffIds: readonly number[]): ((on: Day) => Map<string, Definition>) => {
  const versions = Map.groupBy(allVersions(store), ({ tariffId }) => tariffId)
  return (on) =>
    new Map(
      tariffIds.flatMap((id): [string, Definition][] => {
        const ofTariff = (versions.get(id) ?? []).map(({ fromDay, definition }) => ({ from: fromDay, definition }))
        const found = versionOn({ versions: ofTariff }, on)
        return found ? [[String(id), found.definition]] : []
      }),
    )
}

/** The brackets of the tariff that has the largest number of them. */
export const mostBrackets = (definitions: ReadonlyMap<string, Definition>): readonly Bracket[] =>
  [...definitions.values()]
    .map(({ brackets }) => brackets)
    .reduce((most, brackets) => (brackets.length > most.length ? brackets : most), [])

/** The brackets by which homes are counted on a day: those of the tariff with the largest number. */
export const bracketsOn = (store: Store, on: Day): readonly Bracket[] =>
  mostBrackets(
    inForceOn(
      store,
      allTariffs(store).map(({ id }) => id),
    )(on),
  )
