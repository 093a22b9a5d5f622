import type { Day } from '../../../shared/rules/calendar/day.ts'
import { committedSql } from '../../store/acts/committed.ts'
import type { Store } from '../../store/store.ts'
import { shownWith } from '../activities/activities.ts'
import { liveRegistrationSql } from './dossiers-store.ts'

/** Which dossiers to list; null filters nothing. */
export type DossierFilter = {
  readonly activityId: number | null
  readonly periodId: number | null
  readonly schoolId: number | null
  /** Only dossiers that lack this paper. */
  readonly requiredId: number | null
}

export type ListedChild = {
  readonly childId: number
  readonly child: string
  readonly familyId: number
  readonly family: string
  readonly school: string
  readonly level: string
}

/** The children of the filter, once for each of their homes, by home, then by name. */
export const childrenListed = (
  store: Store,
  { activityId, periodId, schoolId }: DossierFilter,
  on: Day,
): ListedChild[] =>
  store
    .statement(
      `with listed as materialized (
        select distinct own.child_id, own.family_id from registration own join period on period.id = own.period_id
        where ${liveRegistrationSql} and (:periodId is null or period.id = :periodId)
          and (:activityIds is null or period.activity_id in (select value from json_each(:activityIds)))
          and (:schoolId is null or :schoolId = (select school_id from schooling where child_id = own.child_id
            and from_day <= :on and ${committedSql('schooling.act_id')} order by from_day desc limit 1)))
      select child.id childId, child.first_name || ' ' || child.last_name child, home.id familyId, home.name family,
        coalesce(school.name, '') school, coalesce(class.level, '') level
      from listed join child on child.id = listed.child_id join family home on home.id = listed.family_id
      left join schooling class on class.id = (select id from schooling where child_id = child.id and from_day <= :on
        order by from_day desc limit 1)
      left join school on school.id = class.school_id`,
    )
    .all({
      periodId,
      schoolId,
      activityIds: activityId === null ? null : JSON.stringify(shownWith(store, [activityId])),
      on,
    }) as ListedChild[]
