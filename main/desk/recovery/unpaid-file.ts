import type { UnpaidPayer } from '../../../shared/contract/desk/money/recovery.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { reminderChannelNames } from '../../../shared/rules/money/recovery/reminder-level.ts'
import { phoneText } from '../../../shared/rules/people/names.ts'
import { counted, numericDay, shortDay } from '../../../shared/rules/text/french.ts'
import { listPdf } from '../../documents/list-pdf.ts'
import { amountCell, writeCsv } from '../../documents/spreadsheets/csv.ts'
import { writeXlsx } from '../../documents/spreadsheets/workbook.ts'
import type { Core } from '../core.ts'
import { regieName, regieOf } from '../regies/regies.ts'
import { organisationOf } from '../settings/settings.ts'
import { listUnpaid } from './unpaid.ts'

const title = 'Impayés'

/** The list « Impayés » of a régie, as a spreadsheet or on paper. */
export const unpaidFile = async (
  core: Core,
  { regieId, format }: { readonly regieId: number; readonly format: 'pdf' | 'xlsx' | 'csv' },
): Promise<File> => {
  const { store, clock } = core
  const { on, payers } = await listUnpaid(core, { regieId })
  const name = `impayes-${on}.${format}`
  if (format !== 'pdf') {
    const table = {
      columns: [
        'Payeur',
        'Responsables',
        'Téléphone',
        'Dettes',
        'Retard (jours)',
        'Dernière relance',
        'Le',
        'Suite',
        'Dû échu (€)',
      ],
      rows: payers.map((row) => [
        row.name,
        row.about,
        phoneText(row.phone),
        row.debts,
        row.daysLate,
        row.last?.levelName ?? '',
        row.last ? numericDay(row.last.on) : '',
        nextText(row),
        amountCell(row.dueCents, format),
      ]),
    }
    const bytes = format === 'csv' ? writeCsv(table) : await writeXlsx(title, table)
    return new File([new Uint8Array(bytes)], name, { type: types[format] })
  }
  const paper = await listPdf({
    title,
    about: `au ${shortDay(on)}, ${regieName(regieOf(store, regieId))}`,
    summary: [
      { name: 'Payeurs', value: counted(payers.length, 'payeur') },
      { name: 'Dû échu', value: formatEuros(payers.reduce((sum, { dueCents }) => sum + dueCents, 0)) },
    ],
    blanks: [],
    columns: [
      { title: 'Payeur', kind: 'text' },
      { title: 'Retard', kind: 'number', width: 18 },
      { title: 'Dernière relance', kind: 'text', width: 40 },
      { title: 'Suite', kind: 'text', width: 52 },
      { title: 'Dû échu', kind: 'number', width: 26 },
    ],
    groups: [
      {
        name: '',
        count: counted(payers.length, 'payeur'),
        rows: payers.map((row) => ({
          id: row.key,
          registrationId: null,
          cells: [
            {
              text: row.name,
              under: [row.about, phoneText(row.phone)].filter((text) => text !== '').join(', '),
              strong: true,
            },
            { text: `${row.daysLate}\u00a0j` },
            { text: row.last?.levelName ?? 'aucune', under: row.last ? numericDay(row.last.on) : '' },
            { text: nextText(row) },
            { text: formatEuros(row.dueCents) },
          ],
        })),
      },
    ],
    emptyRows: 0,
    empty: 'Personne ne doit rien d’échu.',
    note: '',
    showsHealth: false,
    organisationName: organisationOf(store).name,
    printedAt: clock(),
  })
  return new File([paper], name, { type: 'application/pdf' })
}

const types = {
  csv: 'text/csv;charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

/** « niveau 2, lettre », « niveau 2 le 15/12/2026 », or why the payer is skipped. */
const nextText = ({ step, channel, skipped }: UnpaidPayer): string => {
  if (skipped) return skipped.sentence
  if (step.kind === 'statement') return 'plus de relance'
  return step.kind === 'remind'
    ? `niveau\u00a0${step.level}, ${reminderChannelNames[channel]}`
    : `niveau\u00a0${step.level} le ${numericDay(step.from)}`
}
