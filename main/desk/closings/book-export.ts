import type { Day } from '../../../shared/rules/calendar/day.ts'
import {
  type BookExport,
  bookColumnNames,
  bookEntries,
  bookFileName,
  bookLine,
  refuseBookExport,
  usualBookExport,
} from '../../../shared/rules/money/book-export.ts'
import { spreadsheetTypes, writeCsv } from '../../documents/spreadsheets/csv.ts'
import { regie } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { refuseUnlessHolder, regieName, regieOf } from '../regies/regies.ts'
import { closedPeriods } from './closings.ts'

/** The settings by which a régie's book entries are written for the finance software. */
export const bookExportOf = (store: Store, regieId: number): BookExport =>
  regieOf(store, regieId).bookExport ?? usualBookExport

export const saveBookExport = (
  core: Core,
  person: Person,
  { regieId, ...bookExport }: BookExport & { readonly regieId: number },
): BookExport => {
  const { store } = core
  return store.act(person, 'closings.bookExport', 'Colonnes des écritures enregistrées', (write) => {
    refuseUnlessHolder(core, person, regieId)
    const refused = refuseBookExport(bookExport)
    if (refused) throw new Refused(refused.sentence, refused.field)
    write.update(regie, regieId, { bookExport })
    return bookExport
  })
}

/** « Écritures »: the money received in a closed period, as a file for the finance software. */
export const bookFile = (
  { store }: Core,
  { regieId, kind, from }: { readonly regieId: number; readonly kind: 'month' | 'year'; readonly from: Day },
): File => {
  const closing = closedPeriods(store, regieId).find((one) => one.kind === kind && one.from === from)
  if (!closing) throw new Refused('Les écritures se font d’une période close\u00a0: clôturez-la d’abord.')
  const bookExport = bookExportOf(store, regieId)
  const period = { ...closing, regie: regieName(regieOf(store, regieId)) }
  const bytes = writeCsv(
    {
      columns: bookExport.columns.map((column) => bookColumnNames[column]),
      rows: bookEntries(closing.statement, closing.natureLabels).map((entry) => bookLine(entry, period, bookExport)),
    },
    bookExport.separator,
  )
  return new File([new Uint8Array(bytes)], bookFileName(closing), { type: spreadsheetTypes.csv })
}
