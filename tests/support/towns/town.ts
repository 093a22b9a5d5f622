import type { Person } from '../../../main/desk/core.ts'
import { createFamily } from '../../../main/desk/families/families.ts'
import type { ActivityInput, PeriodInput } from '../../../shared/contract/desk/activities.ts'
import { roles } from '../../../shared/rules/access/roles.ts'
import { type Day, day, timeOfDay } from '../../../shared/rules/calendar/day.ts'
import { eightDaysBefore } from '../../../shared/rules/calendar/deadline.ts'
import { levels } from '../../../shared/rules/people/schooling.ts'
import { aClock, aPreparedDesk, type TestDesk } from '../desk.ts'
import { aGuardian } from './families.ts'

/** A service with the content of a test, found by name. */
export type Town = TestDesk & {
  /** The author of what the builder does, with all rights. */
  readonly person: Person
  /** Ids by name. @throws when the town has none */
  facility(name: string): number
  activity(name: string): number
  slot(activity: string, name: string): number
  period(name: string): number
  family(name: string): number
  /** By first name. */
  child(firstName: string): number
  registration(firstName: string, period: string): number
  readonly known: Map<string, number>
}

/**
 * A step that builds a part of a town. The first steps, as long as they are described, run once per process, and their
 * result is copied.
 */
export type Part = ((town: Town) => Promise<void> | void) & { readonly described?: string }

/** Describes a step so that its result can be cached: the same arguments must always write the same rows. */
export const described =
  <Wishes extends readonly unknown[]>(name: string, make: (...wishes: Wishes) => Part) =>
  (...wishes: Wishes): Part =>
    Object.assign(make(...wishes), { described: `${name} ${JSON.stringify(wishes)}` })

/**
 * `await aTown().with(aFamily('Marchand', { familyQuotient: 727 })).with(aWednesday()).open()`: real use cases, in
 * order.
 */
export const aTown = (parts: readonly Part[] = []) => ({
  with: (part: Part) => aTown([...parts, part]),
  async open(clock = aClock()): Promise<Town> {
    const own = parts.findIndex((part) => part.described === undefined)
    const shared = own === -1 ? parts : parts.slice(0, own)
    const { desk, notes } = await aPreparedDesk(clock, {
      key: shared.map((part) => part.described).join('\n'),
      async write(opened) {
        const town = await townOf(opened, new Map())
        for (const part of shared) await part(town)
        return town.known
      },
    })
    const town = await townOf(desk, new Map(notes))
    for (const part of parts.slice(shared.length)) await part(town)
    return town
  },
})

const townOf = async (desk: TestDesk, known: Map<string, number>): Promise<Town> => {
  const named = (kind: string) => (name: string) => {
    const id = known.get(`${kind} ${name}`)
    if (id === undefined) throw new Error(`this town has no ${kind} «\u00a0${name}\u00a0»`)
    return id
  }
  const [first] = await desk.client.staff.list()
  return Object.assign(desk, {
    person: { kind: 'staff' as const, staffId: first?.id ?? 0, name: first?.name ?? '', roles },
    known,
    facility: named('facility'),
    activity: named('activity'),
    slot: (activity: string, name: string) => named('slot')(`${activity}, ${name}`),
    period: named('period'),
    family: named('family'),
    child: named('child'),
    registration: (firstName: string, period: string) => named('registration')(`${firstName}, ${period}`),
  })
}

type ChildWish = { readonly birthDay?: string; readonly level?: (typeof levels)[number] | '' }

/** A home of Blainville with one parent; children by first name. */
export const aFamily = described(
  'aFamily',
  (
    name: string,
    wish: {
      /** Null: no quotient is known. */
      readonly familyQuotient?: number | null
      readonly town?: string
      readonly children?: Readonly<Record<string, ChildWish>>
    } = {},
  ): Part =>
    ({ desk, person, known, store }) => {
      const from = day('2025-09-01')
      const address = {
        line1: '4 rue des Saules',
        line2: '',
        postcode: '14550',
        town: wish.town ?? 'Blainville-sur-Orne',
      }
      const children = Object.entries(wish.children ?? {})
      const familyQuotient = wish.familyQuotient ?? null
      const { id } = createFamily(desk.core, person, {
        home: {
          name,
          homePhone: '',
          beneficiaryName: '',
          benefitScheme: '',
          beneficiaryNumber: '',
          formerNumber: '',
          dependentChildren: children.length,
          lastIncomeCents: null,
          incomeUpdatedOn: null,
          invoicesBy: '',
          notes: '',
        },
        guardians: [{ ...aGuardian('Camille', name), civility: 'Mme' }],
        move: { fromDay: from, address, resident: null },
        quotient:
          familyQuotient === null ? null : { fromDay: from, value: familyQuotient, source: 'CAF', updatedOn: from },
        children: children.map(([firstName, { birthDay = '2020-03-14', level = 'CP' }]) => ({
          lastName: name,
          firstName,
          birthDay: day(birthDay),
          sex: '' as const,
          notes: '',
          schooling: { fromDay: from, schoolId: null, level, className: '' },
        })),
      })
      known.set(`family ${name}`, id)
      for (const [firstName] of children) {
        const childId = store
          .statement(
            'select child.id from child join family_child on child_id = child.id where family_id = ? and first_name = ?',
          )
          .pluck()
          .get(id, firstName)
        known.set(`child ${firstName}`, Number(childId))
      }
    },
)

const eightDays = { deadline: eightDaysBefore, after: 'closed' as const }

/** An activity with slots by name: `anActivity('CLSH MERCREDI', { slots: { Matin: ['08:00', '12:00'] } })`. */
export const anActivity = described(
  'anActivity',
  (
    name: string,
    {
      facility = 'CENTRE DE LOISIRS',
      type = 'ALSH',
      slots = { Matin: ['08:00', '12:00'], Repas: ['12:00', '13:30'], 'Après-midi': ['13:30', '18:00'] },
      ...changes
    }: Partial<Omit<ActivityInput, 'slots' | 'name'>> & {
      readonly facility?: string
      readonly type?: string
      readonly slots?: Readonly<Record<string, readonly [start: string, end: string]>>
    } = {},
  ): Part =>
    async ({ client, known }) => {
      const facilities = await client.settings.facilities()
      const place =
        facilities.find((one) => one.name === facility) ??
        (await client.settings.saveFacility({ name: facility, address: '', contact: '', phone: '', archived: false }))
      const types = await client.activities.types()
      const ofType = types.find((one) => one.name === type) ?? (await client.activities.saveType({ name: type }))
      const saved = await client.activities.save({
        name,
        facilityId: place.id,
        typeId: ofType.id,
        minimumAge: null,
        maximumAge: null,
        levels: null,
        schoolIds: null,
        residentsOnly: false,
        supervision: 'none',
        bookingRule: eightDays,
        cancelRule: eightDays,
        archived: false,
        slots: Object.entries(slots).map(([slotName, [start, end]]) => ({
          name: slotName,
          shortName: `${slotName.slice(0, 3).toLowerCase()}.`,
          start: timeOfDay(start),
          end: timeOfDay(end),
          isMeal: slotName === 'Repas',
        })),
        ...changes,
      })
      known.set(`facility ${facility}`, place.id)
      known.set(`activity ${name}`, saved.id)
      for (const one of saved.slots) known.set(`slot ${name}, ${one.name}`, one.id)
    },
)

/** A period of an activity already there, on Wednesdays of this school year unless said otherwise. */
export const aPeriod = described(
  'aPeriod',
  (
    name: string,
    activity: string,
    {
      capacity = 20,
      startDay = '2026-09-02',
      endDay = '2027-06-30',
      ...changes
    }: Partial<Omit<PeriodInput, 'name' | 'activityId' | 'startDay' | 'endDay'>> & {
      readonly capacity?: number
      readonly startDay?: string
      readonly endDay?: string
    } = {},
  ): Part =>
    async (town) => {
      const { slots } = await town.client.activities.get({ id: town.activity(activity) })
      const saved = await town.client.activities.savePeriod({
        ...aPeriodInput(town.activity(activity), day(startDay), day(endDay)),
        name,
        places: slots.map(({ id }) => ({ slotId: id, capacity })),
        ...changes,
      })
      town.known.set(`period ${name}`, saved.id)
    },
)

const aPeriodInput = (activityId: number, startDay: Day, endDay: Day): PeriodInput => ({
  activityId,
  name: '',
  startDay,
  endDay,
  weekdays: [3],
  schoolHolidays: 'without',
  places: [],
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
})

/** « CLSH MERCREDI » with its year, « ALSH mercredi 2026/2027 ». */
export const aWednesday = described('aWednesday', (changes: Parameters<typeof aPeriod>[2] = {}): Part => {
  const parts = [anActivity('CLSH MERCREDI'), aPeriod('ALSH mercredi 2026/2027', 'CLSH MERCREDI', changes)]
  return async (town) => {
    for (const part of parts) await part(town)
  }
})

/** An accepted registration over the whole period. */
export const aRegistration = described(
  'aRegistration',
  (family: string, firstName: string, period: string): Part =>
    async (town) => {
      const { startDay, endDay } = await town.client.activities.period({ id: town.period(period) })
      const { id } = await town.client.registrations.ask({
        childId: town.child(firstName),
        familyId: town.family(family),
        periodId: town.period(period),
        startDay,
        endDay,
        typicalWeek: [],
        overrideReason: '',
        accepted: true,
      })
      town.known.set(`registration ${firstName}, ${period}`, id)
    },
)
