import type { DaySheet, ListCell, ListInput, SheetChild } from '../../../../shared/contract/desk/attendance.ts'
import { may } from '../../../../shared/rules/access/roles.ts'
import { timeOfDay } from '../../../../shared/rules/calendar/day.ts'
import {
  classText,
  type GroupableChild,
  groupRows,
  hoursText,
  isComing,
} from '../../../../shared/rules/cell/day-list.ts'
import { consentsAtGate } from '../../../../shared/rules/dossier/consent.ts'
import { byFullName } from '../../../../shared/rules/people/names.ts'
import { disputedText } from '../../../../shared/rules/people/pickup.ts'
import { counted, longDay } from '../../../../shared/rules/text/french.ts'
import { shownWith } from '../../activities/activities.ts'
import type { Core, Person } from '../../core.ts'
import { childrenOnDay } from '../../families/families.ts'
import { attendanceOfDay, daySheet } from '../attendance.ts'
import {
  alertCounts,
  childCell,
  type DayList,
  healthCell,
  healthColumns,
  healthValues,
  pickupCell,
  withoutHealth,
} from './list.ts'

type Stay = { readonly sheet: DaySheet; readonly child: SheetChild }
/** One row of the list: a child with all activities of the day, or with one when the list is grouped by activity. */
type ChildLine = GroupableChild & { readonly child: SheetChild; readonly stays: readonly Stay[] }

/** Children expected on a day, by activity, school, class or age, with health alerts and who may fetch each child. */
export const expectedList = (
  core: Core,
  person: Person,
  { day, activityIds, groupBy }: Extract<ListInput, { kind: 'expected' }>,
  medium: string,
): DayList => {
  const wanted = new Set(shownWith(core.store, activityIds))
  const open = attendanceOfDay(core, day).filter(({ activityId }) => activityIds.length === 0 || wanted.has(activityId))
  const sheets = open.map(({ activityId }) => daySheet(core, person, { activityId, day }, `liste (${medium})`))
  const stays = sheets.flatMap((sheet) => sheet.children.map((child): Stay => ({ sheet, child })))
  const people = childrenOnDay(core.store, [...new Set(stays.map(({ child }) => child.childId))], day)
  const lineOf = (childStays: readonly Stay[], { sheet, child }: Stay): ChildLine => {
    const person = people.get(child.childId)
    return {
      activity: sheet.activity,
      school: person?.school ?? '',
      level: person?.level ?? '',
      className: person?.className ?? '',
      years: person?.age.years ?? 0,
      child,
      stays: childStays,
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
  const { alerts, forbidden } = alertCounts(children.filter(({ childId }) => coming.has(childId)))
  return {
    table: {
      title: 'Enfants attendus',
      about: `${longDay(day)} – ${open.length > 3 ? counted(open.length, 'activité') : open.map(({ activity }) => activity).join(', ')}`,
      summary: [
        { name: 'Attendus', value: String(children.length) },
        ...(away > 0 ? [{ name: away > 1 ? 'dont absents' : 'dont absent', value: String(away) }] : []),
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
              // The class or the school is left out when it is the group's title.
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
    spreadsheet: {
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
        ...(showsHealth ? healthColumns : []),
        'Peut venir le chercher',
        'Ne doit pas venir le chercher',
        'Autorisations',
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
            ...(showsHealth ? healthValues(child) : []),
            child.allowedPickups.join(', '),
            [...child.forbiddenPickups, ...child.disputedPickups.map(disputedText)].join(', '),
            consentsAtGate(child.consents).join(', '),
          ]),
        ),
      ),
    },
  }
}

const comesCell = (stays: readonly Stay[], namesActivity: boolean): ListCell => {
  const comingStays = stays.filter(({ sheet, child }) => slotsComing(sheet, child).length > 0)
  const lines = comingStays.map(({ sheet, child }) => {
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
  accepts: (cell: NonNullable<SheetChild['cells'][number]>) => boolean,
) => slots.filter((_, at) => cells[at] != null && accepts(cells[at]))

const slotsComing = (sheet: DaySheet, child: SheetChild) => slotsWhere(sheet, child, isComing)
const slotsAway = (sheet: DaySheet, child: SheetChild) => slotsWhere(sheet, child, (cell) => !isComing(cell))

const hoursOf = (sheet: DaySheet, child: SheetChild): string =>
  hoursText(slotsComing(sheet, child).map(({ start, end }) => ({ start: timeOfDay(start), end: timeOfDay(end) })))
