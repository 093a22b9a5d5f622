import type { DaySheet, ListCell, ListInput, SheetChild } from '../../../../shared/contract/desk/attendance.ts'
import { isComing, personToCallText } from '../../../../shared/rules/cell/day-list.ts'
import { counted, longDay } from '../../../../shared/rules/text/french.ts'
import type { Core, Person } from '../../core.ts'
import { daySheet } from '../attendance.ts'
import { childCell, type DayList, healthCell, pickupCell, withoutHealth } from './list.ts'

/** The expected children of each list of an activity: who gets on « Car 2 », with a box for each slot to tick. */
export const sublistList = (
  core: Core,
  person: Person,
  { activityId, day, name }: Extract<ListInput, { kind: 'sublist' }>,
  medium: string,
): DayList => {
  const sheet = daySheet(core, person, { activityId, day }, `liste (${medium})`)
  const lists = sheet.sublists.filter((list) => name === '' || list.name === name)
  const slots = sheet.slots.filter(({ id }) => lists.some(({ slotIds }) => slotIds.includes(id)))
  const comesAt = (list: DaySheet['sublists'][number], child: SheetChild, slotId: number) => {
    const cell = child.cells[sheet.slots.findIndex(({ id }) => id === slotId)]
    return list.slotIds.includes(slotId) && cell != null && isComing(cell)
  }
  const groups = lists.map((list) => ({
    list,
    children: sheet.children.filter(
      (child) => child.sublists.includes(list.name) && slots.some(({ id }) => comesAt(list, child, id)),
    ),
  }))
  const { showsHealth } = sheet
  return {
    table: {
      title: name === '' ? 'Listes' : name,
      about: `${longDay(day)} – ${sheet.activity}, ${sheet.facility}`,
      summary: groups.map(({ list, children }) => ({
        name: list.name,
        value: `${children.length}/${list.capacity}`,
      })),
      blanks: [],
      columns: [
        { title: 'Enfant', kind: 'text', width: 44 },
        ...slots.map(({ shortName }) => ({ title: shortName, kind: 'box' as const, width: 14 })),
        ...(showsHealth ? [{ title: 'Allergie, PAI, régime', kind: 'text' as const }] : []),
        { title: 'Parents à appeler', kind: 'text' },
        { title: 'Qui vient chercher', kind: 'text' },
      ],
      groups: groups.map(({ list, children }) => ({
        name: list.name,
        count: `${counted(children.length, 'enfant')}, ${counted(list.capacity, 'place')}`,
        rows: children.map((child) => ({
          id: `${list.name} ${child.registrationId}`,
          registrationId: child.registrationId,
          cells: [
            childCell(child),
            ...slots.map(
              ({ id }): ListCell => (comesAt(list, child, id) ? { text: '', box: 'expected' } : { text: '' }),
            ),
            ...(showsHealth ? [healthCell(child)] : []),
            { text: child.parents.map((one) => personToCallText(one)).join('\n') },
            pickupCell(child),
          ],
        })),
      })),
      emptyRows: 0,
      empty:
        sheet.sublists.length === 0
          ? 'Cette activité n’a pas de liste\u00a0: elles se créent avec l’activité.'
          : 'Aucun enfant de ces listes n’est attendu ce jour-là.',
      note: showsHealth ? '' : withoutHealth,
      showsHealth,
    },
    spreadsheet: {
      columns: ['Liste', 'Nom', 'Prénom', 'Âge', 'Classe', 'Plages', 'Parents à appeler'],
      rows: groups.flatMap(({ list, children }) =>
        children.map((child) => [
          list.name,
          child.lastName,
          child.firstName,
          child.age,
          child.level,
          slots.flatMap((slot) => (comesAt(list, child, slot.id) ? [slot.name] : [])).join(', '),
          child.parents.map((one) => personToCallText(one)).join('\u00a0; '),
        ]),
      ),
    },
  }
}
