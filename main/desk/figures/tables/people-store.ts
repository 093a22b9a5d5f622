import type { PeopleAsked } from '../../../../shared/contract/desk/figures/figures-tables.ts'
import { committedSql } from '../../../store/acts/committed.ts'
import type { Store } from '../../../store/store.ts'
import { leadSql } from '../../activities/activities.ts'

export type Registered = { readonly childId: number; readonly familyId: number }

/** The children registered on a day; a child whom two homes registered comes twice. */
export const registeredOn = (
  store: Store,
  { on, activityId, siteId }: Pick<PeopleAsked, 'on' | 'activityId' | 'siteId'>,
): Registered[] =>
  store
    .statement(
      `select distinct own.child_id childId, own.family_id familyId from registration own
      join period of on of.id = own.period_id join activity at on at.id = of.activity_id
      join facility place on place.id = at.facility_id
      where own.state in ('accepted', 'ended') and own.start_day <= :on and own.end_day >= :on
        and (:activityId is null or ${leadSql('at')} = :activityId) and (:siteId is null or place.site_id = :siteId)
        and ${committedSql('own.act_id')}
      order by own.child_id, own.family_id`,
    )
    .all({ on, activityId, siteId }) as Registered[]
