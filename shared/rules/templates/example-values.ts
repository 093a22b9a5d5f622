import type { CustomField } from '../people/custom-field.ts'
import type { FilledBlock, TemplateValues } from './resolved-document.ts'
import { allFields } from './template-fields.ts'

const owed: FilledBlock = {
  kind: 'table',
  columns: [
    { title: 'Facture', width: 50 },
    { title: 'Période', width: 50 },
    { title: 'À payer avant le', width: 45 },
    { title: 'Reste', width: 35, align: 'right' },
  ],
  rows: [
    { kind: 'line', cells: ['2026-000725', 'octobre 2026', 'lun. 23 nov. 2026', '87,10\u00a0€'] },
    { kind: 'total', cells: ['En tout', '', '', '87,10\u00a0€'] },
  ],
  note: '',
}

const blocks: Readonly<Record<string, FilledBlock>> = {
  children: { kind: 'lines', lines: ['Léa Marchand, 8\u00a0ans', 'Tom Marchand, 5\u00a0ans'] },
  registrations: { kind: 'lines', lines: ['Léa\u00a0: Mercredis 2026/2027, du 2/09/2026 au 30/06/2027'] },
  missingPapers: { kind: 'lines', lines: ['Assurance scolaire, pour Léa', 'Justificatif de domicile'] },
  owed,
  debts: owed,
  proof: {
    kind: 'table',
    columns: [
      { title: 'Jour', width: 60 },
      { title: 'Accueil', width: 80 },
      { title: 'Durée', width: 40, align: 'right' },
    ],
    rows: [
      { kind: 'line', cells: ['mer. 4 nov. 2026', 'matin', '4\u00a0h'] },
      { kind: 'total', cells: ['En tout', '1 jour', '4\u00a0h'] },
    ],
    note: '',
  },
}

/** The values of a preview without a family: the example of each field. */
export const exampleValues = (custom: readonly CustomField[]): TemplateValues => ({
  fields: Object.fromEntries(allFields(custom).map(({ id, example }) => [id, example])),
  blocks,
})
