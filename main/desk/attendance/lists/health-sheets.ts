import type { HealthSheetsInput } from '../../../../shared/contract/desk/attendance.ts'
import { type Day, today, yearOf } from '../../../../shared/rules/calendar/day.ts'
import { isComing } from '../../../../shared/rules/cell/day-list.ts'
import { proposedTexts } from '../../../../shared/rules/dossier/consent-texts.ts'
import {
  dietName,
  type Health,
  healthNames,
  paiEndText,
  paiName,
  withoutPrescription,
} from '../../../../shared/rules/dossier/health.ts'
import {
  proofNames,
  requiredVaccines,
  standingText,
  vaccinationStanding,
  vaccineNames,
} from '../../../../shared/rules/dossier/vaccinations.ts'
import {
  authorityNames,
  bondNames,
  mayHoldAuthority,
  powersOf,
  unconfirmedBond,
} from '../../../../shared/rules/people/guardian-bond.ts'
import { bornWord, sexNames } from '../../../../shared/rules/people/names.ts'
import type { Fetching } from '../../../../shared/rules/people/pickup.ts'
import { schoolYearStart } from '../../../../shared/rules/people/schooling.ts'
import { ageText, capitalised, counted, numericDay, shortDay } from '../../../../shared/rules/text/french.ts'
import { type HealthSheetPaper, healthSheetPdf } from '../../../documents/dossier/health-sheet-pdf.ts'
import type { Store } from '../../../store/store.ts'
import { shownNameSql } from '../../activities/activities.ts'
import { consentsOfChild } from '../../consents/consents.ts'
import { type Core, type Person, Refused } from '../../core.ts'
import {
  bondsOfChildren,
  childOnDay,
  contactsOfHomes,
  familiesOfChildren,
  fetchingOn,
  pickupsOfChildren,
} from '../../families/families.ts'
import { admittedOn, healthOf } from '../../families/health.ts'
import { logoOf, organisationOf } from '../../settings/settings.ts'
import { attendanceOfDay, daySheet } from '../attendance.ts'

/**
 * Health records on paper, one or two pages for each child: of one child, of an outing, or of all children expected on
 * a day at the activities that this person sees. One act records whose records were read. @throws Refused, and
 * CannotOpen while health records cannot be opened
 */
export const healthSheets = async (core: Core, person: Person, asked: HealthSheetsInput): Promise<File> => {
  const { store, clock } = core
  const on = asked.kind === 'child' ? today(clock) : asked.day
  // A sheet shows the present record of children who come: on a past day, some of them may have left long ago.
  if (on < today(clock))
    throw new Refused('Ce jour est passé\u00a0: les fiches sanitaires s’impriment avant la sortie.')
  const { limits } = store
  const childIds = childrenAsked(core, person, asked).filter((id) => limits?.sees('health_child', id) ?? true)
  if (childIds.length === 0) throw new Refused('Aucun enfant n’est attendu ce jour-là\u00a0: il n’y a rien à imprimer.')
  const what = asked.kind === 'child' ? '' : ` du ${shortDay(on)}`
  const label = `Santé consultée\u00a0: ${counted(childIds.length, 'fiche sanitaire imprimée', 'fiches sanitaires imprimées')}${what}`
  const records = store.act(person, 'health.read', label, (write) =>
    childIds.map((id) => [id, healthOf(store, write, id)] as const),
  )
  const sheets = records.map(([id, record]) => sheetOf(core, person, id, record, on))
  const bytes = await healthSheetPdf(sheets, { createdAt: clock() })
  return new File([bytes], `fiches-sanitaires-${on}.pdf`, { type: 'application/pdf' })
}

const childrenAsked = (core: Core, person: Person, asked: HealthSheetsInput): number[] => {
  if (asked.kind === 'child') return [asked.childId]
  const activities =
    asked.kind === 'outing' ? [asked.activityId] : attendanceOfDay(core, asked.day).map(({ activityId }) => activityId)
  const wanted = asked.kind === 'outing' ? asked.registrationIds : null
  const coming = activities
    .flatMap((activityId) => daySheet(core, person, { activityId, day: asked.day }, 'fiches sanitaires').children)
    .filter(
      ({ cells, registrationId }) =>
        cells.some((cell) => cell !== null && isComing(cell)) && (wanted === null || wanted.includes(registrationId)),
    )
  return [...new Set(coming.map(({ childId }) => childId))]
}

const sheetOf = (
  core: Core,
  person: Person,
  childId: number,
  record: Health & { readonly isLost: boolean },
  on: Day,
): HealthSheetPaper => {
  const { store, clock } = core
  const child = childOnDay(store, childId, on)
  const { name, authority } = organisationOf(store)
  const logo = logoOf(store)?.bytes
  const year = yearOf(schoolYearStart(on))
  const standing = standingText(vaccinationStanding(record.vaccinationProof, admittedOn(store, childId, on), on))
  const seen = record.vaccinationSeenOn === null ? '' : `, vue le ${numericDay(record.vaccinationSeenOn)}`
  return {
    organisation: name,
    authority,
    ...(logo && { logo: new Uint8Array(logo) }),
    schoolYear: `${year}/${year + 1}`,
    lastName: child.lastName,
    firstName: child.firstName,
    birth: child.birthDay,
    born: `${capitalised(bornWord[child.sex])} le`,
    age: ageText(child.age),
    sex: child.sex === '' ? '' : sexNames[child.sex],
    school: [child.school, child.level].filter((part) => part !== '').join(', '),
    activities: activitiesOf(store, childId, on).join(', '),
    alert: [record.allergies === '' ? '' : 'ALLERGIE', paiName(record, on).toLocaleUpperCase('fr')]
      .filter((part) => part !== '')
      .join(' – '),
    proof: standing === '' ? `${proofNames[record.vaccinationProof]}${seen}` : standing,
    unreadable: record.isLost ? 'Fiche illisible\u00a0: sa clé est perdue. Demandez-la de nouveau à la famille.' : '',
    vaccines: requiredVaccines(child.birthDay).map(({ vaccine, isToVerify }) => ({
      name: vaccineNames[vaccine],
      isToVerify,
      dates: record.doses[vaccine] ?? [],
    })),
    health: [
      { name: healthNames.allergies, text: record.allergies, first: '' },
      { name: healthNames.pai, text: record.pai, first: paiEndText(record.paiUntil, on) },
      {
        name: healthNames.treatment,
        text: record.treatment,
        first: record.treatment === '' ? '' : dayFirst('ordonnance du', record.prescriptionOn) || withoutPrescription,
      },
      { name: healthNames.history, text: record.history, first: '' },
      { name: 'Régime du repas', text: record.diet === '' ? '' : dietName(record.diet), first: '' },
      ...(record.contraindication === ''
        ? []
        : [{ name: 'Contre-indication', text: record.contraindication, first: '' }]),
    ],
    recommendations: record.recommendations,
    contacts: contactsOf(store, childId, on),
    doctor: record.doctor,
    insurance: withDay(
      [record.insurer, record.insuranceContract === '' ? '' : `contrat n° ${record.insuranceContract}`]
        .filter((part) => part !== '')
        .join(', '),
      record.insuranceUntil !== null && record.insuranceUntil < on ? 'finie le' : 'jusqu’au',
      record.insuranceUntil,
    ),
    emergency: emergencyOf(core, childId),
    printedBy: person.name,
    printedAt: clock(),
  }
}

/** « ordonnance du 03/09/2026 » */
const dayFirst = (words: string, on: Day | null): string => (on === null ? '' : `${words} ${numericDay(on)}`)

const withDay = (text: string, words: string, on: Day | null): string =>
  text === '' || on === null ? text : `${text} (${words} ${numericDay(on)})`

const activitiesOf = (store: Store, childId: number, on: Day): string[] =>
  store
    .statement(
      `select distinct ${shownNameSql('activity')} from registration join period on period.id = registration.period_id
      join activity on activity.id = period.activity_id
      where child_id = ? and registration.state in ('accepted', 'ended') and registration.start_day <= ? and registration.end_day >= ?
      order by 1`,
    )
    .pluck()
    .all(childId, on, on) as string[]

const fetchingNotes: Readonly<Record<Fetching, string>> = {
  yes: '',
  disputed: ', pour venir chercher\u00a0: appelez la direction',
  no: ', ne vient pas chercher',
}

/** The guardians to tell first, then the other people who may fetch the child. */
const contactsOf = (store: Store, childId: number, on: Day): HealthSheetPaper['contacts'] => {
  const homes = familiesOfChildren(store, [childId]).map(({ id }) => id)
  const bonds = bondsOfChildren(store, [childId]).get(childId)
  const fetchingOnDay = fetchingOn(store, [childId], on)
  const contacts = contactsOfHomes(store, homes)
  const seen = new Set<number>()
  const guardians = homes
    .flatMap((id) => contacts.get(id) ?? [])
    .flatMap(({ guardianId, firstName, lastName, phones }) => {
      if (guardianId === null) return [{ name: firstName, bond: '', phones: phones.join('\n') }]
      const bond = bonds?.get(guardianId) ?? unconfirmedBond
      if (seen.has(guardianId) || !(powersOf(bond).told || mayHoldAuthority(bond))) return []
      seen.add(guardianId)
      const authority = authorityNames[bond.authority].toLocaleLowerCase('fr')
      const name = `${firstName} ${lastName}`
      const fetching = fetchingNotes[fetchingOnDay(childId, { guardianId, name })]
      return [
        {
          name,
          bond: `${bondNames[bond.kind].toLocaleLowerCase('fr')}, autorité\u00a0: ${authority}${fetching}`,
          phones: phones.join('\n'),
        },
      ]
    })
  const others = pickupsOfChildren(store, [childId], on)
    .filter(({ allowed }) => allowed)
    .map(({ name, relation, phone }) => ({
      name,
      bond: [relation, 'peut venir chercher'].filter((part) => part !== '').join(', '),
      phones: phone,
    }))
  return [...guardians, ...others]
}

const emergencyOf = (core: Core, childId: number): HealthSheetPaper['emergency'] => {
  const asked = consentsOfChild(core, { childId }).find(({ kind }) => kind === 'emergencyCare')
  if (!asked) return { text: proposedTexts.emergencyCare, read: [] }
  return {
    text: asked.text,
    read: asked.holders.map(({ name, answer, on, isFromPortal }) =>
      answer === 'yes' && on !== null
        ? `Lu par ${name} le ${shortDay(on)}${isFromPortal ? ', sur le portail' : ''}.`
        : `${name}\u00a0: pas encore lu.`,
    ),
  }
}
