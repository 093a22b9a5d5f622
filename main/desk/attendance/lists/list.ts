import type { ListCell, ListTable, SheetChild } from '../../../../shared/contract/desk/attendance.ts'
import { bannedTexts, parentsFetchingText } from '../../../../shared/rules/cell/day-list.ts'
import { consentsAtGate } from '../../../../shared/rules/dossier/consent.ts'
import { healthAlertText } from '../../../../shared/rules/dossier/health.ts'
import { capitalised } from '../../../../shared/rules/text/french.ts'
import type { CsvTable } from '../../../documents/spreadsheets/csv.ts'

/** A list in two forms: a table for screen and paper, and plain columns for a spreadsheet. */
export type DayList = { readonly table: ListTable; readonly spreadsheet: CsvTable }

export const withoutHealth = 'La santé et les régimes se lisent avec le rôle Animateur ou Directeur.'

export const childCell = ({ lastName, firstName, age, apart, level }: SheetChild): ListCell => ({
  text: `${lastName} ${firstName}`,
  under: [age, apart, level].filter((part) => part !== '').join(', '),
  strong: true,
})

const alertOf = ({ health }: Pick<SheetChild, 'health'>): string => (health ? healthAlertText(health) : '')

export const healthCell = (child: SheetChild): ListCell => {
  const alert = alertOf(child)
  const treatment = child.health?.treatment ?? ''
  return {
    text: child.health?.diet ?? '',
    ...(treatment !== '' && { under: `Traitement\u00a0: ${treatment}` }),
    ...(alert !== '' && { alert }),
  }
}

/** The health of a child in a spreadsheet. */
export const healthColumns = ['Allergies', 'PAI', 'Régime', 'Traitement'] as const
export const healthValues = ({ health }: SheetChild): string[] => [
  health?.allergies ?? '',
  health?.pai ?? '',
  health?.diet ?? '',
  health?.treatment ?? '',
]

export const pickupCell = (child: SheetChild): ListCell => {
  const banned = bannedTexts(child)
  return {
    text: [capitalised(parentsFetchingText(child)), ...child.allowedPickups, ...consentsAtGate(child.consents)].join(
      ', ',
    ),
    ...(banned.length > 0 && { banned }),
  }
}

/** Number of children with an allergy or a PAI, and of children whom some person must not fetch. */
export const alertCounts = (children: readonly SheetChild[]) => ({
  alerts: children.filter((child) => alertOf(child) !== '').length,
  forbidden: children.filter((child) => bannedTexts(child).length > 0).length,
})
