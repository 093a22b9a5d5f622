import * as z from 'zod'
import type { Day } from '../../../rules/calendar/day.ts'
import type { ItemState } from '../../../rules/dossier/dossier.ts'
import { dossierScopes, paperValidities, requiredKinds } from '../../../rules/dossier/required-paper.ts'
import { DayText, Id, Line, procedure } from '../../procedure.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
const StateOut = z.custom<ItemState>((value) => typeof value === 'object')

/** A paper that the dossier of each child, or of each home, asks for. */
const requiredPaper = {
  kind: z.enum(requiredKinds),
  /** « Attestation d’assurance » */
  name: z.string(),
  scope: z.enum(dossierScopes),
  /** Null: asked for every activity. */
  activityId: Id.nullable(),
  /** Null for the quotient. */
  validity: z.enum(paperValidities).nullable(),
  months: z.int().nullable(),
}

export const RequiredPaper = z.object({
  ...requiredPaper,
  id: Id,
  activity: z.string().nullable(),
  /** The first day on which it is not asked any more. */
  withdrawnOn: DayOut.nullable(),
  /** One was seen: its kind, and whose paper it is, never change. */
  isUsed: z.boolean(),
})
export type RequiredPaper = z.infer<typeof RequiredPaper>

export const RequiredPaperInput = z.object({ ...requiredPaper, id: Id.optional(), name: Line })
export type RequiredPaperInput = z.infer<typeof RequiredPaperInput>

export const FamilyDossier = z.object({
  /** Null: nothing is asked for, since no child is registered or the town asks for nothing. */
  isComplete: z.boolean().nullable(),
  /** Children of whom something is asked for, with what counts for them: their own papers, and those of the home. */
  children: z.array(z.object({ childId: Id, firstName: z.string(), isComplete: z.boolean() })),
  items: z.array(
    z.object({
      requiredId: Id,
      kind: z.enum(requiredKinds),
      name: z.string(),
      /** Null: of the home. */
      childId: Id.nullable(),
      /** The activity that asks for it; null: all. */
      activity: z.string().nullable(),
      state: StateOut,
      seenOn: DayOut.nullable(),
      seenBy: z.string(),
      /** The paper as a parent sent it, while the file has it. */
      paperId: Id.nullable(),
      /** Until when a paper seen today counts; null where the paper says it. */
      usualEnd: DayOut.nullable(),
    }),
  ),
})
export type FamilyDossier = z.infer<typeof FamilyDossier>

/** Whose dossiers; null: of all. `requiredId`: only those who lack it. */
const Filter = z.object({
  activityId: Id.nullable(),
  periodId: Id.nullable(),
  schoolId: Id.nullable(),
  requiredId: Id.nullable(),
})

export const DossierList = z.object({
  /** Children who are registered, once for each home that registered them. */
  children: z.int(),
  incomplete: z.int(),
  /** What is asked for, with how many children lack it. */
  required: z.array(z.object({ id: Id, name: z.string(), children: z.int() })),
  /** How many children the filter keeps; `rows` are the first of them. */
  total: z.int(),
  /** The homes of all of them. */
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
  /** Null asks for it again. */
  withdrawRequired: procedure('activities').input(z.object({ id: Id, on: DayText.nullable() })),
  ofFamily: procedure('dossiers')
    .input(z.object({ familyId: Id }))
    .output(FamilyDossier),
  /** « Dossiers »: who lacks what. */
  list: procedure('dossiers').input(Filter).output(DossierList),
  /** The same list, whole: printed, or as a sheet. */
  file: procedure('dossiers')
    .input(Filter.extend({ format: z.enum(['pdf', 'xlsx']) }))
    .output(z.instanceof(File)),
  /** « Vu » at the counter. `validUntil` null: as usual. */
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
