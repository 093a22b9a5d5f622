import type { ListCell, ListTable, SheetChild } from '../../../../shared/contract/desk/attendance.ts'
import type { CsvTable } from '../../../documents/sheets/csv.ts'

/** One list, as it is read by people and as a spreadsheet takes it. */
export type DayList = { readonly table: ListTable; readonly sheet: CsvTable }

export const withoutHealth = 'La santé et les régimes se lisent avec le rôle Animateur ou Directeur.'

export const childCell = ({ lastName, firstName, age, apart, level }: SheetChild): ListCell => ({
  text: `${lastName} ${firstName}`,
  under: [age, apart, level].filter((part) => part !== '').join(', '),
  strong: true,
})

const alertOf = ({ health }: Pick<SheetChild, 'health'>): string =>
  [health?.allergies ?? '', health && health.pai !== '' ? `PAI\u00a0: ${health.pai}` : '']
    .filter((part) => part !== '')
    .join(' · ')

export const healthCell = (child: SheetChild): ListCell => {
  const alert = alertOf(child)
  return { text: child.health?.diet ?? '', ...(alert !== '' && { alert }) }
}

export const pickupCell = ({ allowedPickups, forbiddenPickups }: SheetChild): ListCell => ({
  text: ['Parents', ...allowedPickups].join(', '),
  ...(forbiddenPickups.length > 0 && { banned: forbiddenPickups }),
})

/** Whether a child carries something to watch, or must not be given to someone. */
export const watched = (children: readonly SheetChild[]) => ({
  alerts: children.filter((child) => alertOf(child) !== '').length,
  forbidden: children.filter(({ forbiddenPickups }) => forbiddenPickups.length > 0).length,
})
