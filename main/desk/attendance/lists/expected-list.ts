import type { DaySheet, ListAsked, ListCell, SheetChild } from '../../../../shared/contract/desk/attendance.ts'
import { may } from '../../../../shared/rules/access/roles.ts'
import { timeOfDay } from '../../../../shared/rules/calendar/day.ts'
import {
  classText,
  type GroupableChild,
  groupRows,
  hoursText,
  isComing,
} from '../../../../shared/rules/cell/day-list.ts'
import { byFullName } from '../../../../shared/rules/people/names.ts'
import { counted, longDay } from '../../../../shared/rules/text/french.ts'
import type { Core, Person } from '../../core.ts'
import { childrenOnDay } from '../../families/families.ts'
import { attendanceOfDay, daySheet } from '../attendance.ts'
import { childCell, type DayList, healthCell, pickupCell, watched, withoutHealth } from './list.ts'

type Stay = { readonly sheet: DaySheet; readonly child: SheetChild }
/** One line: what a child comes to, all of it, or one activity where the list is cut by activity. */
type Line = GroupableChild & { readonly child: SheetChild; readonly stays: readonly Stay[] }

/** Who is expected on a day, by activity, school, class or age, with what the door must know. */
export const expectedList = (
  core: Core,
  person: Person,
  { day, activityIds, groupBy }: Extract<ListAsked, { kind: 'expected' }>,
  place: string,
): DayList => {
  const open = attendanceOfDay(core, day).filter(
    ({ activityId }) => activityIds.length === 0 || activityIds.includes(activityId),
  )
  const sheets = open.map(({ activityId }) => daySheet(core, person, { activityId, day }, `liste (${place})`))
  const stays = sheets.flatMap((sheet) => sheet.children.map((child): Stay => ({ sheet, child })))
  const people = childrenOnDay(core.store, [...new Set(stays.map(({ child }) => child.childId))], day)
  const lineOf = (own: readonly Stay[], { sheet, child }: Stay): Line => {
    const known = people.get(child.childId)
    return {
      activity: sheet.activity,
      school: known?.school ?? '',
      level: known?.level ?? '',
      className: known?.className ?? '',
      years: known?.age.years ?? 0,
      child,
      stays: own,
    }
  }
  const lines =
    groupBy === 'activity'
      ? stays.map((stay) => lineOf([stay], stay))
      : [...Map.groupBy(stays, ({ child }) => child.childId).values()].flatMap((own) =>
          own[0] ? [lineOf(own, own[0])] : [],
        )
  const groups = groupRows(
    lines.toSorted((one, other) => (groupBy === 'activity' ? 0 : byFullName(one.child, other.child))),
    groupBy,
    (line) => line,
  )
  const showsHealth = may(person.roles, 'health.daySheet')
  const children = [...new Map(stays.map(({ child }) => [child.childId, child])).values()]
  const coming = new Set(
    stays.filter(({ sheet, child }) => slotsComing(sheet, child).length > 0).map(({ child }) => child.childId),
  )
  const away = children.length - coming.size
  const { alerts, forbidden } = watched(children.filter(({ childId }) => coming.has(childId)))
  return {
    table: {
      title: 'Enfants attendus',
      about: `${longDay(day)} – ${open.length > 3 ? counted(open.length, 'activité') : open.map(({ activity }) => activity).join(', ')}`,
      summary: [
        { name: 'Attendus', value: String(coming.size) },
        ...(away > 0 ? [{ name: away > 1 ? 'Absents' : 'Absent', value: String(away) }] : []),
        ...(showsHealth ? [{ name: 'Allergies et PAI', value: String(alerts) }] : []),
        { name: 'Départ interdit à quelqu’un', value: String(forbidden) },
      ],
      blanks: [],
      columns: [
        { title: 'Enfant', kind: 'text', width: 44 },
        { title: 'Vient', kind: 'text', width: 46 },
        ...(showsHealth ? [{ title: 'Allergie, PAI, régime', kind: 'text' as const }] : []),
        { title: 'Qui vient chercher', kind: 'text' },
      ],
      groups: groups.map(({ name, rows }) => ({
        name,
        count: counted(rows.length, 'enfant'),
        rows: rows.map(({ child, stays: own, school, level, className }, at) => ({
          id: `${name} ${child.childId} ${at}`,
          registrationId: child.registrationId,
          cells: [
            {
              ...childCell(child),
              // The group's name says the rest.
              under: [
                child.age,
                child.apart,
                groupBy === 'class' ? '' : classText({ level, className }),
                groupBy === 'school' ? '' : school,
              ]
                .filter((part) => part !== '')
                .join(', '),
            },
            comesCell(own, groupBy !== 'activity'),
            ...(showsHealth ? [healthCell(child)] : []),
            pickupCell(child),
          ],
        })),
      })),
      emptyRows: 0,
      empty: 'Aucun enfant n’est attendu ce jour-là.',
      note: showsHealth ? '' : withoutHealth,
      showsHealth,
    },
    sheet: {
      columns: [
        'Groupe',
        'Nom',
        'Prénom',
        'Âge',
        'École',
        'Classe',
        'Activité',
        'Plages',
        'Heures',
        'Absent',
        ...(showsHealth ? ['Allergies', 'PAI', 'Régime'] : []),
        'Peut venir le chercher',
        'Ne doit pas venir le chercher',
      ],
      rows: groups.flatMap(({ name, rows }) =>
        rows.flatMap(({ stays: own, school, level, className }) =>
          own.map(({ sheet, child }) => [
            name,
            child.lastName,
            child.firstName,
            child.age,
            school,
            classText({ level, className }),
            sheet.activity,
            slotsComing(sheet, child)
              .map((slot) => slot.name)
              .join(', '),
            hoursOf(sheet, child),
            slotsAway(sheet, child)
              .map((slot) => slot.name)
              .join(', '),
            ...(showsHealth ? [child.health?.allergies ?? '', child.health?.pai ?? '', child.health?.diet ?? ''] : []),
            child.allowedPickups.join(', '),
            child.forbiddenPickups.join(', '),
          ]),
        ),
      ),
    },
  }
}

const comesCell = (stays: readonly Stay[], namesActivity: boolean): ListCell => {
  const here = stays.filter(({ sheet, child }) => slotsComing(sheet, child).length > 0)
  const lines = here.map(({ sheet, child }) => {
    const names = slotsComing(sheet, child).map(({ name }) => name)
    return `${namesActivity ? `${sheet.activity}\u00a0: ` : ''}${names.join(', ')}, ${hoursOf(sheet, child)}`
  })
  const away = stays.flatMap(({ sheet, child }) => slotsAway(sheet, child)).map(({ name }) => name)
  return {
    text: lines.join('\n'),
    ...(away.length > 0 && { under: `absent\u00a0: ${away.join(', ')}` }),
  }
}

const slotsWhere = (
  { slots }: DaySheet,
  { cells }: SheetChild,
  asked: (cell: NonNullable<SheetChild['cells'][number]>) => boolean,
) => slots.filter((_, at) => cells[at] != null && asked(cells[at]))

const slotsComing = (sheet: DaySheet, child: SheetChild) => slotsWhere(sheet, child, isComing)
const slotsAway = (sheet: DaySheet, child: SheetChild) => slotsWhere(sheet, child, (cell) => !isComing(cell))

const hoursOf = (sheet: DaySheet, child: SheetChild): string =>
  hoursText(slotsComing(sheet, child).map(({ start, end }) => ({ start: timeOfDay(start), end: timeOfDay(end) })))
