import { eq } from 'drizzle-orm'
import type { QuotientConsent } from '../../../shared/contract/desk/money/quotients.ts'
import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { committedSql } from '../../store/acts/committed.ts'
import { quotientConsent } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'

/**
 * Homes whose days are priced by a quotient: those that have not left, with a child who is registered, will be, or
 * waits for a registration.
 */
export const homesPriced = (store: Store, on: Day): number[] =>
  store
    .statement(
      `select id from family where (left_on is null or left_on > :on) and ${committedSql('act_id')}
        and exists (select 1 from registration where family_id = family.id and state in ('asked', 'accepted', 'ended')
          and end_day >= :on)
      order by id`,
    )
    .pluck()
    .all({ on }) as number[]

type AskedRow = {
  readonly familyId: number
  readonly at: Instant
  readonly by: string
  readonly dueOn: Day
}

/** The open requests to these homes for a paper of the CAF or the MSA. */
export const openPaperRequests = (store: Store, familyIds: readonly number[]): AskedRow[] =>
  store
    .statement(
      `select asked.family_id familyId, asked.asked_at at, act.actor_name by, asked.due_on dueOn
      from asked_paper asked join act on act.id = asked.act_id
      where asked.kind = 'benefits' and asked.state = 'open' and asked.family_id in (select value from json_each(?))
      order by asked.id`,
    )
    .all(JSON.stringify(familyIds)) as AskedRow[]

export const openAskIds = (store: Store, familyIds: readonly number[]): number[] =>
  store
    .statement(
      `select id from asked_paper where kind = 'benefits' and state = 'open'
        and family_id in (select value from json_each(?))`,
    )
    .pluck()
    .all(JSON.stringify(familyIds)) as number[]

/** The homes, among these, that sent a paper of the CAF or the MSA which nobody has read yet. */
export const homesWaitingForReading = (store: Store, familyIds: readonly number[]): number[] =>
  store
    .statement(
      `select distinct family_id from received_paper
      where kind = 'benefits' and state = 'waiting' and family_id in (select value from json_each(?))`,
    )
    .pluck()
    .all(JSON.stringify(familyIds)) as number[]

/** The homes, among these, that have a guardian with an open portal account. */
export const homesWithAccess = (store: Store, familyIds: readonly number[]): number[] =>
  store
    .statement(
      `select distinct link.family_id from family_guardian link
      join portal_account account on account.guardian_id = link.guardian_id
      where not account.blocked and link.family_id in (select value from json_each(?))`,
    )
    .pluck()
    .all(JSON.stringify(familyIds)) as number[]

type ConsentRow = Omit<typeof quotientConsent.$inferSelect, 'actId'>

const selectConsents = `select consent.id, consent.family_id familyId, consent.guardian_id guardianId,
    guardian.first_name || ' ' || guardian.last_name guardian, given_on givenOn, given_by givenBy, revoked_on revokedOn,
    birth_name birthName, first_names firstNames, civil_sex civilSex, born_on bornOn, birth_country birthCountry,
    birth_town birthTown
  from quotient_consent consent join guardian on guardian.id = consent.guardian_id`

/** The consents of a home, the one in force first, then the latest. */
export const consentsOf = (store: Store, familyId: number): QuotientConsent[] =>
  store
    .statement(
      `${selectConsents} where consent.family_id = ? order by revoked_on is not null, given_on desc, consent.id desc`,
    )
    .all(familyId) as QuotientConsent[]

export const consentRow = (store: Store, id: number): ConsentRow | undefined =>
  store.db.select().from(quotientConsent).where(eq(quotientConsent.id, id)).get()

export type ConsentToAsk = QuotientConsent & { readonly family: string }

/**
 * Consents in force, for homes that have not left, of people who are still guardians there. @param familyIds null for
 * every home
 */
export const consentsInForce = (store: Store, on: Day, familyIds: readonly number[] | null): ConsentToAsk[] =>
  store
    .statement(
      `${selectConsents.replace('select ', 'select family.name family, ')} join family on family.id = consent.family_id
      where revoked_on is null and (family.left_on is null or family.left_on > :on)
        and exists (select 1 from family_guardian link
          where link.family_id = consent.family_id and link.guardian_id = consent.guardian_id)
        and (:all or consent.family_id in (select value from json_each(:ids)))
      order by family.name, family.id`,
    )
    .all({ on, all: familyIds === null ? 1 : 0, ids: JSON.stringify(familyIds ?? []) }) as ConsentToAsk[]

export const guardiansOfHome = (store: Store, familyId: number): { id: number; name: string }[] =>
  store
    .statement(
      `select guardian.id, first_name || ' ' || last_name name from family_guardian link
      join guardian on guardian.id = link.guardian_id where link.family_id = ? order by link.rank`,
    )
    .all(familyId) as { id: number; name: string }[]

/** First names and birth days of the children of each home. */
export const childrenOfHomes = (
  store: Store,
  familyIds: readonly number[],
): { familyId: number; firstNames: string; bornOn: Day }[] =>
  store
    .statement(
      `select link.family_id familyId, first_name firstNames, birth_day bornOn from family_child link
      join child on child.id = link.child_id where link.family_id in (select value from json_each(?))`,
    )
    .all(JSON.stringify(familyIds)) as { familyId: number; firstNames: string; bornOn: Day }[]
