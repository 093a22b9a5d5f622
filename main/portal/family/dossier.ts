import type { FamilyDocument, PeriodDocument, TownDocument } from '../../../shared/contract/portal/documents.ts'
import type { ConsentAnswerEntry } from '../../../shared/contract/portal/entries.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { answeredUntil } from '../../../shared/rules/dossier/consent.ts'
import type { DossierItem } from '../../../shared/rules/dossier/dossier.ts'
import { isWithdrawn } from '../../../shared/rules/dossier/required-paper.ts'
import { isLiveOn } from '../../../shared/rules/people/registration.ts'
import { holdersOf, questionsOf } from './published-consents.ts'

type Published = {
  readonly family: FamilyDocument
  readonly town: Pick<TownDocument, 'consents'> | undefined
  readonly periods: ReadonlyMap<string, Pick<PeriodDocument, 'activity'>>
}

/**
 * The dossier of a home on a day. It is computed here, since the desk does not publish a new document when a day
 * passes.
 * @param waiting answers to consents that the desk has not collected yet
 */
export const dossierOn = (
  { family, town, periods }: Published,
  on: Day,
  waiting: readonly ConsentAnswerEntry[] = [],
): DossierItem[] => {
  const shownAs = ({ period, activity }: FamilyDocument['registrations'][number]) =>
    periods.get(`${period}`)?.activity.lead ?? activity
  return (family.dossier ?? [])
    .flatMap(
      ({
        required: requiredId,
        child: childId,
        activity: activityId,
        held: published,
        withdrawnOn = null,
        isLacking,
        ...item
      }): DossierItem[] => {
        const child = family.children.find(({ id }) => id === childId)
        const held =
          item.kind === 'consents' && child
            ? answeredUntil(questionsOf(town), holdersOf(child, waiting), child.birth, on)
            : published && { until: published.until ?? null }
        if (held === undefined) return []
        return [{ ...item, requiredId, childId, activityId, held, withdrawnOn, ...(isLacking && { lacksFrom: on }) }]
      },
    )
    .filter(
      (item) =>
        !isWithdrawn(item, on) &&
        family.registrations.some(
          (own) =>
            isLiveOn(own, on) &&
            (item.childId === null || item.childId === own.child) &&
            (item.activityId === null || item.activityId === shownAs(own)),
        ),
    )
}
