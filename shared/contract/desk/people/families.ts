import * as z from 'zod'
import type { Day } from '../../../rules/calendar/day.ts'
import { diets } from '../../../rules/dossier/health.ts'
import { vaccinationProofs, vaccines } from '../../../rules/dossier/vaccinations.ts'
import { debtMarks } from '../../../rules/money/recovery/debt-mark.ts'
import { addressFields, childFields, guardianFields, homeFields } from '../../../rules/people/fields.ts'
import { authorities, bondKinds, powers } from '../../../rules/people/guardian-bond.ts'
import { levels } from '../../../rules/people/schooling.ts'
import { maxQuotient, quotientTooHighText } from '../../../rules/price/family-quotient.ts'
import { notADayText, typedDay } from '../../../rules/text/french.ts'
import { inputsOf, outputsOf, Phone } from '../../fields.ts'
import { CentsNumber, DayText, Id, Line, Note, procedure, RequiredLine } from '../../procedure.ts'

const maxDoses = 10

const DayOut = z.custom<Day>((value) => typeof value === 'string')

export const AddressInput = z.object(inputsOf(addressFields))
export type AddressInput = z.output<typeof AddressInput>

export const GuardianInput = z.object({
  ...inputsOf(guardianFields),
  /** Filled in only when it differs from the home's address. */
  ownAddress: AddressInput.nullable(),
})
export type GuardianInput = z.output<typeof GuardianInput>

export const HomeInput = z.object(inputsOf(homeFields))
export type HomeInput = z.output<typeof HomeInput>

/** A home's address from a day on. */
export const MoveInput = z.object({
  fromDay: DayText,
  address: AddressInput,
  /** Null: derived from the town. */
  resident: z.boolean().nullable(),
})
export type MoveInput = z.output<typeof MoveInput>

export const QuotientInput = z.object({
  fromDay: DayText,
  /** Null: unknown from that day on, so that the highest tariff applies. */
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
  /** The last day written on the paper; null to follow the service's rule. */
  toDay: DayText.nullable().optional(),
})
export type QuotientInput = z.output<typeof QuotientInput>

/** A price category of a home or of one child, from a day on. */
export const CategoryInput = z
  .object({
    familyId: Id.nullable(),
    childId: Id.nullable(),
    category: RequiredLine,
    fromDay: DayText,
    /** The last day; null: until further notice. */
    toDay: DayText.nullable(),
  })
  .refine(({ familyId, childId }) => (familyId === null) !== (childId === null), {
    message: 'Choisissez le foyer ou un enfant.',
    path: ['childId'],
  })
  .refine(({ fromDay, toDay }) => toDay === null || fromDay <= toDay, {
    message: 'La date de fin est avant la date de début.',
    path: ['toDay'],
  })
export type CategoryInput = z.output<typeof CategoryInput>

const PriceCategory = z.object({
  id: Id,
  familyId: Id.nullable(),
  childId: Id.nullable(),
  category: z.string(),
  fromDay: DayOut,
  toDay: DayOut.nullable(),
})
export type PriceCategory = z.output<typeof PriceCategory>

export const ChildInput = z.object(inputsOf(childFields))
export type ChildInput = z.output<typeof ChildInput>

export const SchoolingInput = z.object({
  fromDay: DayText,
  schoolId: Id.nullable(),
  level: z.enum(['', ...levels]),
  className: Line,
  /** Why the child does not go to the school of its address (« dérogation »); absent: unchanged for the same school. */
  exemption: Line.optional(),
})
export type SchoolingInput = z.output<typeof SchoolingInput>

export const PickupInput = z.object({
  name: RequiredLine,
  relation: Line,
  phone: Phone,
  allowed: z.boolean(),
  /** For a forbidden person: who decided, on which day, and until when. */
  decidedBy: Line.default(''),
  decidedOn: DayText.nullable().default(null),
  decidedUntil: DayText.nullable().default(null),
  /** The decision itself: one of the papers that a parent sent for this child. */
  decisionPaperId: Id.nullable().default(null),
})
export type PickupInput = z.output<typeof PickupInput>

const PowerChoices = z.object({
  sees: z.boolean().nullable(),
  asks: z.boolean().nullable(),
  fetches: z.boolean().nullable(),
  told: z.boolean().nullable(),
})

/** The relation of a guardian to a child: `shared/rules/people/guardian-bond`. */
export const BondInput = z.object({
  guardianId: Id,
  childId: Id,
  kind: z.enum(bondKinds),
  authority: z.enum(authorities),
  decidedBy: Line,
  decidedOn: DayText.nullable(),
  referent: Line,
  overrides: PowerChoices,
  overrideReason: Line,
})
export type BondInput = z.output<typeof BondInput>

const Bond = BondInput.extend({
  decidedOn: DayOut.nullable(),
  /** The powers that result from it today. */
  powers: z.record(z.enum(powers), z.boolean()),
})
export type Bond = z.output<typeof Bond>

/** The days of a vaccine's doses, as a list or as they are typed: « 04/12/2020, 05/02/2021 ». */
const DosesInput = z.union([
  z.array(DayText).max(maxDoses),
  z.string().transform((typed, context): Day[] => {
    const words = typed.split(/[\s,;·]+/).filter((word) => word !== '')
    const days = words.map(typedDay)
    const wrong = words.find((_, at) => days[at] === null)
    if (wrong !== undefined) context.addIssue({ code: 'custom', message: notADayText(wrong), continue: true })
    if (words.length > maxDoses)
      context.addIssue({ code: 'custom', message: `${maxDoses} dates au plus.`, continue: true })
    return days.flatMap((on) => on ?? [])
  }),
])

/** A health record. A field that is left out remains unchanged. */
export const HealthInput = z.object({
  allergies: Note,
  diet: z.enum(diets),
  /** Projet d’accueil individualisé, a child's care plan at school; empty without one. */
  pai: Note,
  doctor: Line,
  paiUntil: DayText.nullish(),
  treatment: Note.optional(),
  prescriptionOn: DayText.nullish(),
  history: Note.optional(),
  recommendations: Note.optional(),
  insurer: Line.optional(),
  insuranceContract: Line.optional(),
  insuranceUntil: DayText.nullish(),
  vaccinationProof: z.enum(vaccinationProofs).optional(),
  vaccinationSeenOn: DayText.nullish(),
  contraindication: Note.optional(),
  doses: z.partialRecord(z.enum(vaccines), DosesInput).optional(),
})
export type HealthInput = z.output<typeof HealthInput>

export const HealthRecord = z.object({
  allergies: z.string(),
  diet: z.enum(diets),
  pai: z.string(),
  paiUntil: DayOut.nullable(),
  treatment: z.string(),
  prescriptionOn: DayOut.nullable(),
  history: z.string(),
  recommendations: z.string(),
  doctor: z.string(),
  insurer: z.string(),
  insuranceContract: z.string(),
  insuranceUntil: DayOut.nullable(),
  vaccinationProof: z.enum(vaccinationProofs),
  vaccinationSeenOn: DayOut.nullable(),
  contraindication: z.string(),
  doses: z.partialRecord(z.enum(vaccines), z.array(DayOut)),
  /**
   * The first day of the child's present registrations, from which the child is admitted provisionally; null without a
   * registration.
   */
  admittedOn: DayOut.nullable(),
  /** The day on which a parent last confirmed the record, and who did; null and empty before. */
  confirmedOn: DayOut.nullable(),
  confirmedBy: z.string(),
  /** The record was sealed with a lost key: it is empty here, and must be typed again. */
  isLost: z.boolean(),
})
export type HealthRecord = z.infer<typeof HealthRecord>

const FamilyName = z.object({ id: Id, name: z.string() })

/** A row of the list of families. */
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
  /** Today's quotient; null when none is known. */
  quotient: z.number().nullable(),
  leftOn: DayOut.nullable(),
})
export type FamilyRow = z.infer<typeof FamilyRow>

/** A row of the list, with the balance of the home (negative for a credit) and the marks of its debts. */
export const ListedFamily = FamilyRow.extend({ balanceCents: z.int(), marks: z.array(z.enum(debtMarks)) })
export type ListedFamily = z.infer<typeof ListedFamily>

/** All homes, those that owe something to a régie, or those with a credit that owe nothing. */
export const balanceFilters = ['any', 'owing', 'ahead'] as const
export type BalanceFilter = (typeof balanceFilters)[number]

/** A page of the list of families. */
export const familyPage = {
  /** Beginnings of names of a family, guardian or child, or digits of a phone number. */
  filter: Line,
  /** Families present, departed, or both. */
  show: z.enum(['present', 'left', 'all']),
  /** Only the homes that this act made, such as an import. */
  madeBy: Id.nullable().default(null),
  from: z.int().min(0),
  count: z.int().min(1).max(500),
}

/** Which homes a list shows by their balance, the largest balance first. */
export const balanceFilterFields = {
  balance: z.enum(balanceFilters).default('any'),
  /** With a filter by balance: the least amount shown. */
  fromCents: CentsNumber.min(0, 'Jamais négatif.').default(0),
}

export const Address = z.object(outputsOf(addressFields))
export type Address = z.infer<typeof Address>

export const DatedAddress = Address.extend({ id: Id, fromDay: DayOut, resident: z.boolean() })
export type DatedAddress = z.infer<typeof DatedAddress>

export const DatedQuotient = z.object({
  id: Id,
  fromDay: DayOut,
  value: z.number().nullable(),
  source: z.string(),
  updatedOn: DayOut,
  /** Its own last day; null to follow the service's rule. */
  toDay: DayOut.nullable(),
  /**
   * The last day on which it counts, by its own last day or by the rule; null when it counts until the next quotient.
   */
  lastDay: DayOut.nullable(),
  /** How it counts today, ignoring later quotients. */
  state: z.enum(['counts', 'lastKnown', 'ended']),
})
export type DatedQuotient = z.infer<typeof DatedQuotient>

export const Guardian = z.object({
  id: Id,
  /** 1 for parent 1, who receives the invoices; 2 and more for the others. */
  rank: z.int(),
  ...outputsOf(guardianFields),
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
  exemption: z.string(),
})
export type Schooling = z.infer<typeof Schooling>

export const Pickup = z.object({
  id: Id,
  name: z.string(),
  relation: z.string(),
  phone: z.string(),
  allowed: z.boolean(),
  decidedBy: z.string(),
  decidedOn: DayOut.nullable(),
  decidedUntil: DayOut.nullable(),
  decisionPaperId: Id.nullable(),
  /** What the team must do today when a forbidden person comes; null for an authorised one. */
  forbidding: z.enum(['forbidden', 'disputed']).nullable(),
})
export type Pickup = z.infer<typeof Pickup>

export const Child = z.object({
  id: Id,
  ...outputsOf(childFields),
  /** Latest first. */
  schoolings: z.array(Schooling),
  /** The schooling valid today. */
  schooling: Schooling.nullable(),
  /**
   * What staff still have to write about today's school: the « dérogation » of a child from another catchment area;
   * null when nothing.
   */
  exemptionAsked: z.string().nullable(),
  pickups: z.array(Pickup),
  /** The guardians of the home who do not fetch the child today: by their bond, or because a judge forbids it. */
  notFetching: z.array(Id),
  /** The guardians of the home who are forbidden without a valid decision: the team must call the director. */
  disputed: z.array(Id),
  otherFamilies: z.array(FamilyName),
  /** The health record has something to know; null for people who may not read it. */
  hasHealthAlert: z.boolean().nullable(),
})
export type Child = z.infer<typeof Child>

export const Family = z.object({
  id: Id,
  ...outputsOf(homeFields),
  leftOn: DayOut.nullable(),
  guardians: z.array(Guardian),
  children: z.array(Child),
  /** Each guardian of the home with each child of it. */
  bonds: z.array(Bond),
  /** Latest first. */
  addresses: z.array(DatedAddress),
  address: DatedAddress.nullable(),
  /** Latest first. */
  quotients: z.array(DatedQuotient),
  /** Of the home, then of its children; latest first. */
  categories: z.array(PriceCategory),
  quotient: DatedQuotient.nullable(),
})
export type Family = z.infer<typeof Family>

/** An existing person who may be the one being typed. */
export const PossibleDouble = z.object({
  kind: z.enum(['family', 'guardian', 'child']),
  id: Id,
  name: z.string(),
  /** « même nom, né le 14/03/2022 » */
  why: z.string(),
  families: z.array(FamilyName),
})
export type PossibleDouble = z.infer<typeof PossibleDouble>

/** A child as somebody names it: first and last name in any order, and the birth date. */
const ChildElsewhere = z.object({ name: RequiredLine, birthDay: DayText })

export const families = {
  list: procedure('families.read')
    .input(z.object(familyPage))
    .output(z.object({ total: z.int(), rows: z.array(FamilyRow) })),
  one: procedure('families.read')
    .input(z.object({ id: Id }))
    .output(Family),
  /** Possible existing records, while a name is being typed. */
  possibleDoubles: procedure('families.read')
    .input(
      z.object({
        kind: z.enum(['guardian', 'child']),
        lastName: Line,
        firstName: Line,
        birthDay: DayText.nullable(),
        phones: z.array(Line).max(4),
        email: Line,
        /** The record being changed, which is excluded. */
        exceptId: Id.nullable(),
      }),
    )
    .output(z.array(PossibleDouble)),

  /**
   * For a person of some sites: whether a child with exactly this name and birth date is known at another site only.
   */
  knownElsewhere: procedure('families.read')
    .input(ChildElsewhere)
    .output(z.object({ isKnown: z.boolean() })),
  /**
   * Opens the record of that child's home to this person for 30 days, so that no double is made.
   * @returns the family's id
   */
  openElsewhere: procedure('families.write')
    .input(ChildElsewhere.extend({ reason: RequiredLine }))
    .output(z.object({ id: Id })),

  create: procedure('families.write')
    .input(
      z.object({
        home: HomeInput,
        guardians: z
          .array(z.union([z.object({ existingId: Id }), GuardianInput]))
          .min(1, 'Il faut au moins un responsable.')
          .max(20),
        move: MoveInput.nullable(),
        quotient: QuotientInput.nullable(),
        /** For an existing child, this home becomes the child's second home. */
        children: z
          .array(z.union([z.object({ existingId: Id }), ChildInput.extend({ schooling: SchoolingInput.nullable() })]))
          .max(20),
      }),
    )
    .output(z.object({ id: Id })),
  change: procedure('families.write').input(HomeInput.extend({ id: Id })),
  /** Cancels a departure that `reservations.leave` recorded; the registrations it ended stay ended. */
  comeBack: procedure('families.write').input(z.object({ id: Id })),

  addGuardian: procedure('families.write')
    .input(
      z.object({
        familyId: Id,
        guardian: z.union([z.object({ existingId: Id }), GuardianInput]),
        /** A service of the ASE, to which every child of the family is entrusted. */
        service: z.object({ referent: Line }).optional(),
      }),
    )
    .output(z.object({ id: Id })),
  changeGuardian: procedure('families.write').input(z.object({ id: Id, guardian: GuardianInput })),
  /** Removes a guardian from this family; the person stays in another family, if any. */
  removeGuardian: procedure('families.write').input(z.object({ familyId: Id, guardianId: Id })),
  /** Makes a guardian parent 1; the former parent 1 takes that guardian's rank. */
  swapGuardians: procedure('families.write').input(z.object({ familyId: Id, guardianId: Id })),
  setBond: procedure('families.write').input(BondInput),
  /** Confirms in one gesture that the guardians of an ordinary home are the parents, with authority. */
  confirmBonds: procedure('families.write').input(z.object({ familyId: Id })),

  /** Replaces an existing address with the same first day. */
  setAddress: procedure('families.write').input(MoveInput.extend({ familyId: Id })),
  removeAddress: procedure('families.write').input(z.object({ id: Id })),
  setQuotient: procedure('families.write').input(QuotientInput.extend({ familyId: Id })),
  removeQuotient: procedure('families.write').input(z.object({ id: Id })),
  /** Records a price category, or changes that of `id`. */
  setCategory: procedure('families.write').input(CategoryInput.safeExtend({ id: Id.optional() })),
  removeCategory: procedure('families.write').input(z.object({ id: Id })),
  /** The categories named in tariffs or in families' records, to choose from. */
  categoryNames: procedure('families.read').output(z.array(z.string())),

  addChild: procedure('families.write')
    .input(z.object({ familyId: Id, child: ChildInput, schooling: SchoolingInput.nullable() }))
    .output(z.object({ id: Id })),
  changeChild: procedure('families.write').input(z.object({ id: Id, child: ChildInput })),
  /** Adds a child to a second family, for parents who live apart. A child has at most two families. */
  linkChild: procedure('families.write').input(z.object({ familyId: Id, childId: Id })),
  setSchooling: procedure('families.write').input(SchoolingInput.extend({ childId: Id })),
  removeSchooling: procedure('families.write').input(z.object({ id: Id })),
  addPickup: procedure('families.write').input(PickupInput.extend({ childId: Id })),
  changePickup: procedure('families.write').input(PickupInput.extend({ id: Id })),
  removePickup: procedure('families.write').input(z.object({ id: Id })),

  /** The audit trail records each reading. */
  health: procedure('health.read')
    .input(z.object({ childId: Id }))
    .output(HealthRecord),
  changeHealth: procedure('health.write').input(HealthInput.extend({ childId: Id })),
}
