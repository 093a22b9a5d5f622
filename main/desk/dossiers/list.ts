import type { DossierList } from '../../../shared/contract/desk/people/dossiers.ts'
import { type Day, today } from '../../../shared/rules/calendar/day.ts'
import { itemsFor, lackingIn } from '../../../shared/rules/dossier/dossier.ts'
import { isWithdrawn } from '../../../shared/rules/dossier/required-paper.ts'
import { counted, numericDay, shortDay } from '../../../shared/rules/text/french.ts'
import { listPdf } from '../../documents/list-pdf.ts'
import { spreadsheetTypes } from '../../documents/spreadsheets/csv.ts'
import { writeXlsx } from '../../documents/spreadsheets/workbook.ts'
import type { Store } from '../../store/store.ts'
import { leadOf, periodOf } from '../activities/activities.ts'
import type { Core, Person } from '../core.ts'
import { organisationOf } from '../settings/settings.ts'
import { dossiersOf, nameShown } from './dossiers.ts'
import { allRequired } from './dossiers-store.ts'
import { childrenListed, type DossierFilter, type ListedChild } from './list-store.ts'

/* « Dossiers »: what is missing from the dossiers of all registered children. */

/** The list on screen ends after this many children; the printed list has all. */
const maxShown = 2000

type Row = ListedChild & { readonly missing: readonly number[] }

const collator = new Intl.Collator('fr')

const incompleteRows = (store: Store, filter: DossierFilter, on: Day) => {
  const children = childrenListed(store, filter, on)
  const dossiers = dossiersOf(store, [...new Set(children.map(({ familyId }) => familyId))], on)
  const { activityId: asked, periodId } = filter
  const activityId =
    asked === null ? (periodId === null ? undefined : periodOf(store, periodId).leadId) : leadOf(store, asked)
  const rows = children
    .map(
      (child): Row => ({
        ...child,
        missing: lackingIn(
          itemsFor(dossiers.get(child.familyId) ?? [], { childId: child.childId, activityId }),
          on,
        ).map(({ requiredId }) => requiredId),
      }),
    )
    .filter(({ missing }) => missing.length > 0)
    .toSorted((one, other) => collator.compare(one.family, other.family) || collator.compare(one.child, other.child))
  return { children, rows }
}

/** The children who lack the paper of the filter, if it names one. */
const kept = (rows: readonly Row[], { requiredId }: DossierFilter): readonly Row[] =>
  requiredId === null ? rows : rows.filter(({ missing }) => missing.includes(requiredId))

export const listDossiers = ({ store, clock }: Core, person: Person, filter: DossierFilter): DossierList => {
  const on = today(clock)
  const { children, rows } = incompleteRows(store, filter, on)
  const counts = new Map<number, number>()
  for (const id of rows.flatMap(({ missing }) => missing)) counts.set(id, (counts.get(id) ?? 0) + 1)
  const listed = kept(rows, filter)
  return {
    children: children.length,
    incomplete: rows.length,
    required: allRequired(store)
      .filter((one) => !isWithdrawn(one, on))
      .map((one) => ({ id: one.id, name: nameShown(person, one), children: counts.get(one.id) ?? 0 })),
    total: listed.length,
    familyIds: [...new Set(listed.map(({ familyId }) => familyId))],
    rows: listed.slice(0, maxShown).map((row) => ({ ...row, missing: [...row.missing] })),
  }
}

const title = 'Ce qui manque aux dossiers'

/** The list without a limit, printed or as a spreadsheet. */
export const dossiersFile = async (
  core: Core,
  person: Person,
  { format, ...filter }: DossierFilter & { readonly format: 'pdf' | 'xlsx' },
): Promise<File> => {
  const { store, clock } = core
  const on = today(clock)
  const names = new Map(allRequired(store).map((one) => [one.id, nameShown(person, one)]))
  const missingText = ({ missing }: Row) => missing.map((id) => names.get(id) ?? '').join(', ')
  const rows = kept(incompleteRows(store, filter, on).rows, filter)
  const name = `dossiers-incomplets-${numericDay(on).replaceAll('/', '-')}.${format}`
  if (format === 'xlsx') {
    const table = {
      columns: ['Enfant', 'Famille', 'École', 'Classe', 'Manque'],
      rows: rows.map((row) => [row.child, row.family, row.school, row.level, missingText(row)]),
    }
    return new File([new Uint8Array(await writeXlsx(title, table))], name, { type: spreadsheetTypes.xlsx })
  }
  const paper = await listPdf({
    title,
    about: shortDay(on),
    summary: [{ name: 'Dossiers incomplets', value: counted(rows.length, 'enfant') }],
    blanks: [],
    columns: [
      { title: 'Enfant', kind: 'text', width: 60 },
      { title: 'École', kind: 'text', width: 45 },
      { title: 'Manque', kind: 'text' },
    ],
    groups: [
      {
        name: '',
        count: '',
        rows: rows.map((row) => ({
          id: `${row.familyId} ${row.childId}`,
          registrationId: null,
          cells: [
            { text: row.child, under: row.family, strong: true },
            { text: row.school, under: row.level },
            { text: missingText(row) },
          ],
        })),
      },
    ],
    emptyRows: 0,
    empty: 'Aucun dossier n’est incomplet.',
    note: '',
    showsHealth: false,
    organisationName: organisationOf(store).name,
    printedAt: clock(),
  })
  return new File([paper], name, { type: 'application/pdf' })
}
