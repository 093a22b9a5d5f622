import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import {
  type OutstandingColumn,
  type OutstandingDebtor,
  type OutstandingFacts,
  type OutstandingFormat,
  type OutstandingLine,
  outstandingColumnNames,
} from '../../../shared/rules/money/recovery/outstanding.ts'
import { counted, numericDay, shortDay } from '../../../shared/rules/text/french.ts'
import { listPdf } from '../../documents/list-pdf.ts'
import { amountCell, writeCsv } from '../../documents/spreadsheets/csv.ts'
import { writeXlsx } from '../../documents/spreadsheets/workbook.ts'

type List = { readonly number: string; readonly on: Day; readonly facts: OutstandingFacts }

const title = 'État des restes à recouvrer'

/** The list as it is handed over: one paper to sign, and the same as two tables for the finance service's program. */
export const outstandingFiles = async (
  list: List,
  { columns, createdAt }: { readonly columns: readonly OutstandingColumn[]; readonly createdAt: Instant },
): Promise<{ format: OutstandingFormat; name: string; bytes: Uint8Array }[]> => {
  const nameIn = (format: OutstandingFormat) => `Etat des restes ${list.number}.${format}`
  return [
    { format: 'pdf', name: nameIn('pdf'), bytes: await pdfOf(list, createdAt) },
    { format: 'xlsx', name: nameIn('xlsx'), bytes: await writeXlsx(title, tableOf(list, columns, 'xlsx')) },
    { format: 'csv', name: nameIn('csv'), bytes: writeCsv(tableOf(list, columns, 'csv')) },
  ]
}

/** A table with one row for each debt and accounting nature. */
const tableOf = ({ number, facts }: List, columns: readonly OutstandingColumn[], format: 'csv' | 'xlsx') => ({
  columns: columns.map((column) => outstandingColumnNames[column]),
  rows: facts.debtors.flatMap((debtor) =>
    debtor.debts.flatMap((debt) =>
      debt.natures.map(({ nature, cents }) => {
        const cells = cellsOf(number, debtor, debt, { nature, cents }, format)
        return columns.map((column) => cells[column])
      }),
    ),
  ),
})

const cellsOf = (
  statement: string,
  { familyNumber, civility, lastName, firstName, line1, line2, postcode, town }: OutstandingDebtor,
  { number, on, dueOn, period, totalCents, reminders }: OutstandingLine,
  { nature, cents }: OutstandingLine['natures'][number],
  format: 'csv' | 'xlsx',
): Readonly<Record<OutstandingColumn, string | number>> => ({
  statement,
  familyNumber,
  civility,
  lastName,
  firstName,
  line1,
  line2,
  postcode,
  town,
  number,
  issuedOn: numericDay(on),
  dueOn: numericDay(dueOn),
  period,
  nature,
  total: amountCell(totalCents, format),
  left: amountCell(cents, format),
  reminders: reminders.map((one) => one.number).join(' '),
  lastReminder: reminders.length === 0 ? '' : numericDay(reminders.at(-1)?.on ?? on),
})

const pdfOf = ({ number, on, facts }: List, printedAt: Instant): Promise<Uint8Array> => {
  const { debtors, kept, regie, cashier, organisation, transmitFromCents } = facts
  const debts = debtors.reduce((sum, debtor) => sum + debtor.debts.length, 0)
  const cents = debtors.reduce((sum, debtor) => sum + debtor.cents, 0)
  return listPdf({
    title: `${title} ${number}`,
    about: `${regie}, au ${shortDay(on)}`,
    summary: [
      { name: 'Débiteurs', value: String(debtors.length) },
      { name: 'Dettes', value: String(debts) },
      { name: 'Reste à recouvrer', value: formatEuros(cents) },
    ],
    blanks: [cashier === '' ? 'Le régisseur' : `Le régisseur, ${cashier}`, 'L’ordonnateur'],
    columns: [
      { title: 'Pièce', kind: 'text' },
      { title: 'Échéance', kind: 'text', width: 22 },
      { title: 'Nature', kind: 'text', width: 34 },
      { title: 'Relances', kind: 'text', width: 46 },
      { title: 'Reste dû', kind: 'number', width: 24 },
    ],
    groups: [
      ...debtors.map((debtor) => ({
        name: [debtor.civility, debtor.firstName, debtor.lastName].filter((text) => text !== '').join(' '),
        count: [
          debtor.familyNumber,
          debtor.line1,
          debtor.line2,
          `${debtor.postcode} ${debtor.town}`.trim(),
          `${counted(debtor.debts.length, 'dette')}, ${formatEuros(debtor.cents)}`,
        ]
          .filter((text) => text !== '')
          .join(' · '),
        rows: debtor.debts.map((debt) => ({
          id: debt.number,
          registrationId: null,
          cells: [
            {
              text: debt.number,
              under: [debt.period, `émise le ${numericDay(debt.on)}, ${formatEuros(debt.totalCents)}`]
                .filter((text) => text !== '')
                .join(', '),
              strong: true,
            },
            { text: numericDay(debt.dueOn) },
            {
              text: debt.natures
                .map(({ nature, cents: some }) =>
                  debt.natures.length === 1 ? nature : `${nature}\u00a0: ${formatEuros(some)}`,
                )
                .join('\n'),
            },
            { text: debt.reminders.map((one) => `${one.number}, ${numericDay(one.on)}`).join('\n') },
            { text: formatEuros(debt.leftCents) },
          ],
        })),
      })),
      ...(kept.length === 0
        ? []
        : [
            {
              name: 'Restent à la régie',
              count: `dettes relancées, mais non transmises (seuil\u00a0: ${formatEuros(transmitFromCents)})`,
              rows: kept.map((one) => ({
                id: `kept ${one.name} ${one.number}`,
                registrationId: null,
                cells: [
                  { text: one.number, under: one.name },
                  { text: '' },
                  { text: '' },
                  { text: one.why },
                  { text: formatEuros(one.cents) },
                ],
              })),
            },
          ]),
    ],
    emptyRows: 0,
    empty: '',
    note: '',
    showsHealth: false,
    organisationName: organisation,
    printedAt,
  })
}
