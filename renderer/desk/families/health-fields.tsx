import { Select, Textarea, TextInput } from '@mantine/core'
import { type Day, isDay } from '../../../shared/rules/calendar/day.ts'
import { dietName, diets, type Health, healthNames, lackingInHealth } from '../../../shared/rules/dossier/health.ts'
import {
  proofNames,
  requiredVaccines,
  sourcesText,
  type VaccinationProof,
  type Vaccine,
  vaccinationProofs,
  vaccineNames,
} from '../../../shared/rules/dossier/vaccinations.ts'
import { numericDay } from '../../../shared/rules/text/french.ts'
import { Note } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { useNow } from '../staff/now.ts'
import type { Field } from './fields.tsx'

/** The values of a health record in its form, with days and doses as typed. */
export type HealthValues = Omit<
  Health,
  'paiUntil' | 'prescriptionOn' | 'insuranceUntil' | 'vaccinationSeenOn' | 'doses'
> & {
  paiUntil: string | null
  prescriptionOn: string | null
  insuranceUntil: string | null
  vaccinationSeenOn: string | null
  doses: Partial<Record<Vaccine, string>>
}

export const toHealthValues = ({ doses, ...health }: Health): HealthValues => ({
  ...health,
  doses: Object.fromEntries(
    Object.entries(doses).map(([vaccine, days]) => [vaccine, days.map((on) => numericDay(on)).join(', ')]),
  ),
})

/** The core's input: null for a day that is left empty. */
export const toHealthInput = (values: HealthValues) => ({
  ...values,
  paiUntil: values.paiUntil || null,
  prescriptionOn: values.prescriptionOn || null,
  insuranceUntil: values.insuranceUntil || null,
  vaccinationSeenOn: values.vaccinationSeenOn || null,
})

/** What parents declare, in the order of the printed sheet. */
export const HealthFields = ({ field }: { field: Field }) => (
  <>
    <Textarea label={healthNames.allergies} autosize minRows={2} data-autofocus {...field('allergies')} />
    <div className="form-pair">
      <Textarea label={healthNames.treatment} autosize minRows={2} {...field('treatment')} />
      <DayField
        label={healthNames.prescriptionOn}
        description="Sans ordonnance, aucun médicament n’est donné."
        clearable
        {...field('prescriptionOn')}
      />
    </div>
    <Textarea label={healthNames.history} autosize minRows={2} {...field('history')} />
    <div className="form-pair">
      <Textarea label={healthNames.pai} autosize minRows={3} {...field('pai')} />
      <DayField label={healthNames.paiUntil} clearable {...field('paiUntil')} />
    </div>
    <div className="form-pair">
      <Select
        label={healthNames.diet}
        data={diets.map((diet) => ({ value: diet, label: dietName(diet) }))}
        {...field('diet')}
      />
      <TextInput label={healthNames.doctor} {...field('doctor')} />
    </div>
    <Textarea label={healthNames.recommendations} autosize minRows={2} {...field('recommendations')} />
    <div className="form-pair">
      <TextInput label={healthNames.insurer} {...field('insurer')} />
      <TextInput label={healthNames.insuranceContract} {...field('insuranceContract')} />
      <DayField label={healthNames.insuranceUntil} clearable {...field('insuranceUntil')} />
    </div>
  </>
)

const dayOf = (typed: string | null): Day | null => (typed !== null && isDay(typed) ? typed : null)

/** What the record lacks as it is typed: it can be saved, and the dossier is not complete. */
export const HealthLacking = ({ values }: { values: HealthValues }) => {
  const { today } = useNow()
  const { treatment, pai, doctor, insurer, insuranceContract } = values
  const record = {
    treatment,
    pai,
    doctor,
    insurer,
    insuranceContract,
    prescriptionOn: dayOf(values.prescriptionOn),
    paiUntil: dayOf(values.paiUntil),
    insuranceUntil: dayOf(values.insuranceUntil),
  }
  return lackingInHealth(record, today).map(({ sentence }) => (
    <Note key={sentence} tone="warn">
      {sentence}
    </Note>
  ))
}

/** The vaccinations, as staff saw them proven. */
export const VaccinationFields = ({ field, birth, proof }: { field: Field; birth: Day; proof: VaccinationProof }) => (
  <>
    <div className="form-pair">
      <Select
        label="Preuve des vaccinations"
        allowDeselect={false}
        data={vaccinationProofs.map((value) => ({ value, label: proofNames[value] }))}
        {...field('vaccinationProof')}
      />
      <DayField label="Vue le" clearable {...field('vaccinationSeenOn')} />
    </div>
    {proof === 'contraindication' ? (
      <Textarea label="Contre-indication" autosize minRows={2} {...field('contraindication')} />
    ) : null}
    <fieldset className="form-part stack">
      <legend>Vaccinations exigées pour une naissance le {numericDay(birth)}</legend>
      <p className="soft small">{sourcesText(requiredVaccines(birth))}</p>
      {requiredVaccines(birth).map(({ vaccine, isToVerify }) => (
        <div key={vaccine}>
          <TextInput
            label={vaccineNames[vaccine]}
            description={isToVerify ? 'rattrapage\u00a0: à vérifier' : undefined}
            placeholder="dates facultatives, comme 04/12/2020, 05/02/2021"
            {...field(`doses.${vaccine}`)}
          />
        </div>
      ))}
    </fieldset>
  </>
)
