import type { FamilyPapersDocument } from '../../../shared/contract/portal/documents.ts'
import { isOfSomeOnly, unnamedOnPortal } from '../../../shared/rules/dossier/required-paper.ts'
import type { Store } from '../../store/store.ts'
import { isPublishedHome, type Reach, rowsFor } from './reach.ts'

/** SQL: homes that the service asked for a paper or that sent one. Only these have a `familyPapers` document. */
export const homesWithPapers = `select family.id from family where ${isPublishedHome} and (
  exists (select 1 from asked_paper where family_id = family.id and state = 'open')
  or exists (select 1 from received_paper where family_id = family.id))`

type Asked = FamilyPapersDocument['asked'][number] & { readonly familyId: number }
type Received = Omit<FamilyPapersDocument['received'][number], 'isHere' | 'inBackup'> & {
  readonly familyId: number
  readonly isHere: 0 | 1
  readonly inBackup: 0 | 1
}

export const familyPapersDocuments = (
  store: Store,
  reach: Reach,
  ids: readonly number[],
): ReadonlyMap<number, FamilyPapersDocument> => {
  const homes = rowsFor<{ readonly id: number }>(
    store,
    `${homesWithPapers} and family.id in (select value from json_each(:ids))`,
    reach,
    ids,
  ).map(({ id }) => id)
  const asked = Map.groupBy(
    rowsFor<Asked>(
      store,
      `select family_id familyId, id, kind, child_id child, note, due_on dueOn from asked_paper
      where state = 'open' and family_id in (select value from json_each(:ids)) order by due_on, id`,
      reach,
      homes,
    ),
    ({ familyId }) => familyId,
  )
  const received = Map.groupBy(
    store
      .statement(
        `select family_id familyId, key id, state, reason, content <> 'awaited' isHere, in_backup inBackup from received_paper
        where family_id in (select value from json_each(?)) order by recorded_at, id`,
      )
      .all(JSON.stringify(homes)) as Received[],
    ({ familyId }) => familyId,
  )
  return new Map(
    homes.map((id) => [
      id,
      {
        asked: (asked.get(id) ?? []).map(({ id: asking, kind, child, note, dueOn }) => ({
          id: asking,
          kind,
          child,
          note,
          dueOn,
          ...(isOfSomeOnly(kind) && unnamedOnPortal),
        })),
        received: (received.get(id) ?? []).map(({ id: sent, state, reason, isHere, inBackup }) => ({
          id: sent,
          state,
          reason,
          isHere: isHere === 1,
          inBackup: inBackup === 1,
        })),
      },
    ]),
  )
}
