import type { HealthDocument } from '../../../shared/contract/portal/documents.ts'
import type { PublishedHealth } from '../../../shared/contract/portal/health.ts'
import { healthAssociatedData, sealForAccount } from '../../crypto/account-key.ts'
import { padded } from '../../crypto/data-key.ts'
import { recordsToSeal } from '../../desk/families/health.ts'
import { portalSettingsOf } from '../../desk/portal/portal.ts'
import { healthDueOn } from '../../desk/protection/protection.ts'
import type { Store } from '../../store/store.ts'
import { type Reach, rowsFor } from './reach.ts'

type Row = { readonly guardian: number; readonly key: string; readonly children: string }

/**
 * Health records, each sealed to the account of a guardian. A guardian gets those of the children for whom staff
 * confirmed their authority and whom they may see, while the home has not left and until the record is due for erasure.
 * A blocked account gets none, nor does a key made for a former mail address of the guardian.
 */
export const healthDocuments = (
  store: Store,
  reach: Reach,
  guardianIds: readonly number[],
): ReadonlyMap<number, HealthDocument> => {
  const { key } = store.key
  if (!key || !portalSettingsOf(store).showsHealth) return new Map()
  const rows = rowsFor<Row>(
    store,
    `select guardian.id guardian, account.sealing_key key,
      (select json_group_array(child_id) from (select distinct held.child_id from family_guardian link
        join family on family.id = link.family_id and (family.left_on is null or family.left_on > :today)
        join family_child held on held.family_id = family.id
        join guardian_bond bond on bond.guardian_id = guardian.id and bond.child_id = held.child_id
        where link.guardian_id = guardian.id and bond.parental_authority in ('yes', 'decision')
          and coalesce(bond.sees, 1) order by held.child_id)) children
    from json_each(:ids) wanted
    cross join portal_account account on account.guardian_id = wanted.value
    join guardian on guardian.id = account.guardian_id
    where account.sealing_key is not null and not account.blocked
      and account.sealing_key_email = lower(trim(guardian.email))`,
    reach,
    guardianIds,
  ).map((row) => ({ ...row, children: JSON.parse(row.children) as number[] }))
  const shown = [...new Set(rows.flatMap(({ children }) => children))]
  const due = healthDueOn(store, shown, reach.today)
  const records = recordsToSeal(
    store,
    shown.filter((id) => !due.has(id)),
  )
  return new Map(
    rows.map(({ guardian, key: publicKey, children }) => [
      guardian,
      {
        key: publicKey,
        children: children.flatMap((child) => {
          const record: PublishedHealth | undefined = records.get(child)
          if (!record) return []
          const text = padded(JSON.stringify(record))
          const sealed = sealForAccount(key, publicKey, text, healthAssociatedData(guardian, child))
          return [{ child, sealed: sealed.toString('base64') }]
        }),
      },
    ]),
  )
}
