import type { FamilyDocument } from '../../../shared/contract/portal/documents.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import type { DossierItem } from '../../../shared/rules/dossier/dossier.ts'
import { isWithdrawn } from '../../../shared/rules/dossier/required-paper.ts'

/** What the dossier of a home asks for on a day: the desk publishes nothing when a day passes. */
export const dossierOn = ({ registrations, dossier = [] }: FamilyDocument, on: Day): DossierItem[] =>
  dossier
    .map(
      ({
        required: requiredId,
        child: childId,
        activity: activityId,
        held,
        withdrawnOn = null,
        ...item
      }): DossierItem => ({
        ...item,
        requiredId,
        childId,
        activityId,
        held: held && { until: held.until ?? null },
        withdrawnOn,
      }),
    )
    .filter(
      (item) =>
        !isWithdrawn(item, on) &&
        registrations.some(
          ({ state, to, child, activity }) =>
            (state === 'asked' || state === 'accepted') &&
            on <= to &&
            (item.childId === null || item.childId === child) &&
            (item.activityId === null || item.activityId === activity),
        ),
    )
