import * as z from 'zod'
import type { Day } from '../../../rules/calendar/day.ts'
import type { ItemState } from '../../../rules/dossier/dossier.ts'
import { dossierScopes, paperValidities, requiredKinds } from '../../../rules/dossier/required-paper.ts'
import { DayText, Id, Line, procedure } from '../../procedure.ts'
import { HealthInput } from './families.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
const StateOut = z.custom<ItemState>((value) => typeof value === 'object')

/** A paper required in the dossier of each child, or of each home. */
const requiredPaper = {
  kind: z.enum(requiredKinds),
  /** « Attestation d’assurance » */
  name: z.string(),
  scope: z.enum(dossierScopes),
  /** Null: required for every activity. */
  activityId: Id.nullable(),
  /** Null for the quotient, which has a rule of its own. */
  validity: z.enum(paperValidities).nullable(),
  months: z.int().nullable(),
}

export const RequiredPaper = z.object({
  ...requiredPaper,
  id: Id,
  activity: z.string().nullable(),
  /** The first day on which it is no longer required. */
  withdrawnOn: DayOut.nullable(),
  /** Staff have already seen one: its kind, and whether it concerns a child or the home, can no longer change. */
  isUsed: z.boolean(),
})
export type RequiredPaper = z.infer<typeof RequiredPaper>

export const RequiredPaperInput = z.object({ ...requiredPaper, id: Id.optional(), name: Line })
export type RequiredPaperInput = z.infer<typeof RequiredPaperInput>

export const FamilyDossier = z.object({
  /** Null when nothing is required, because no child is registered or the town requires nothing. */
  isComplete: z.boolean().nullable(),
  /** The day of the last mail that asked the home for what its dossier lacks. */
  remindedOn: DayOut.nullable(),
  /** Children for whom something is required, with their own papers and those of the home. */
  children: z.array(z.object({ childId: Id, firstName: z.string(), isComplete: z.boolean() })),
  items: z.array(
    z.object({
      requiredId: Id,
      kind: z.enum(requiredKinds),
      name: z.string(),
      /** Null: a paper of the home. */
      childId: Id.nullable(),
      /** The activity that requires it; null: all activities. */
      activity: z.string().nullable(),
      state: StateOut,
      seenOn: DayOut.nullable(),
      seenBy: z.string(),
      /** The paper that a parent sent, while the file holds it. */
      paperId: Id.nullable(),
      /** The last day on which a paper seen today would count; null when it is written on the paper. */
      usualEnd: DayOut.nullable(),
    }),
  ),
})
export type FamilyDossier = z.infer<typeof FamilyDossier>

/** Which dossiers to list; null: all. `requiredId`: only those without this paper. */
const Filter = z.object({
  activityId: Id.nullable(),
  periodId: Id.nullable(),
  schoolId: Id.nullable(),
  requiredId: Id.nullable(),
})

export const HealthGivenInput = HealthInput.extend({ familyId: Id, childId: Id })
export type HealthGivenInput = z.output<typeof HealthGivenInput>

export const DossierList = z.object({
  /** The number of registered children, each counted once for each home that registered it. */
  children: z.int(),
  incomplete: z.int(),
  /** The required papers, with the number of children without each. */
  required: z.array(z.object({ id: Id, name: z.string(), children: z.int() })),
  /** The number of children that match the filter; `rows` holds the first of them. */
  total: z.int(),
  /** The homes of all matching children. */
  familyIds: z.array(Id),
  rows: z.array(
    z.object({
      childId: Id,
      child: z.string(),
      familyId: Id,
      family: z.string(),
      school: z.string(),
      level: z.string(),
      /** Ids of `required`. */
      missing: z.array(Id),
    }),
  ),
})
export type DossierList = z.infer<typeof DossierList>

export const dossiers = {
  /** « Pièces exigées » of the settings. */
  required: procedure('activities.read').output(z.array(RequiredPaper)),
  saveRequired: procedure('activities')
    .input(RequiredPaperInput)
    .output(z.object({ id: Id })),
  /** Null requires it again. */
  withdrawRequired: procedure('activities').input(z.object({ id: Id, on: DayText.nullable() })),
  ofFamily: procedure('dossiers')
    .input(z.object({ familyId: Id }))
    .output(FamilyDossier),
  /** « Dossiers »: which children lack which papers. */
  list: procedure('dossiers').input(Filter).output(DossierList),
  /** The same list without a limit, printed or as a spreadsheet. */
  file: procedure('dossiers')
    .input(Filter.extend({ format: z.enum(['pdf', 'xlsx']) }))
    .output(z.instanceof(File)),
  /** Writes a health record from the sheet that the family signed, and marks it as seen today. */
  giveHealth: procedure('health.write').input(HealthGivenInput),
  /** « Vu » at the counter. Null as `validUntil`: the usual last day. */
  see: procedure('dossiers').input(
    z.object({
      requiredId: Id,
      familyId: Id,
      childId: Id.nullable(),
      seenOn: DayText,
      validUntil: DayText.nullable(),
    }),
  ),
}
