import type { Month } from '../../../../shared/rules/calendar/day.ts'
import { type PayerUnit, payerPartsOf } from '../../../../shared/rules/money/payers.ts'
import type { Write } from '../../../store/acts/acts.ts'
import { payerPart } from '../../../store/schema/index.ts'
import type { Store } from '../../../store/store.ts'
import { regiesOf } from '../../regies/regies.ts'
import { natureColumns } from './proposals.ts'

/** An amount that the issued papers of a home add to the ledger of third parties at one régie, or take off it. */
export type PayerEntry = {
  readonly familyId: number
  readonly month: Month
  readonly regieId: number
  /** The home's paper issued in the same act; null when the home has none. */
  readonly homePaperId: number | null
  readonly units: readonly PayerUnit[]
}

export const writePayerEntries = (store: Store, write: Write, entries: readonly PayerEntry[]): void => {
  const natures = new Map(regiesOf(store).map((regie) => [regie.id, regie.natures]))
  write.insertMany(
    payerPart,
    entries.flatMap(({ units, ...ofEntry }) =>
      payerPartsOf(units).map((part) => ({
        ...part,
        ...natureColumns(natures.get(ofEntry.regieId) ?? [], part),
        ...ofEntry,
      })),
    ),
  )
}
