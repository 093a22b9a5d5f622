import type { ImportLeftOut, ImportTotal } from '../../../../shared/contract/desk/imports.ts'
import { dayAt } from '../../../../shared/rules/calendar/day.ts'
import { folded } from '../../../../shared/rules/people/names.ts'
import { totalDifferenceText, totalText } from '../../../../shared/rules/takeover/totals.ts'
import { counted } from '../../../../shared/rules/text/french.ts'
import { listPdf } from '../../../documents/list-pdf.ts'
import { spreadsheetTypes } from '../../../documents/spreadsheets/csv.ts'
import { writeWorkbook } from '../../../documents/spreadsheets/workbook.ts'
import type { Core } from '../../core.ts'
import { organisationOf } from '../../settings/settings.ts'

/** What became of a file, or would become of it. */
export type ComparisonReport = {
  readonly title: string
  /** False for a trial. */
  readonly isDone: boolean
  readonly totals: readonly ImportTotal[]
  readonly left: readonly ImportLeftOut[]
  readonly notes: readonly string[]
}

/** The comparison of a file with what is here, as a workbook of three sheets or on paper. */
export const reportFile = async (core: Core, report: ComparisonReport, format: 'xlsx' | 'pdf'): Promise<File> => {
  const bytes = format === 'xlsx' ? await workbookOf(report) : await paperOf(core, report)
  const name = `${folded(`bilan ${report.title}`).replaceAll(/[^a-z0-9]+/g, '-')}-${dayAt(core.clock())}.${format}`
  const type = format === 'xlsx' ? spreadsheetTypes.xlsx : 'application/pdf'
  return new File([new Uint8Array(bytes)], name, { type })
}

/** In euros, hours or units. */
const numberIn = (value: number, unit: ImportTotal['unit']): number =>
  unit === 'cents' ? value / 100 : unit === 'minutes' ? value / 60 : value

const workbookOf = ({ totals, left, notes }: ComparisonReport): Promise<Uint8Array> =>
  writeWorkbook([
    [
      'Totaux',
      {
        columns: ['Total', 'De', 'Unité', 'Dans le fichier', 'Ici', 'Différence'],
        rows: totals.map(({ what, of, unit, source, here }) => [
          what,
          of,
          unit === 'cents' ? '€' : unit === 'minutes' ? 'heures' : 'nombre',
          numberIn(source, unit),
          numberIn(here, unit),
          numberIn(here - source, unit),
        ]),
      },
    ],
    [
      'Laissées de côté',
      { columns: ['Ligne', 'Qui', 'Pourquoi'], rows: left.map(({ line, named, why }) => [line, named, why]) },
    ],
    ['Remarques', { columns: ['Remarque'], rows: notes.map((note) => [note]) }],
  ])

const rowOf = (id: string, texts: readonly string[], strong = false) => ({
  id,
  registrationId: null,
  cells: texts.map((text) => ({ text, strong })),
})

const paperOf = async (
  { store, clock }: Core,
  { title, isDone, totals, left, notes }: ComparisonReport,
): Promise<Uint8Array> => {
  return listPdf({
    title: `Bilan de reprise\u00a0: ${title}`,
    about: isDone ? 'après l’import' : 'à l’essai, rien n’est écrit',
    summary: [],
    blanks: [],
    columns: [
      { title: 'Total, ou ligne du fichier', kind: 'text' },
      { title: 'Dans le fichier', kind: 'number', width: 27 },
      { title: 'Ici', kind: 'number', width: 27 },
      { title: 'Différence', kind: 'number', width: 27 },
    ],
    groups: [
      {
        name: 'Totaux',
        count: totals.every(({ isEqual }) => isEqual) ? 'tous égaux' : 'à comparer',
        rows: totals.map((one, at) =>
          rowOf(
            `total ${at}`,
            [
              [one.what, one.of].filter((part) => part !== '').join(', '),
              totalText(one.source, one.unit),
              totalText(one.here, one.unit),
              totalDifferenceText(one),
            ],
            !one.isEqual,
          ),
        ),
      },
      {
        name: 'Lignes laissées de côté',
        count: counted(left.length, 'ligne'),
        rows: left.map(({ line, named, why }) =>
          rowOf(`line ${line}`, [`${line}. ${named}\u00a0: ${why}`, '', '', '']),
        ),
      },
    ],
    emptyRows: 0,
    empty: 'Aucune ligne.',
    note: notes.join(' '),
    showsHealth: false,
    organisationName: organisationOf(store).name,
    printedAt: clock(),
  })
}
