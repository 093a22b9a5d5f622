import type { Delegates } from '../../../shared/contract/desk/people/emergency.ts'
import type { Delegation } from '../../../shared/rules/access/emergency.ts'
import type { Role } from '../../../shared/rules/access/roles.ts'
import type { Store } from '../../store/store.ts'

export type DelegateRow = Delegation & { readonly id: number; readonly name: string }

/** Every delegate, latest first day first. */
export const delegateRows = (store: Store): DelegateRow[] =>
  store
    .statement(
      `select delegate.id, staff_member_id staffId, staff.name, from_day "from", to_day "to"
      from health_delegate delegate join staff_member staff on staff.id = delegate.staff_member_id
      order by from_day desc, delegate.id desc`,
    )
    .all() as DelegateRow[]

type TeamMember = {
  readonly id: number
  readonly name: string
  readonly roles: readonly Role[]
  /** Null for every site. */
  readonly sites: readonly number[] | null
}

/** The names of staff in service, in alphabetical order. */
export const teamMembers = (store: Store): TeamMember[] =>
  (
    store.statement('select id, name, roles, site_ids sites from staff_member where active order by name').all() as {
      readonly id: number
      readonly name: string
      readonly roles: string
      readonly sites: string | null
    }[]
  ).map(({ roles, sites, ...one }) => ({
    ...one,
    roles: JSON.parse(roles) as Role[],
    sites: sites === null ? null : (JSON.parse(sites) as number[]),
  }))

const mostOpenings = 50

/** The last emergency openings of health records, for the children whom this store shows. */
export const lastOpenings = (store: Store): Delegates['openings'] =>
  store
    .statement(
      `select audit.id, act.started_at at, act.actor_name person, child.first_name || ' ' || child.last_name child,
        audit.after ->> '$.emergency' reason
      from audit indexed by audit_entity join act on act.id = audit.act_id join child on child.id = audit.entity_id
      where audit.entity = 'health_consultation' and audit.after ->> '$.emergency' is not null
      order by audit.id desc limit ?`,
    )
    .all(mostOpenings) as Delegates['openings']
