import type { DocumentKind } from '../../../shared/contract/portal/documents.ts'
import type { Document } from '../../../shared/exchange/documents.ts'
import type { Store } from '../../store/store.ts'
import { accountDocuments } from './accounts.ts'
import { bookingsDocuments, familyDocuments } from './families.ts'
import { familyPapersDocuments, homesWithPapers } from './family-papers.ts'
import { healthDocuments } from './health.ts'
import { homesWithMessages, isPublishedNotice, messagesDocuments, noticeDocuments } from './messages.ts'
import { moneyDocuments } from './money.ts'
import { periodDocuments, placesDocuments } from './periods.ts'
import { hashOf, isPublishedHome, isPublishedPeriod, type Reach } from './reach.ts'
import { townDocument } from './town.ts'

type Maker = {
  /** SQL that selects the subjects (families, guardians, periods…) whose document is published today. */
  readonly census: string
  readonly make: (store: Store, reach: Reach, ids: readonly number[]) => ReadonlyMap<number, object>
}

const homes = `select family.id from family where ${isPublishedHome}`
const periods = `select period.id from period join activity on activity.id = period.activity_id where ${isPublishedPeriod}`

/** Every kind of document. A subject for which `make` returns nothing is not published. */
export const makers: Readonly<Record<DocumentKind, Maker>> = {
  account: { census: 'select guardian_id id from portal_account', make: accountDocuments },
  bookings: { census: homes, make: bookingsDocuments },
  family: { census: homes, make: familyDocuments },
  familyPapers: { census: homesWithPapers, make: familyPapersDocuments },
  health: {
    census: 'select guardian_id id from portal_account where sealing_key is not null',
    make: healthDocuments,
  },
  messages: { census: homesWithMessages, make: messagesDocuments },
  money: { census: homes, make: moneyDocuments },
  notice: { census: `select id from notice where ${isPublishedNotice}`, make: noticeDocuments },
  period: { census: periods, make: periodDocuments },
  places: { census: periods, make: placesDocuments },
  town: { census: 'select 0 id', make: townOnly },
}

/** Stands for an id, since the town's document has none. */
const theTown = 0

function townOnly(store: Store): ReadonlyMap<number, object> {
  const content = townDocument(store)
  return content ? new Map([[theTown, content]]) : new Map()
}

/** Id of a document: its kind and the id of its subject, « family/12 ». */
export const documentId = (kind: DocumentKind, about: number): string => (kind === 'town' ? kind : `${kind}/${about}`)
const subjectId = (id: string): number => Number(id.slice(id.indexOf('/') + 1)) || theTown

/** Makes the documents of one kind, by id; those no longer published are absent. */
export const makeDocuments = (
  store: Store,
  reach: Reach,
  kind: DocumentKind,
  ids: readonly string[],
): ReadonlyMap<string, Document> => {
  const contents = makers[kind].make(store, reach, ids.map(subjectId))
  return new Map(
    [...contents].map(([about, content]) => {
      const id = documentId(kind, about)
      const body = JSON.stringify(content)
      return [id, { id, kind, hash: hashOf(body), paperOf: null, body }]
    }),
  )
}
