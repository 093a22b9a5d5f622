import type { ListInput } from '../../../../shared/contract/desk/attendance.ts'
import { isComing, personToCallText } from '../../../../shared/rules/cell/day-list.ts'
import { consentsOnOuting } from '../../../../shared/rules/dossier/consent.ts'
import { phoneText } from '../../../../shared/rules/people/names.ts'
import { disputedText } from '../../../../shared/rules/people/pickup.ts'
import { capitalised, counted, longDay } from '../../../../shared/rules/text/french.ts'
import type { Core, Person } from '../../core.ts'
import { organisationOf } from '../../settings/settings.ts'
import { daySheet } from '../attendance.ts'
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

/** The sheet that staff take on an outing: the children, whom to call, and the health of each. */
export const outingList = (
  core: Core,
  person: Person,
  { activityId, day, registrationIds }: Extract<ListInput, { kind: 'outing' }>,
  medium: string,
): DayList => {
  const sheet = daySheet(core, person, { activityId, day }, `fiche de sortie (${medium})`)
  const { showsHealth } = sheet
  const going = sheet.children.filter(
    ({ cells, registrationId }) =>
      cells.some((cell) => cell !== null && isComing(cell)) &&
      (registrationIds === null || registrationIds.includes(registrationId)),
  )
  const { alerts, forbidden } = alertCounts(going)
  const { phone } = organisationOf(core.store)
  return {
    table: {
      title: 'Fiche de sortie',
      about: `${longDay(day)} – ${sheet.activity}, ${sheet.facility}`,
      summary: [
        { name: 'Enfants', value: String(going.length) },
        ...(showsHealth ? [{ name: 'Allergies et PAI', value: counted(alerts, 'enfant') }] : []),
        { name: 'Départ interdit à quelqu’un', value: String(forbidden) },
        { name: 'Secours', value: '15, 18 ou 112' },
        ...(phone === '' ? [] : [{ name: 'Service', value: phoneText(phone) }]),
      ],
      blanks: ['Destination', 'Départ à', 'Retour à', 'Adultes'],
      columns: [
        { title: 'Enfant', kind: 'text', width: 40 },
        { title: 'Parti', kind: 'box', width: 12 },
        { title: 'Revenu', kind: 'box', width: 12 },
        ...(showsHealth ? [{ title: 'Allergie, PAI, régime', kind: 'text' as const }] : []),
        { title: 'Parents à appeler', kind: 'text', width: 46 },
        { title: 'Autres personnes', kind: 'text' },
      ],
      groups: [
        {
          name: '',
          count: '',
          rows: going.map((child) => ({
            id: String(child.registrationId),
            registrationId: child.registrationId,
            cells: [
              childCell(child),
              { text: '', box: 'expected' as const },
              { text: '', box: 'expected' as const },
              ...(showsHealth ? [healthCell(child)] : []),
              { text: child.parents.map((one) => personToCallText(one)).join('\n') },
              {
                ...pickupCell(child),
                text: [...child.allowedPickups, ...consentsOnOuting(child.consents).map(capitalised)].join('\n'),
              },
            ],
          })),
        },
      ],
      emptyRows: 0,
      empty: 'Aucun enfant n’est attendu ce jour-là.',
      note: showsHealth
        ? ''
        : `${withoutHealth} Cette fiche est sans eux\u00a0: faites-la imprimer par la direction avant de partir.`,
      showsHealth,
    },
    spreadsheet: {
      columns: [
        'Nom',
        'Prénom',
        'Âge',
        'Classe',
        ...(showsHealth ? healthColumns : []),
        'Parents à appeler',
        'Autres personnes',
        'Ne doit pas venir le chercher',
        'Autorisations',
      ],
      rows: going.map((child) => [
        child.lastName,
        child.firstName,
        child.age,
        child.level,
        ...(showsHealth ? healthValues(child) : []),
        child.parents.map((one) => personToCallText(one)).join('\u00a0; '),
        child.allowedPickups.join('\u00a0; '),
        [...child.forbiddenPickups, ...child.disputedPickups.map(disputedText)].join('\u00a0; '),
        consentsOnOuting(child.consents).join('\u00a0; '),
      ]),
    },
  }
}
