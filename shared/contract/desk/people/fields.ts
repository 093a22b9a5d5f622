import * as z from 'zod'
import { roles } from '../../../rules/access/roles.ts'
import type { Day } from '../../../rules/calendar/day.ts'
import { customEditors, customKinds, customReaders, customSubjects } from '../../../rules/people/custom-field.ts'
import { DayText, Id, Line, procedure, RequiredLine } from '../../procedure.ts'

/* « Champs de la commune »: fields that a town adds to homes, guardians, children and registrations. */

const DayOut = z.custom<Day>((value) => typeof value === 'string')

export const CustomFieldInput = z.object({
  /** Absent: a new field. */
  id: Id.optional(),
  /** Neither the subject nor the kind of a field ever changes. */
  subject: z.enum(customSubjects),
  kind: z.enum(customKinds),
  label: RequiredLine.max(60, 'Un nom de 60 caractères au plus.'),
  choices: z.array(RequiredLine).max(50, 'Cinquante choix au plus.'),
  seenBy: z.array(z.enum(customReaders)).min(1, 'Choisissez qui voit ce champ.'),
  editedBy: z.array(z.enum(customEditors)),
})
export type CustomFieldInput = z.output<typeof CustomFieldInput>

export const CustomFieldShown = z.object({
  id: Id,
  subject: z.enum(customSubjects),
  kind: z.enum(customKinds),
  label: z.string(),
  choices: z.array(z.string()),
  seenBy: z.array(z.enum(roles as readonly [(typeof roles)[number], ...(typeof roles)[number][]])),
  editedBy: z.array(z.enum(roles as readonly [(typeof roles)[number], ...(typeof roles)[number][]])),
  withdrawnFrom: DayOut.nullable(),
  /** Whether the person who asks edits its values. */
  mayEdit: z.boolean(),
})
export type CustomFieldShown = z.output<typeof CustomFieldShown>

/** The record that values belong to: exactly one id. */
const Owner = {
  familyId: Id.optional(),
  guardianId: Id.optional(),
  childId: Id.optional(),
  registrationId: Id.optional(),
}

/**
 * A value with the id of its record. The subject of the field says whether that is a home, a guardian, a child or a
 * registration.
 */
const OwnedValue = z.object({ fieldId: Id, ownerId: Id, value: z.string() })
export type OwnedValue = z.output<typeof OwnedValue>

const FieldsAndValues = z.object({ fields: z.array(CustomFieldShown), values: z.array(OwnedValue) })

export const fields = {
  /** The fields in use that this person may see. */
  list: procedure('families.read').output(z.array(CustomFieldShown)),
  /** Every field, withdrawn ones last, with how many records have a value in it, and what reads it, in words. */
  defined: procedure('customFields').output(
    z.array(CustomFieldShown.extend({ uses: z.int(), readBy: z.array(z.string()) })),
  ),
  save: procedure('customFields')
    .input(CustomFieldInput)
    .output(z.object({ id: Id })),
  /** Withdraws a field from a day on; null takes that back. */
  withdraw: procedure('customFields').input(z.object({ id: Id, from: DayText.nullable() })),
  /** Deletes a field without any value, and which nothing reads. */
  remove: procedure('customFields').input(z.object({ id: Id })),
  /** The fields of a home, its guardians and its children, with their values. */
  ofFamily: procedure('families.read')
    .input(z.object({ familyId: Id }))
    .output(FieldsAndValues),
  ofRegistration: procedure('families.read')
    .input(z.object({ registrationId: Id }))
    .output(FieldsAndValues),
  /** Writes values of one record, all of them or none; an empty text clears a value. */
  set: procedure('families.write').input(
    z
      .object({ ...Owner, values: z.array(z.object({ fieldId: Id, value: Line })).max(200) })
      .refine(
        ({ familyId, guardianId, childId, registrationId }) =>
          [familyId, guardianId, childId, registrationId].filter((id) => id !== undefined).length === 1,
        { message: 'Ces valeurs n’ont pas de fiche.' },
      ),
  ),
}
