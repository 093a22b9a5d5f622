import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { committedSql } from '../../store/acts/committed.ts'
import type { Store } from '../../store/store.ts'

/** Present homes with a child who is or will be registered, or whose registration waits: a quotient prices their days. */
export const homesPriced = (store: Store, on: Day): number[] =>
  store
    .statement(
      `select id from family where (left_on is null or left_on > :on) and ${committedSql('act_id')}
        and exists (select 1 from registration where family_id = family.id and state in ('asked', 'accepted')
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

/** The open request for a paper of the CAF or the MSA of each of these homes. */
export const openAsks = (store: Store, familyIds: readonly number[]): AskedRow[] =>
  store
    .statement(
      `select asked.family_id familyId, asked.asked_at at, act.actor_name by, asked.due_on dueOn
      from asked_paper asked join act on act.id = asked.act_id
      where asked.kind = 'benefits' and asked.state = 'open' and asked.family_id in (select value from json_each(?))
      order by asked.id`,
    )
    .all(JSON.stringify(familyIds)) as AskedRow[]

/** Which of these homes sent a paper of the CAF or the MSA that nobody has read. */
export const homesWaitingForReading = (store: Store, familyIds: readonly number[]): number[] =>
  store
    .statement(
      `select distinct family_id from received_paper
      where kind = 'benefits' and state = 'waiting' and family_id in (select value from json_each(?))`,
    )
    .pluck()
    .all(JSON.stringify(familyIds)) as number[]

/** Which of these homes have a guardian with an account that is not blocked. */
export const homesWithAccess = (store: Store, familyIds: readonly number[]): number[] =>
  store
    .statement(
      `select distinct link.family_id from family_guardian link
      join portal_account account on account.guardian_id = link.guardian_id
      where not account.blocked and link.family_id in (select value from json_each(?))`,
    )
    .pluck()
    .all(JSON.stringify(familyIds)) as number[]
