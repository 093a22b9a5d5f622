import { Autocomplete, Checkbox, NumberInput, Select, Textarea, TextInput } from '@mantine/core'
import type { GetInputPropsReturnType, UseFormReturnType } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { schoolsOfAddress } from '../../../shared/rules/people/catchment.ts'
import {
  childFields,
  emptyValues,
  guardianFields,
  homeFields,
  parentsLabel,
} from '../../../shared/rules/people/fields.ts'
import { deliveryNames, sexNames } from '../../../shared/rules/people/names.ts'
import { type Level, levels } from '../../../shared/rules/people/schooling.ts'
import { listed } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { DayField } from '../parts/forms/day-field.tsx'

/** Returns the props of a field by its path in the form, which equals its path in the core's input. */
export const fieldPropsOf =
  <Values extends Record<string, unknown>>(form: UseFormReturnType<Values>) =>
  (path: string) => ({ key: form.key(path), ...form.getInputProps(path) })

export type Field = (path: string) => GetInputPropsReturnType & { key: string }

export const emptyAddress = { line1: '', line2: '', postcode: '', town: '' }

export const emptyGuardian = {
  ...emptyValues(guardianFields),
  livesElsewhere: false,
  ownAddress: emptyAddress,
}
export type GuardianValues = typeof emptyGuardian

/** The core's input: an address only when it differs from the home's. */
export const toGuardianInput = ({ livesElsewhere, ownAddress, ...values }: GuardianValues) => ({
  ...values,
  ownAddress: livesElsewhere ? ownAddress : null,
})

export const emptySchooling = {
  fromDay: '',
  schoolId: null as string | null,
  level: '' as '' | Level,
  className: '',
  exemption: '',
}
export type SchoolingValues = typeof emptySchooling

/** The core's input; null when no school, level or class was entered. */
export const toSchoolingInput = ({ schoolId, ...values }: SchoolingValues) =>
  schoolId === null && values.level === '' && values.className === ''
    ? null
    : { ...values, schoolId: schoolId === null ? null : Number(schoolId) }

export const emptyChild = { ...emptyValues(childFields), birthDay: '' }

/** @param at path of the address in the form, with its dot */
export const AddressFields = ({ field, at }: { field: Field; at: string }) => (
  <>
    <TextInput label="Adresse" autoComplete="off" {...field(`${at}line1`)} />
    <TextInput label="Complément" autoComplete="off" {...field(`${at}line2`)} />
    <div className="form-pair">
      <TextInput label="Code postal" inputMode="numeric" maxLength={5} {...field(`${at}postcode`)} />
      <TextInput label="Commune" {...field(`${at}town`)} />
    </div>
  </>
)

/** @param at path of the guardian in the form, with its dot, or empty */
export const GuardianFields = ({
  field,
  at,
  livesElsewhere,
}: {
  field: Field
  at: string
  livesElsewhere: boolean
}) => (
  <>
    <div className="form-pair">
      <Select
        label="Civilité"
        data={[
          { value: '', label: 'non dite' },
          { value: 'Mme', label: 'Mme' },
          { value: 'M.', label: 'M.' },
        ]}
        {...field(`${at}civility`)}
      />
      <TextInput label="Nom" data-autofocus={at === 'guardians.1.' ? undefined : true} {...field(`${at}lastName`)} />
      <TextInput label="Prénom" {...field(`${at}firstName`)} />
    </div>
    <div className="form-pair">
      <TextInput label="Portable" inputMode="tel" {...field(`${at}mobilePhone`)} />
      <TextInput label="Tél. travail" inputMode="tel" {...field(`${at}workPhone`)} />
      <TextInput label="E-mail" inputMode="email" {...field(`${at}email`)} />
    </div>
    <div className="form-pair">
      <TextInput label="Profession" {...field(`${at}profession`)} />
      <TextInput label="Employeur" {...field(`${at}employer`)} />
    </div>
    <Checkbox label="N’habite pas à l’adresse du foyer" {...checked(field, `${at}livesElsewhere`)} />
    {livesElsewhere ? <AddressFields field={field} at={`${at}ownAddress.`} /> : null}
  </>
)

/** @param at path of the child in the form, with its dot, or empty */
export const ChildFields = ({ field, at }: { field: Field; at: string }) => (
  <>
    <div className="form-pair">
      <TextInput label="Prénom" {...field(`${at}firstName`)} />
      <TextInput label="Nom" {...field(`${at}lastName`)} />
    </div>
    <div className="form-pair">
      <DayField label="Date de naissance" {...field(`${at}birthDay`)} />
      <Select
        label="Sexe"
        data={[
          { value: '', label: 'non dit' },
          { value: 'F', label: sexNames.F },
          { value: 'M', label: sexNames.M },
        ]}
        {...field(`${at}sex`)}
      />
    </div>
  </>
)

/**
 * @param at path of the schooling in the form, with its dot, or empty
 * @param line1 the street of the home, from which the school of a new child is proposed
 */
export const SchoolingFields = ({
  field,
  at,
  values,
  line1,
}: {
  field: Field
  at: string
  values: SchoolingValues
  line1: string
}) => {
  const { data: schools = [] } = useQuery(orpc.settings.schools.queryOptions())
  const ofAddress = schoolsOfAddress(schools, { line: line1, level: values.level })
  const isElsewhere = ofAddress.length > 0 && !ofAddress.some(({ id }) => String(id) === values.schoolId)
  return (
    <>
      <div className="form-pair">
        <Select
          label="École"
          data={schools.map(({ id, name }) => ({ value: String(id), label: name }))}
          placeholder="hors de la commune, ou aucune"
          clearable
          description={
            ofAddress.length > 0
              ? `École de l’adresse\u00a0: ${listed(
                  ofAddress.map(({ name }) => name),
                  'ou',
                )}`
              : undefined
          }
          {...field(`${at}schoolId`)}
        />
        <Select
          label="Niveau"
          data={[{ value: '', label: 'aucun' }, ...levels.map((level) => ({ value: level, label: level }))]}
          {...field(`${at}level`)}
        />
      </div>
      <div className="form-pair">
        <TextInput label="Classe" placeholder="CP-CE1 Mme Lemoine" {...field(`${at}className`)} />
        <DayField label="À partir du" {...field(`${at}fromDay`)} />
      </div>
      {(isElsewhere && values.schoolId !== null) || values.exemption !== '' ? (
        <TextInput
          label="Dérogation"
          description="pourquoi cette école, et non celle de l’adresse ; vide, la fiche dit qu’elle est à noter"
          {...field(`${at}exemption`)}
        />
      ) : null}
    </>
  )
}

export const NotesField = ({ field, path }: { field: Field; path: string }) => (
  <Textarea label="Notes" autosize minRows={2} maxRows={6} {...field(path)} />
)

/** @param at path of the home in the form, with its dot, or empty */
export const HomeFields = ({ field, at }: { field: Field; at: string }) => (
  <>
    <div className="form-pair">
      <TextInput label="Nom de l’allocataire" {...field(`${at}beneficiaryName`)} />
      <Autocomplete
        label="Régime allocataire"
        data={['CAF, régime général', 'MSA', 'Autre régime']}
        {...field(`${at}benefitScheme`)}
      />
      <TextInput label="Numéro allocataire" {...field(`${at}beneficiaryNumber`)} />
    </div>
    <div className="form-pair">
      <NumberInput label="Nombre d’enfants à charge" allowDecimal={false} {...field(`${at}dependentChildren`)} />
      <NumberInput
        label="Les derniers revenus"
        suffix=" €"
        thousandSeparator=" "
        decimalSeparator=","
        decimalScale={2}
        fixedDecimalScale
        data-core={`${at}lastIncomeCents`}
        {...field(`${at}income`)}
      />
      <DayField label="Date de mise à jour de revenus" clearable {...field(`${at}incomeUpdatedOn`)} />
    </div>
    <Select
      label={parentsLabel(homeFields.invoicesBy)}
      data={Object.entries(deliveryNames).map(([value, label]) => ({ value, label }))}
      {...field(`${at}invoicesBy`)}
    />
  </>
)

const { lastIncomeCents: _noIncome, ...otherHomeValues } = emptyValues(homeFields)
export const emptyHome = {
  ...otherHomeValues,
  dependentChildren: '' as number | '',
  /** Euros. */
  income: '' as number | '',
  incomeUpdatedOn: null as string | null,
}
export type HomeValues = typeof emptyHome

/** The core's input: cents instead of euros, null for empty fields. */
export const toHomeInput = ({ income, dependentChildren, incomeUpdatedOn, ...values }: HomeValues) => ({
  ...values,
  dependentChildren: dependentChildren === '' ? null : dependentChildren,
  lastIncomeCents: income === '' ? null : Math.round(income * 100),
  incomeUpdatedOn: incomeUpdatedOn === '' ? null : incomeUpdatedOn,
})

const checked = (field: Field, path: string) => {
  const { value, ...properties } = field(path)
  return { ...properties, checked: value === true }
}
