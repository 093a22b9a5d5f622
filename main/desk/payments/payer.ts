import type { Day } from '../../../shared/rules/calendar/day.ts'
import type { PostalAddress } from '../../../shared/rules/people/person.ts'
import type { Store } from '../../store/store.ts'
import { Refused } from '../core.ts'
import { debtorOf } from '../families/families.ts'
import type { PayerKind } from '../invoicing/invoicing.ts'
import { thirdPartyRow } from './payments-store.ts'

export type AccountHolder = {
  readonly kind: PayerKind
  readonly id: number
  readonly name: string
  /** The name printed on its papers. */
  readonly debtor: string
  readonly addressLines: readonly string[]
  /** Null when the address is unknown. */
  readonly address: PostalAddress | null
  /** Whether its debts are collected by the public accountant: the régie then takes no money from it. */
  readonly toTitle: boolean
}

export type NamedPayer = {
  /** Null for a third party. */
  readonly familyId: number | null
  readonly thirdPartyId?: number | null | undefined
}

/** @throws Refused unless exactly one of the two ids is given, and exists */
export const requirePayer = (store: Store, { familyId, thirdPartyId = null }: NamedPayer, on: Day): AccountHolder => {
  if ((familyId === null) === (thirdPartyId === null)) throw new Refused('Choisissez qui paie.', 'familyId')
  if (familyId !== null) {
    const { familyName, name, addressLines, address } = debtorOf(store, familyId, on)
    return { kind: 'family', id: familyId, name: familyName, debtor: name, addressLines, address, toTitle: false }
  }
  const party = thirdPartyRow(store, thirdPartyId ?? 0)
  if (!party) throw new Refused('Ce tiers payeur n’existe plus.', 'thirdPartyId')
  const { id, name, address: line1, postcode, town, toTitle } = party
  return {
    kind: 'thirdParty',
    id,
    name,
    debtor: name,
    addressLines: [line1, `${postcode} ${town}`.trim()].filter((line) => line !== ''),
    address: { line1, line2: '', postcode, town },
    toTitle,
  }
}

/** Why the régie takes no money from a payer; undefined when it does. */
export const refusePayer = ({ name, toTitle }: AccountHolder): string | undefined =>
  toTitle ? `${name} paie le comptable public\u00a0: la régie n’encaisse rien.` : undefined
