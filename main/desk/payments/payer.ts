import type { Day } from '../../../shared/rules/calendar/day.ts'
import type { Store } from '../../store/store.ts'
import { Refused } from '../core.ts'
import { debtorOf } from '../families/families.ts'
import type { PayerKind } from '../invoicing/invoicing.ts'
import { thirdPartyRow } from './payments-store.ts'

export type AccountHolder = {
  readonly kind: PayerKind
  readonly id: number
  readonly name: string
  /** Its name as papers have it. */
  readonly debtor: string
  readonly addressLines: readonly string[]
  /** Whether the public accountant collects what it owes, and the régie takes nothing. */
  readonly toTitle: boolean
}

export type NamedPayer = {
  /** Null: the third party. */
  readonly familyId: number | null
  readonly thirdPartyId?: number | null | undefined
}

/** @throws Refused unless exactly one of the two is named, and exists */
export const requirePayer = (store: Store, { familyId, thirdPartyId = null }: NamedPayer, on: Day): AccountHolder => {
  if ((familyId === null) === (thirdPartyId === null)) throw new Refused('Choisissez qui paie.', 'familyId')
  if (familyId !== null) {
    const { familyName, name, addressLines } = debtorOf(store, familyId, on)
    return { kind: 'family', id: familyId, name: familyName, debtor: name, addressLines, toTitle: false }
  }
  const party = thirdPartyRow(store, thirdPartyId ?? 0)
  if (!party) throw new Refused('Ce tiers payeur n’existe plus.', 'thirdPartyId')
  const { id, name, address, postcode, town, toTitle } = party
  return { kind: 'thirdParty', id, name, debtor: name, addressLines: [address, `${postcode} ${town}`], toTitle }
}
