import type { PeriodInput } from '../../../shared/contract/desk/activities.ts'
import type { Definition } from '../../../shared/contract/desk/money/prices.ts'
import {
  exampleCanteen,
  exampleHolidays,
  falaisePeriscolaire,
  falaiseWednesday3to6,
  falaiseWednesday7to11,
} from '../../../shared/examples/tariffs.ts'
import { addDays, type Day, firstOfMonth, instantOf, timeOfDay } from '../../../shared/rules/calendar/day.ts'
import { type BookingRule, eightDaysBefore } from '../../../shared/rules/calendar/deadline.ts'
import { usualHoursRules } from '../../../shared/rules/figures/hours-rule.ts'
import { exampleClient } from '../../../shared/rules/money/payment/payfip.ts'
import type { Tariff } from '../../../shared/rules/price/tariff.ts'
import { saveActivity, savePeriod, saveType } from '../activities/activities.ts'
import type { Core, Person } from '../core.ts'
import { saveHoursRule } from '../figures/figures.ts'
import { attachTariff, saveTariff, saveVersion } from '../prices/prices.ts'
import { changeOrganisation, saveFacility, saveSchool } from '../settings/settings.ts'
import type { HolidayPeriod, SchoolYear } from './calendar.ts'
import { homeTown, schoolLevels } from './people.ts'

/** An activity of the example town. */
export type Activity = {
  readonly id: number
  readonly name: string
  readonly slots: readonly { readonly id: number; readonly name: string }[]
  readonly capacity: number
}

export type Service = {
  readonly schools: readonly [number, number]
  readonly college: number
  /** Care before and after class. */
  readonly care: Readonly<Record<'nursery' | 'primary', Activity>>
  readonly canteens: readonly [Activity, Activity]
  readonly wednesday: Readonly<Record<'nursery' | 'primary', Activity>>
  readonly stays: Readonly<Record<'nursery' | 'primary', Activity>>
  readonly youth: Activity
}

const daysBefore: BookingRule = { deadline: eightDaysBefore, after: 'closed' }
const hoursBefore: BookingRule = { deadline: { unit: 'hours', amount: 2 }, after: 'closed' }

const nursery = schoolLevels.slice(0, schoolLevels.indexOf('CP'))
const primary = schoolLevels.slice(schoolLevels.indexOf('CP'), schoolLevels.indexOf('6e'))

const slot = (name: string, shortName: string, start: string, end: string) => ({
  name,
  shortName,
  start: timeOfDay(start),
  end: timeOfDay(end),
  isMeal: name === 'Repas',
})
const dayAtTheCentre = [
  slot('Matin', 'mat.', '07:30', '12:00'),
  slot('Repas', 'rep.', '12:00', '13:30'),
  slot('Après-midi', 'a.-m.', '13:30', '18:30'),
]
const aroundSchool = [slot('Matin', 'mat.', '07:30', '08:20'), slot('Soir', 'soir', '16:30', '18:30')]

/** Creates the service: settings, facilities, schools, tariffs, activities. @param since first day of the tariffs */
export const createService = (core: Core, person: Person, since: Day): Service => {
  changeOrganisation(core, person, {
    name: 'Espace Jeunesse',
    authority: `Ville de ${homeTown}`,
    address: '3 place des Marronniers',
    postcode: '14550',
    town: homeTown,
    phone: '02 61 91 12 34',
    email: 'espace-jeunesse@example.fr',
    // An invalid SIRET (the State's number of an establishment), so that it is nobody's.
    siret: '00000000000000',
    regie: 'Régie de recettes Espace Jeunesse',
    cashier: person.name,
    complaints: `Mairie de ${homeTown}, service Espace Jeunesse, 3 place des Marronniers, 14550 ${homeTown}`,
    waysToPay: 'espèces\nchèque\ncarte bancaire\nCESU\nchèques-vacances',
    payfipNumber: exampleClient,
    residentTown: homeTown,
    schoolZone: 'B',
    dueDays: 30,
    billsFrom: null,
    zeroInvoices: false,
    tillFloatCents: 15_000,
    answerWorkingDays: 2,
    lockAfterMinutes: 10,
    photos: false,
    letterFoot:
      'Accueil du lundi au vendredi, de 8\u00a0h\u00a030 à 12\u00a0h et de 13\u00a0h\u00a030 à 17\u00a0h\u00a030',
  })
  const facility = (name: string, address: string, phone: string) =>
    saveFacility(core, person, { name, address, contact: '', phone, archived: false }).id
  const centre = facility('CENTRE DE LOISIRS', '3 place des Marronniers', '02 61 91 12 34')
  const prevert = facility('ÉCOLE JACQUES-PRÉVERT', '12 rue des Écoles', '02 61 91 12 40')
  const tilleuls = facility('ÉCOLE DES TILLEULS', '31 rue des Tilleuls', '02 61 91 12 41')
  const youthClub = facility('ESPACE JEUNES', '5 rue du Port', '02 61 91 12 50')
  const school = (name: string) => saveSchool(core, person, { name }).id
  const schools = [school('École Jacques-Prévert'), school('École des Tilleuls')] as const
  const type = (name: string) => saveType(core, person, { name }).id
  const care = type('Périscolaire')
  const meals = type('Restauration')
  const alsh = type('ALSH')
  const youth = type('Jeunesse')
  const tariffs = {
    care: tariff(core, person, falaisePeriscolaire, since),
    nurseryWednesday: tariff(core, person, falaiseWednesday3to6, since),
    primaryWednesday: tariff(core, person, falaiseWednesday7to11, since),
    stays: tariff(core, person, exampleHolidays, since),
    canteen: tariff(core, person, exampleCanteen, since),
    youth: tariff(core, person, youthTariff, since),
  }
  const activity = (
    name: string,
    facilityId: number,
    typeId: number,
    tariffId: number,
    capacity: number,
    options: Partial<Parameters<typeof saveActivity>[2]>,
  ): Activity => {
    const saved = saveActivity(core, person, {
      facilityId,
      typeId,
      name,
      minimumAge: null,
      maximumAge: null,
      levels: null,
      schoolIds: null,
      residentsOnly: false,
      supervision: 'periscolairePedt',
      bookingRule: daysBefore,
      cancelRule: daysBefore,
      archived: false,
      slots: aroundSchool,
      ...options,
    })
    attachTariff(core, person, { activityId: saved.id, tariffId })
    return {
      id: saved.id,
      name,
      slots: saved.slots.map(({ id, name: slotName }) => ({ id, name: slotName })),
      capacity,
    }
  }
  const lunch = { slots: [slot('Repas', 'rep.', '12:00', '13:30')], supervision: 'none' as const }
  const nurseryAges = { minimumAge: 3, levels: nursery }
  const primaryAges = { levels: primary }
  const wholeDay = { slots: dayAtTheCentre }
  const inHolidays = { ...wholeDay, supervision: 'extracurricular' as const }
  const service: Service = {
    schools,
    college: school('Collège des Deux-Rives'),
    care: {
      nursery: activity('Accueil périscolaire maternelle', prevert, care, tariffs.care, 72, { levels: nursery }),
      primary: activity('Accueil périscolaire élémentaire', prevert, care, tariffs.care, 126, { levels: primary }),
    },
    canteens: [
      activity('Restaurant scolaire Jacques-Prévert', prevert, meals, tariffs.canteen, 180, {
        ...lunch,
        schoolIds: [schools[0]],
      }),
      activity('Restaurant scolaire Les Tilleuls', tilleuls, meals, tariffs.canteen, 150, {
        ...lunch,
        schoolIds: [schools[1]],
      }),
    ],
    wednesday: {
      nursery: activity('ALSH mercredi, 3-5 ans', centre, alsh, tariffs.nurseryWednesday, 32, {
        ...wholeDay,
        ...nurseryAges,
      }),
      primary: activity('ALSH mercredi, 6-11 ans', centre, alsh, tariffs.primaryWednesday, 48, {
        ...wholeDay,
        ...primaryAges,
      }),
    },
    stays: {
      nursery: activity('ALSH vacances, 3-5 ans', centre, alsh, tariffs.stays, 32, { ...inHolidays, ...nurseryAges }),
      primary: activity('ALSH vacances, 6-11 ans', centre, alsh, tariffs.stays, 48, { ...inHolidays, ...primaryAges }),
    },
    youth: activity('Espace jeunes, 11-17 ans', youthClub, youth, tariffs.youth, 24, {
      slots: [slot('Après-midi', 'a.-m.', '14:00', '18:00')],
      minimumAge: 11,
      maximumAge: 17,
      supervision: 'extracurricular',
      bookingRule: hoursBefore,
      cancelRule: hoursBefore,
    }),
  }
  declareHours(core, person, service, since)
  return service
}

/** What the town's convention with the CAF says: two activities of one accueil are declared together. */
const declareHours = (core: Core, person: Person, { care, wednesday, stays }: Service, since: Day): void => {
  const rule = (
    activities: Readonly<Record<'nursery' | 'primary', Activity>>,
    kind: 'periscolaire' | 'extrascolaire',
  ) => {
    const usual = usualHoursRules[kind]
    for (const { id, name } of [activities.nursery, activities.primary]) {
      const declaredAs = name.replace(/,.*| (maternelle|élémentaire)$/, '')
      const source = 'Convention d’objectifs, article 4 (exemple)'
      saveHoursRule(core, person, { ...usual, activityId: id, fromDay: firstOfMonth(since), declaredAs, source })
    }
  }
  rule(care, 'periscolaire')
  rule(wednesday, 'periscolaire')
  rule(stays, 'extrascolaire')
}

/** The price of an afternoon at the youth club. Invented, with the yearly membership of `exampleHolidays`. */
const youthTariff: Tariff = {
  id: 'exemple-jeunes',
  label: 'Espace jeunes',
  versions: exampleHolidays.versions.map((version) => ({
    ...version,
    lines: [
      {
        label: 'Accueil',
        fiscal: 'garde',
        count: {
          per: 'slot',
          slots: ['apres-midi'],
          unit: { one: 'après-midi', many: 'après-midi' },
          price: {
            method: 'bracket',
            cents: [50, 80, 100, 120],
            nonResident: { rule: 'percent', percent: 20 },
          },
        },
        withoutBooking: null,
      },
    ],
  })),
}

const tariff = (core: Core, person: Person, { label, versions }: Tariff, since: Day): number => {
  const { id } = saveTariff(core, person, { name: label })
  for (const { from, ...definition } of versions) {
    saveVersion(core, person, {
      tariffId: id,
      from: from < since ? from : since,
      // The clone drops `readonly`: the contract's types are mutable, those of the rules are not.
      definition: structuredClone(definition) as Definition,
    })
  }
  return id
}

const period = (
  core: Core,
  person: Person,
  { id, slots, capacity }: Activity,
  options: Pick<PeriodInput, 'name' | 'startDay' | 'endDay' | 'weekdays' | 'schoolHolidays'> & Partial<PeriodInput>,
): number =>
  savePeriod(core, person, {
    activityId: id,
    places: slots.map((one) => ({ slotId: one.id, capacity })),
    registrationOpensAt: null,
    registrationClosesAt: null,
    bookingOpensAt: null,
    bookingClosesAt: null,
    residentsOpenAt: null,
    bookingRule: null,
    cancelRule: null,
    waitingList: true,
    promotion: 'proposal',
    dossier: 'none',
    archived: false,
    ...options,
  }).id

/** Creates the period of a whole school year: « ALSH mercredi 2026/2027, 3-5 ans ». */
export const createYearPeriod = (
  core: Core,
  person: Person,
  activity: Activity,
  { name, from, to }: SchoolYear,
  weekdays: number[],
) => {
  const [what, group] = activity.name.split(', ')
  return period(core, person, activity, {
    name: group === undefined ? `${what} ${name}` : `${what} ${name}, ${group}`,
    startDay: from,
    endDay: to,
    weekdays,
    schoolHolidays: 'without',
  })
}

/** Creates the period of school holidays: « ALSH vacances d’hiver 2027, 6-11 ans ». */
export const createHolidayPeriod = (
  core: Core,
  person: Person,
  activity: Activity,
  { name, from, to }: HolidayPeriod,
) => {
  const [, group] = activity.name.split(', ')
  return period(core, person, activity, {
    name: `ALSH ${name.charAt(0).toLocaleLowerCase('fr')}${name.slice(1)}, ${group}`,
    startDay: from,
    endDay: to,
    weekdays: [1, 2, 3, 4, 5],
    schoolHolidays: 'only',
    registrationOpensAt: instantOf(addDays(from, -49), timeOfDay('09:00')),
    residentsOpenAt: instantOf(addDays(from, -56), timeOfDay('09:00')),
  })
}
