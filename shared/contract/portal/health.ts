import * as z from 'zod'
import { type Day, isDay } from '../../rules/calendar/day.ts'
import { diets } from '../../rules/dossier/health.ts'
import { vaccinationProofs, vaccines } from '../../rules/dossier/vaccinations.ts'

const DayValue = z.custom<Day>((value) => typeof value === 'string' && isDay(value), 'not a day')

/** A child's health record as the desk seals it to a guardian's account: what is inside a part of `HealthDocument`. */
export const PublishedHealth = z.object({
  record: z.object({
    allergies: z.string(),
    diet: z.enum(diets),
    pai: z.string(),
    paiUntil: DayValue.nullable(),
    treatment: z.string(),
    prescriptionOn: DayValue.nullable(),
    history: z.string(),
    recommendations: z.string(),
    doctor: z.string(),
    insurer: z.string(),
    insuranceContract: z.string(),
    insuranceUntil: DayValue.nullable(),
    vaccinationProof: z.enum(vaccinationProofs),
    vaccinationSeenOn: DayValue.nullable(),
    contraindication: z.string(),
    doses: z.partialRecord(z.enum(vaccines), z.array(DayValue)),
  }),
  /** The mark of this record, which the parent's confirmation sends back to the desk. */
  mark: z.string(),
  confirmedOn: DayValue.nullable(),
})
export type PublishedHealth = z.infer<typeof PublishedHealth>
