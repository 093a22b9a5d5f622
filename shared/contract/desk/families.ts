import * as z from 'zod'
import type { Day } from '../../rules/calendar/day.ts'
import { diets } from '../../rules/people/health.ts'
import { isPhone, phoneText } from '../../rules/people/names.ts'
import { civilities, sexes } from '../../rules/people/person.ts'
import { levels } from '../../rules/people/schooling.ts'
import { maxQuotient, quotientTooHighText } from '../../rules/price/family-quotient.ts'
import { DayText, Id, Line, Note, procedure, RequiredLine } from '../procedure.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')

const Phone = Line.refine((text) => text === '' || isPhone(text), {
  message: 'Numéro de téléphone à corriger\u00a0: dix chiffres, par exemple 06 39 98 41 27.',
}).transform(phoneText)

const Email = Line.refine((text) => text === '' || /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(text), {
  message: 'Adresse e-mail à corriger. Exemple\u00a0: camille@exemple.fr.',
}).transform((text) => text.toLowerCase())

const Postcode = Line.refine((text) => /^\d{5}$/.test(text), { message: 'Un code postal a cinq chiffres.' })

export const AddressInput = z.object({
  line1: RequiredLine,
  line2: Line,
  postcode: Postcode,
  town: RequiredLine,
})
export type AddressInput = z.output<typeof AddressInput>

export const GuardianInput = z.object({
  civility: z.enum(civilities),
  lastName: RequiredLine,
  firstName: RequiredLine,
  email: Email,
  mobilePhone: Phone,
  workPhone: Phone,
  /** Filled when it differs from the home's. */
  ownAddress: AddressInput.nullable(),
})
export type GuardianInput = z.output<typeof GuardianInput>

const incomeTooHigh = 'Un revenu d’un million d’euros au plus, en euros et centimes.'

export const HomeInput = z.object({
  name: RequiredLine,
  homePhone: Phone,
  beneficiaryName: Line,
  benefitScheme: Line,
  beneficiaryNumber: Line,
  dependentChildren: z.int().min(0, 'Un nombre d’enfants.').max(20, 'Vingt enfants au plus.').nullable(),
  lastIncomeCents: z
    .int(incomeTooHigh)
    .min(0, 'Un revenu ne peut pas être négatif.')
    .max(100_000_000, incomeTooHigh)
    .nullable(),
  incomeUpdatedOn: DayText.nullable(),
  notes: Note,
})
export type HomeInput = z.output<typeof HomeInput>

/** From a day on. */
export const MoveInput = z.object({
  fromDay: DayText,
  address: AddressInput,
  /** Null: as the town says. */
  resident: z.boolean().nullable(),
})
export type MoveInput = z.output<typeof MoveInput>

export const QuotientInput = z.object({
  fromDay: DayText,
  /** Null: not known from that day on, the top tariff applies. */
  value: z
    .number()
    .min(0, 'Un quotient familial ne peut pas être négatif.')
    .max(maxQuotient, quotientTooHighText)
    .refine((value) => Math.abs(value * 100 - Math.round(value * 100)) < 1e-6, {
      message: 'Deux chiffres après la virgule, au plus.',
    })
    .nullable(),
  source: Line,
  updatedOn: DayText,
})
export type QuotientInput = z.output<typeof QuotientInput>

export const ChildInput = z.object({
  lastName: RequiredLine,
  firstName: RequiredLine,
  birthDay: DayText,
  sex: z.enum(sexes),
  notes: Note,
})
export type ChildInput = z.output<typeof ChildInput>

export const SchoolingInput = z.object({
  fromDay: DayText,
  schoolId: Id.nullable(),
  level: z.enum(['', ...levels]),
  className: Line,
})
export type SchoolingInput = z.output<typeof SchoolingInput>

export const PickupInput = z.object({
  name: RequiredLine,
  relation: Line,
  phone: Phone,
  allowed: z.boolean(),
})
export type PickupInput = z.output<typeof PickupInput>

export const HealthInput = z.object({
  allergies: Note,
  diet: z.enum(diets),
  /** Projet d’accueil individualisé: the protocol, empty without one. */
  pai: Note,
  doctor: Line,
})
export type HealthInput = z.output<typeof HealthInput>

export const HealthRecord = z.object({
  allergies: z.string(),
  diet: z.enum(diets),
  pai: z.string(),
  doctor: z.string(),
  /** Sealed by a key that nobody holds any more: empty here, to be typed again. */
  isLost: z.boolean(),
})
export type HealthRecord = z.infer<typeof HealthRecord>

const FamilyName = z.object({ id: Id, name: z.string() })

/** A line of the list of families. */
export const FamilyRow = z.object({
  id: Id,
  name: z.string(),
  /** « Camille et Julien Marchand » */
  guardians: z.string(),
  /** « Louison, Basile » */
  children: z.string(),
  phone: z.string(),
  town: z.string(),
  resident: z.boolean(),
  /** Today's; null when none is known. */
  quotient: z.number().nullable(),
  leftOn: DayOut.nullable(),
})
export type FamilyRow = z.infer<typeof FamilyRow>

export const Address = z.object({ line1: z.string(), line2: z.string(), postcode: z.string(), town: z.string() })
export type Address = z.infer<typeof Address>

export const DatedAddress = Address.extend({ id: Id, fromDay: DayOut, resident: z.boolean() })
export type DatedAddress = z.infer<typeof DatedAddress>

export const DatedQuotient = z.object({
  id: Id,
  fromDay: DayOut,
  value: z.number().nullable(),
  source: z.string(),
  updatedOn: DayOut,
})
export type DatedQuotient = z.infer<typeof DatedQuotient>

export const Guardian = z.object({
  id: Id,
  /** Parent 1, who is billed, or parent 2. */
  rank: z.int(),
  civility: z.enum(civilities),
  lastName: z.string(),
  firstName: z.string(),
  email: z.string(),
  mobilePhone: z.string(),
  workPhone: z.string(),
  ownAddress: Address.nullable(),
  otherFamilies: z.array(FamilyName),
})
export type Guardian = z.infer<typeof Guardian>

export const Schooling = z.object({
  id: Id,
  fromDay: DayOut,
  schoolId: Id.nullable(),
  school: z.string(),
  level: z.string(),
  className: z.string(),
})
export type Schooling = z.infer<typeof Schooling>

export const Pickup = z.object({
  id: Id,
  name: z.string(),
  relation: z.string(),
  phone: z.string(),
  allowed: z.boolean(),
})
export type Pickup = z.infer<typeof Pickup>

export const Child = z.object({
  id: Id,
  lastName: z.string(),
  firstName: z.string(),
  birthDay: DayOut,
  sex: z.enum(sexes),
  notes: z.string(),
  /** Latest first. */
  schoolings: z.array(Schooling),
  /** The one true today. */
  schooling: Schooling.nullable(),
  pickups: z.array(Pickup),
  otherFamilies: z.array(FamilyName),
  /** Something of the health record is to be known; null to those who may not. */
  hasHealthAlert: z.boolean().nullable(),
})
export type Child = z.infer<typeof Child>

export const Family = z.object({
  id: Id,
  name: z.string(),
  homePhone: z.string(),
  beneficiaryName: z.string(),
  benefitScheme: z.string(),
  beneficiaryNumber: z.string(),
  dependentChildren: z.int().nullable(),
  lastIncomeCents: z.int().nullable(),
  incomeUpdatedOn: DayOut.nullable(),
  notes: z.string(),
  leftOn: DayOut.nullable(),
  guardians: z.array(Guardian),
  children: z.array(Child),
  /** Latest first. */
  addresses: z.array(DatedAddress),
  address: DatedAddress.nullable(),
  /** Latest first. */
  quotients: z.array(DatedQuotient),
  quotient: DatedQuotient.nullable(),
})
export type Family = z.infer<typeof Family>

/** Someone the desk already knows under what is being typed. */
export const Double = z.object({
  kind: z.enum(['family', 'guardian', 'child']),
  id: Id,
  name: z.string(),
  /** « même nom, né le 14/03/2022 » */
  why: z.string(),
  families: z.array(FamilyName),
})
export type Double = z.infer<typeof Double>

export const families = {
  list: procedure('families.read')
    .input(
      z.object({
        /** Beginnings of words of a family, guardian or child name, or digits of a phone. */
        filter: Line,
        /** Known, left, or both. */
        show: z.enum(['present', 'left', 'all']),
        from: z.int().min(0),
        count: z.int().min(1).max(500),
      }),
    )
    .output(z.object({ total: z.int(), rows: z.array(FamilyRow) })),
  one: procedure('families.read')
    .input(z.object({ id: Id }))
    .output(Family),
  /** While typing: who may already be there. */
  possibleDoubles: procedure('families.read')
    .input(
      z.object({
        kind: z.enum(['guardian', 'child']),
        lastName: Line,
        firstName: Line,
        birthDay: DayText.nullable(),
        phones: z.array(Line).max(4),
        email: Line,
        /** The one being changed. */
        exceptId: Id.nullable(),
      }),
    )
    .output(z.array(Double)),

  create: procedure('families.write')
    .input(
      z.object({
        home: HomeInput,
        guardians: z
          .array(z.union([z.object({ existingId: Id }), GuardianInput]))
          .min(1, 'Il faut au moins un responsable.')
          .max(2, 'Une famille a deux responsables au plus.'),
        move: MoveInput.nullable(),
        quotient: QuotientInput.nullable(),
        /** For a child already known, this home becomes the second. */
        children: z
          .array(z.union([z.object({ existingId: Id }), ChildInput.extend({ schooling: SchoolingInput.nullable() })]))
          .max(20),
      }),
    )
    .output(z.object({ id: Id })),
  change: procedure('families.write').input(HomeInput.extend({ id: Id })),
  /** Undoes a departure, which `reservations.leave` records; the registrations that it ended stay ended. */
  comeBack: procedure('families.write').input(z.object({ id: Id })),

  addGuardian: procedure('families.write')
    .input(z.object({ familyId: Id, guardian: z.union([z.object({ existingId: Id }), GuardianInput]) }))
    .output(z.object({ id: Id })),
  changeGuardian: procedure('families.write').input(z.object({ id: Id, guardian: GuardianInput })),
  /** Out of this family; the person stays in the other one, if any. */
  removeGuardian: procedure('families.write').input(z.object({ familyId: Id, guardianId: Id })),
  /** Parent 1 becomes parent 2 and the other way round. */
  swapGuardians: procedure('families.write').input(z.object({ familyId: Id })),

  /** The same day again replaces what was said of it. */
  setAddress: procedure('families.write').input(MoveInput.extend({ familyId: Id })),
  removeAddress: procedure('families.write').input(z.object({ id: Id })),
  setQuotient: procedure('families.write').input(QuotientInput.extend({ familyId: Id })),
  removeQuotient: procedure('families.write').input(z.object({ id: Id })),

  addChild: procedure('families.write')
    .input(z.object({ familyId: Id, child: ChildInput, schooling: SchoolingInput.nullable() }))
    .output(z.object({ id: Id })),
  changeChild: procedure('families.write').input(z.object({ id: Id, child: ChildInput })),
  /** A child whose parents live apart belongs to two families, never more. */
  linkChild: procedure('families.write').input(z.object({ familyId: Id, childId: Id })),
  setSchooling: procedure('families.write').input(SchoolingInput.extend({ childId: Id })),
  removeSchooling: procedure('families.write').input(z.object({ id: Id })),
  addPickup: procedure('families.write').input(PickupInput.extend({ childId: Id })),
  changePickup: procedure('families.write').input(PickupInput.extend({ id: Id })),
  removePickup: procedure('families.write').input(z.object({ id: Id })),

  /** Each reading is logged. */
  health: procedure('health.read')
    .input(z.object({ childId: Id }))
    .output(HealthRecord),
  changeHealth: procedure('health.write').input(HealthInput.extend({ childId: Id })),
}
