import { asc, eq, sql } from 'drizzle-orm'
import { preparedOnce } from '../../store/connection.ts'
import { organisation, staffMember } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import type { Person } from '../core.ts'

const memberQuery = preparedOnce((db) =>
  db
    .select()
    .from(staffMember)
    .where(eq(staffMember.id, sql.placeholder('id')))
    .prepare(),
)

export const memberOf = (store: Store, id: number) => memberQuery(store).get({ id })

export const memberByLogin = (store: Store, login: string) =>
  store.db.select().from(staffMember).where(sql`lower(${staffMember.login}) = lower(${login.trim()})`).get()

export const allMembers = (store: Store) => store.db.select().from(staffMember).orderBy(asc(staffMember.name)).all()

/** The staff member with this id, as the person of an act; null when they have left the service. */
export const personOf = (store: Store, id: number): Person | null => {
  const member = memberOf(store, id)
  if (!member?.active) return null
  const { id: staffId, name, roles, siteIds } = member
  return { kind: 'staff', staffId, name, roles, ...(siteIds && { sites: siteIds }) }
}

/** Staff lie below settings, which name the sites. */
export const siteIdsOf = (store: Store): number[] => store.statement('select id from site').pluck().all() as number[]

const organisationQuery = preparedOnce((db) => db.select().from(organisation).prepare())

export const organisationOf = (store: Store) => organisationQuery(store).get()

/** The kind of the acts that give an administrator a password written to a file of the data folder. */
export const recoveryKind = 'staff.recovery'

/** Whether somebody else set this account's password, so that its owner must choose another. */
export const hasGivenPassword = (store: Store, id: number): boolean =>
  store
    .statement(
      `select coalesce(act.staff_id <> audit.entity_id, act.kind = ?) from audit indexed by audit_entity
      join act on act.id = audit.act_id
      where entity = 'staff_member' and entity_id = ? and after ->> '$.passwordHash' is not null
      order by audit.id desc limit 1`,
    )
    .pluck()
    .get(recoveryKind, id) === 1
