import type { Day } from '../../../shared/rules/calendar/day.ts'
import { isOfSomeOnly, requiredKinds } from '../../../shared/rules/dossier/required-paper.ts'
import { oldestQuotientsPricing } from '../../../shared/rules/quotient/validity.ts'
import { committedSql } from '../../store/acts/committed.ts'
import type { Store } from '../../store/store.ts'
import { quotientRuleOf } from '../settings/settings.ts'
import { liveRegistrationSql } from './dossiers-store.ts'

/** Whose dossiers a list is of; null: of all. */
export type DossierFilter = {
  readonly activityId: number | null
  readonly periodId: number | null
  readonly schoolId: number | null
  /** Only those who lack it. */
  readonly requiredId: number | null
}

/** SQL: the children registered, with the home and the activity of each registration, that the filter keeps. */
const registeredSql = `with registered as materialized (
  select distinct own.child_id, own.family_id, period.activity_id
  from registration own join period on period.id = own.period_id
  where ${liveRegistrationSql} and (:periodId is null or period.id = :periodId)
    and (:activityId is null or period.activity_id = :activityId)
    and (:schoolId is null or :schoolId = (select school_id from schooling where child_id = own.child_id
      and from_day <= :on and ${committedSql('schooling.act_id')} order by from_day desc limit 1)))`

const ofSomeOnly = requiredKinds
  .filter(isOfSomeOnly)
  .map((kind) => `'${kind}'`)
  .join(', ')

/** SQL: nothing that was seen of this owner counts on the day; of what only some have, something was. */
const lacksSeen = (owner: string) => `required.kind <> 'benefits'
  and not exists (select 1 from paper_fact fact
    where fact.${owner} = registered.${owner} and fact.required_id = required.id and fact.valid_until >= :on)
  and (required.kind not in (${ofSomeOnly}) or exists (select 1 from paper_fact fact
    where fact.${owner} = registered.${owner} and fact.required_id = required.id))`

const lacksQuotient = `required.kind = 'benefits' and not exists (
  select 1 from family_quotient quotient where quotient.family_id = registered.family_id
    and quotient.from_day = (select max(from_day) from family_quotient
      where family_id = registered.family_id and from_day <= :on)
    and quotient.value is not null
    and iif(quotient.to_day is null, quotient.from_day >= :quotientFrom, quotient.to_day >= :quotientTo))`

const askedSql = `cross join required_paper required
    on (required.activity_id is null or required.activity_id = registered.activity_id)
    and (required.withdrawn_on is null or required.withdrawn_on > :on)`

type Lacking = { readonly familyId: number; readonly childId: number | null; readonly requiredId: number }

/** What each home and each child lacks on a day, as `dossierOf` would find of each. */
export const lackingIn = (store: Store, filter: DossierFilter, on: Day): Lacking[] => {
  const oldest = oldestQuotientsPricing(quotientRuleOf(store), on)
  return store
    .statement(
      `${registeredSql}
      select distinct registered.family_id familyId, registered.child_id childId, required.id requiredId
        from registered ${askedSql} where required.scope = 'child' and ${lacksSeen('child_id')}
      union all
      select distinct registered.family_id familyId, null childId, required.id requiredId
        from registered ${askedSql} where required.scope = 'home' and ((${lacksSeen('family_id')}) or (${lacksQuotient}))`,
    )
    .all({ ...filter, on, quotientFrom: oldest.fromDay, quotientTo: oldest.toDay }) as Lacking[]
}

export type ListedChild = {
  readonly childId: number
  readonly child: string
  readonly familyId: number
  readonly family: string
  readonly school: string
  readonly level: string
}

/** The children of the filter, with each of their homes, by home then by name. */
export const childrenListed = (store: Store, filter: DossierFilter, on: Day): ListedChild[] =>
  store
    .statement(
      `${registeredSql}, listed as (select distinct child_id, family_id from registered)
      select child.id childId, child.first_name || ' ' || child.last_name child, home.id familyId, home.name family,
        coalesce(school.name, '') school, coalesce(class.level, '') level
      from listed join child on child.id = listed.child_id join family home on home.id = listed.family_id
      left join schooling class on class.id = (select id from schooling where child_id = child.id and from_day <= :on
        order by from_day desc limit 1)
      left join school on school.id = class.school_id`,
    )
    .all({ ...filter, on }) as ListedChild[]
