import type { Day } from '../../../shared/rules/calendar/day.ts'
import type { Campaign } from '../../../shared/rules/dossier/campaign.ts'
import { committedSql } from '../../store/acts/committed.ts'
import { campaign } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { liveRegistrationSql } from '../dossiers/dossiers.ts'

/** Every campaign, by opening day. */
export const campaignsIn = ({ db }: Store): Campaign[] =>
  db
    .select()
    .from(campaign)
    .orderBy(campaign.opensOn)
    .all()
    .map(({ actId: _act, ...one }) => one)

export type Registered = {
  readonly familyId: number
  readonly family: string
  readonly childId: number
  readonly firstName: string
}

/**
 * The homes that a campaign concerns, with their children: those who are registered or ask to be, and those whose
 * registration ended after a day. @param familyId null for all homes
 */
export const registeredChildren = (store: Store, familyId: number | null, on: Day, since: Day | null): Registered[] =>
  store
    .statement(
      `select distinct home.id familyId, home.name family, child.id childId, child.first_name firstName
      from registration own join family home on home.id = own.family_id join child on child.id = own.child_id
      where ((${liveRegistrationSql}) or (own.state = 'accepted' and own.end_day >= :since and ${committedSql('own.act_id')}))
        and (:familyId is null or home.id = :familyId)
        and (home.left_on is null or home.left_on > :on)
      order by child.birth_day, child.id`,
    )
    .all({ familyId, on, since }) as Registered[]

/** The children whose health record a home sent since an instant, but for those that staff refused. */
export const healthSentSince = (
  store: Store,
  since: string,
): { readonly familyId: number; readonly childId: number }[] =>
  store
    .statement(
      `select family_id familyId, child_id childId from received_paper
      where kind = 'health' and child_id is not null and recorded_at >= :since and state <> 'refused'`,
    )
    .all({ since }) as { familyId: number; childId: number }[]

export type Asked = {
  readonly familyId: number
  /** Registrations for the school year, asked for or accepted. */
  readonly registrations: number
  /** The number of these registrations that still wait for a decision. */
  readonly waitingRegistrations: number
  readonly waitingProposals: number
}

/** For each home, what it asked for the school year, and how much of it waits for a decision. */
export const askedBy = (store: Store, { from, to }: { readonly from: Day; readonly to: Day }): Asked[] =>
  store
    .statement(
      `select familyId, sum(registered) registrations, sum(waiting) waitingRegistrations, sum(proposed) waitingProposals
      from (
        select own.family_id familyId, 1 registered, own.state = 'asked' waiting, 0 proposed
        from registration own join period on period.id = own.period_id
        where own.state in ('asked', 'accepted') and period.start_day between :from and :to
          and ${committedSql('own.act_id')}
        union all select family_id, 0, 0, 1 from proposal where state = 'waiting')
      group by familyId`,
    )
    .all({ from, to }) as Asked[]
