import * as z from 'zod'
import { whyNotBirthCountry } from '../rules/quotient/birth-place.ts'
import { DayText, Line, RequiredLine } from './procedure.ts'

/** The fields of a `CivilStatus`. */
export const civilStatusShape = {
  birthName: RequiredLine,
  firstNames: RequiredLine,
  civilSex: z.enum(['F', 'M']).nullable(),
  bornOn: DayText.nullable(),
  birthCountry: Line.superRefine((code, context) => {
    const message = whyNotBirthCountry(code)
    if (message !== null) context.addIssue({ code: 'custom', message })
  }),
  birthTown: Line.transform((text) => text.toUpperCase()),
}
