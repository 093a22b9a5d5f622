import { eq, sql } from 'drizzle-orm'
import type { AccessState } from '../../../shared/contract/desk/portal.ts'
import { addMinutes, type Clock, type Day, dayAt, type Instant } from '../../../shared/rules/calendar/day.ts'
import type { StopCause } from '../../../shared/rules/mails/stop-list.ts'
import { committedSql } from '../../store/acts/committed.ts'
import { preparedOnce } from '../../store/connection.ts'
import { guardian, portalAccount, portalSettings } from '../../store/schema/index.ts'
import { alphabeticalSql, nameQuery } from '../../store/search-index.ts'
import type { Store } from '../../store/store.ts'

export type AccessRow = {
  readonly guardianId: number
  readonly civility: string
  readonly firstName: string
  readonly lastName: string
  readonly email: string
  readonly accountId: number | null
  readonly invitedBy: 'mail' | 'letter' | null
  readonly invitedAt: Instant | null
  readonly openedAt: Instant | null
  readonly state: AccessState
  /** Since when the guardian's present address is on the stop list, and why; null when it is not. */
  readonly stoppedAt: Instant | null
  readonly stoppedBy: StopCause | null
  /** JSON array of mail kinds; null without an account. */
  readonly unwantedMails: string | null
}

type AccessParameters = { readonly today: Day; readonly now: Instant; readonly linkedBefore: Instant }

/** Hours for which a mailed link works, from the exchange that sent it. */
const linkHours = 48

const accessParameters = (clock: Clock): AccessParameters => {
  const now = clock()
  return { today: dayAt(now), now, linkedBefore: addMinutes(now, -linkHours * 60) }
}

/** Guardians of homes not departed, and guardians who have an account. */
const selectAccess = `
  select guardian.id as guardianId, civility, first_name as firstName, last_name as lastName, email,
    account.id as accountId, invitation_by as invitedBy, invited_at as invitedAt, activated_at as openedAt,
    stoppedAt, stoppedBy,
    unwanted_mails as unwantedMails,
    case
      when account.blocked then 'blocked'
      when email = '' then 'noEmail'
      when account.id is null then 'none'
      when activated_at is not null then 'open'
      when invitation_by = 'letter' and code_expires_at <= @now then 'expired'
      when invitation_by = 'mail' and (
        select ended_at from exchange_run where started_at >= invited_at and outcome = 'done' order by started_at limit 1
      ) <= @linkedBefore then 'expired'
      else 'invited'
    end as state
  from guardian left join portal_account account on account.guardian_id = guardian.id
  left join (select email as address, stopped_at as stoppedAt, cause as stoppedBy from stopped_address
    where lifted_at is null) on address = lower(trim(email))
  where ${committedSql('guardian.act_id')}
    and (account.id is not null or guardian.id in (
      select guardian_id from family_guardian join family on family.id = family_id
      where left_on is null or left_on > @today))`

const andMatchesSearch = `
  and (instr(email, @typed) > 0 or guardian.id in (
    with hit(key) as materialized (select rowid from search where search match @words)
    select key / 4 from hit where key % 4 = 1
    union select guardian_id from family_guardian where family_id in (select key / 4 from hit where key % 4 = 0)
    union select guardian_id from family_guardian where family_id in (
      select family_id from family_child where child_id in (select key / 4 from hit where key % 4 = 2))))`

/** `stopped`: guardians whose address is on the stop list, whatever the state of their account. */
export type AccessFilter = AccessState | 'stopped' | 'all'

export const accessCounts = (store: Store, clock: Clock, filter: string): ReadonlyMap<AccessFilter, number> => {
  const { text, values } = searchedAccess(clock, filter)
  const rows = store.statement(`select state, count(*) from (${text}) group by state`).raw().all(values)
  const stopped = store
    .statement(`select count(*) from (${text}) where stoppedAt is not null`)
    .pluck()
    .get(values) as number
  return new Map([...(rows as [AccessState, number][]), ['stopped', stopped]])
}

/** One page of guardians, by name. */
export const accessPage = (
  store: Store,
  clock: Clock,
  { filter, state, from, count }: { filter: string; state: AccessFilter; from: number; count: number },
): AccessRow[] => {
  const { text, values } = searchedAccess(clock, filter)
  return store
    .statement(
      `select * from (${text}) where @state in (state, 'all') or (@state = 'stopped' and stoppedAt is not null)
      order by ${alphabeticalSql(`lastName || ' ' || firstName`)}, guardianId limit @count offset @from`,
    )
    .all({ ...values, state, from, count }) as AccessRow[]
}

const searchedAccess = (clock: Clock, filter: string) => {
  const typed = filter.trim().toLowerCase()
  const words = nameQuery(filter)
  return typed === ''
    ? { text: selectAccess, values: accessParameters(clock) }
    : {
        text: `${selectAccess} ${andMatchesSearch}`,
        values: { ...accessParameters(clock), typed, words: words === '' ? '""' : words },
      }
}

export const accessOf = (store: Store, clock: Clock, guardianIds: readonly number[]): AccessRow[] =>
  store
    .statement(`${selectAccess} and guardian.id in (select value from json_each(@ids))`)
    .all({ ...accessParameters(clock), ids: JSON.stringify(guardianIds) }) as AccessRow[]

/** Ids of a family's guardians, first guardian first. */
export const guardianIdsOf = (store: Store, familyId: number): number[] =>
  store
    .statement('select guardian_id from family_guardian where family_id = ? order by rank')
    .pluck()
    .all(familyId) as number[]

/** Guardians whose account has changed since the portal last received it. */
export const guardiansNotYetSent = (store: Store, guardianIds: readonly number[]): ReadonlySet<number> =>
  new Set(
    store
      .statement(
        `select guardian_id from portal_account account
        where guardian_id in (select value from json_each(?))
          and (act_id > coalesce((select published_act from exchange_side), 0) or not exists (
            select 1 from publication
            where id = 'account/' || guardian_id and not stale and wanted_hash is not null and held_hash = wanted_hash))`,
      )
      .pluck()
      .all(JSON.stringify(guardianIds)) as number[],
  )

/** Homes not departed of these guardians, in the order in which each guardian was added to them. */
export const presentHomesOf = (store: Store, guardianIds: readonly number[], today: Day) =>
  store
    .statement(
      `select guardian_id as guardianId, family.id, family.name
      from family_guardian join family on family.id = family_id
      where guardian_id in (select value from json_each(?)) and (left_on is null or left_on > ?)
      order by family_guardian.id`,
    )
    .all(JSON.stringify(guardianIds), today) as { guardianId: number; id: number; name: string }[]

/** The guardian whose login each e-mail is. */
export const loginOwners = (store: Store): Map<string, { guardianId: number; name: string }> =>
  new Map(
    (
      store
        .statement(
          `select email, guardian_id, first_name || ' ' || last_name
          from portal_account join guardian on guardian.id = guardian_id where email <> ''`,
        )
        .raw()
        .all() as [string, number, string][]
    ).map(([email, guardianId, name]) => [email, { guardianId, name }]),
  )

export const accountOf = ({ db }: Store, guardianId: number) =>
  db.select().from(portalAccount).where(eq(portalAccount.guardianId, guardianId)).get()

/** Addresses of guardians who do not live at their home's address. */
export const ownAddresses = ({ db }: Store, guardianIds: readonly number[]) =>
  new Map(
    db
      .select({ id: guardian.id, address: guardian.ownAddress })
      .from(guardian)
      .where(sql`${guardian.id} in (select value from json_each(${JSON.stringify(guardianIds)}))`)
      .all()
      .map(({ id, address }) => [id, address]),
  )

const settingsQuery = preparedOnce((db) => db.select().from(portalSettings).prepare())

export const settingsRow = (store: Store) => settingsQuery(store).get()
