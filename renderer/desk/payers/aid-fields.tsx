import { MultiSelect, NumberInput, Select, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import type { AidInput, ShownAid } from '../../../shared/contract/desk/money/payers.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { type AidUnit, aidUnitNames, aidUnits } from '../../../shared/rules/money/aid.ts'
import type { Fiscal } from '../../../shared/rules/price/tariff.ts'
import { orpc } from '../../connection/client.ts'
import { activityOptions } from '../activities/activity-options.ts'
import { DayField } from '../parts/forms/day-field.tsx'
import { EuroField } from '../parts/forms/euro-field.tsx'

/** The values of an aid in its form: amounts in euros, and empty fields for unused criteria. */
export type TypedAid = {
  thirdPartyId: string
  label: string
  per: AidUnit
  amount: number | ''
  percent: number | ''
  fiscals: Fiscal[]
  activityIds: string[]
  from: Day | ''
  to: Day | ''
  decidedOn: Day | ''
  ceiling: number | ''
  ceilingUnits: number | ''
  leaves: number | ''
  upToQuotient: number | ''
  fromRank: number | ''
  scheme: string
}

const euros = (cents: number | null): number | '' => (cents === null ? '' : cents / 100)

export const typedAid = (aid: ShownAid | null, thirdPartyId: number | null, from: Day): TypedAid => ({
  thirdPartyId: String((aid ? aid.thirdPartyId : thirdPartyId) ?? ''),
  label: aid?.label ?? '',
  per: aid?.per ?? 'day',
  amount: euros(aid?.amountCents ?? null),
  percent: aid?.percent ?? '',
  fiscals: [...(aid?.fiscals ?? [])],
  activityIds: (aid?.activityIds ?? []).map(String),
  from: aid?.from ?? from,
  to: aid?.to ?? '',
  decidedOn: aid?.decidedOn ?? '',
  ceiling: euros(aid?.ceilingCents ?? null),
  ceilingUnits: aid?.ceilingUnits ?? '',
  leaves: euros(aid?.leavesCents ?? null) || '',
  upToQuotient: aid?.upToQuotient ?? '',
  fromRank: aid?.fromRank ?? '',
  scheme: aid?.scheme ?? '',
})

const numberOrNull = (value: number | ''): number | null => (value === '' ? null : value)
const centsOrNull = (value: number | ''): number | null => (value === '' ? null : Math.round(value * 100))

export const aidInput = (typed: TypedAid): AidInput => ({
  thirdPartyId: typed.thirdPartyId === '' ? null : Number(typed.thirdPartyId),
  label: typed.label,
  per: typed.per,
  amountCents: typed.per === 'rest' ? null : (centsOrNull(typed.amount) ?? 0),
  percent: typed.per === 'rest' ? (numberOrNull(typed.percent) ?? 0) : null,
  fiscals: typed.fiscals.length === 0 ? null : typed.fiscals,
  activityIds: typed.activityIds.length === 0 ? null : typed.activityIds.map(Number),
  // An empty day is refused at its field by the contract.
  from: typed.from as Day,
  to: typed.to === '' ? null : typed.to,
  decidedOn: typed.decidedOn === '' ? null : typed.decidedOn,
  ceilingCents: centsOrNull(typed.ceiling),
  ceilingUnits: numberOrNull(typed.ceilingUnits),
  leavesCents: centsOrNull(typed.leaves) ?? 0,
  upToQuotient: numberOrNull(typed.upToQuotient),
  fromRank: numberOrNull(typed.fromRank),
  scheme: typed.scheme.trim() === '' ? null : typed.scheme,
})

const formNames: Readonly<Record<AidUnit, string>> = {
  day: 'Un montant par jour',
  halfDay: 'Un montant par demi-journée',
  meal: 'Un montant par repas',
  hour: 'Un montant par heure',
  week: 'Un montant par semaine',
  month: 'Un montant par facture (mois)',
  rest: 'Une part de ce qui reste',
}

/** The fields of an aid, worded as in a council's decision. */
export const AidFields = ({ form }: { form: UseFormReturnType<TypedAid> }) => {
  const { data: parties } = useQuery(orpc.payers.thirdParties.queryOptions())
  const { data: activities } = useQuery(orpc.activities.list.queryOptions())
  const { per, thirdPartyId } = form.values
  return (
    <>
      <fieldset>
        <legend>L’aide</legend>
        <Select
          label="Payée par"
          data={[
            { value: '', label: 'Personne\u00a0: le prix baisse' },
            ...(parties ?? [])
              .filter(({ id, archived }) => !archived || String(id) === thirdPartyId)
              .map(({ id, name }) => ({ value: String(id), label: name })),
          ]}
          allowDeselect={false}
          data-core="aid.thirdPartyId"
          {...form.getInputProps('thirdPartyId')}
        />
        <TextInput
          label="Nom"
          description="La famille le lit sur sa facture."
          data-autofocus
          data-core="aid.label"
          {...form.getInputProps('label')}
        />
        <Select
          label="Ce qu’elle donne"
          data={aidUnits.map((value) => ({ value, label: formNames[value] }))}
          allowDeselect={false}
          {...form.getInputProps('per')}
        />
        {per === 'rest' ? (
          <NumberInput
            label="Part de ce que les aides d’avant laissent"
            description="100&nbsp;%&nbsp;: prise en charge entière."
            suffix="&nbsp;%"
            decimalScale={2}
            decimalSeparator=","
            data-core="aid.percent"
            {...form.getInputProps('percent')}
          />
        ) : (
          <EuroField
            label={`Montant par ${aidUnitNames[per].one}`}
            data-core="aid.amountCents"
            {...form.getInputProps('amount')}
          />
        )}
        <MultiSelect
          label="Pour"
          description="Vide&nbsp;: tout ce que coûte une journée."
          data={[
            { value: 'garde', label: 'l’accueil' },
            { value: 'repas', label: 'les repas' },
            { value: 'autre', label: 'le reste' },
          ]}
          {...form.getInputProps('fiscals')}
        />
        <MultiSelect
          label="Activités"
          description="Vide&nbsp;: toutes."
          data={activityOptions(activities ?? [])}
          {...form.getInputProps('activityIds')}
        />
      </fieldset>
      <fieldset>
        <legend>Dates et plafonds</legend>
        <DayField label="Du" data-core="aid.from" {...form.getInputProps('from')} />
        <DayField
          label="Au"
          description="Vide&nbsp;: sans fin."
          clearable
          data-core="aid.to"
          {...form.getInputProps('to')}
        />
        <DayField label="Décision du" clearable {...form.getInputProps('decidedOn')} />
        <EuroField label="Plafond en euros" data-core="aid.ceilingCents" {...form.getInputProps('ceiling')} />
        <NumberInput
          label={`Plafond en ${aidUnitNames[per].many}`}
          allowDecimal={false}
          allowNegative={false}
          data-core="aid.ceilingUnits"
          {...form.getInputProps('ceilingUnits')}
        />
        <EuroField
          label="Laisse à payer au moins, par jour"
          data-core="aid.leavesCents"
          {...form.getInputProps('leaves')}
        />
      </fieldset>
      <fieldset>
        <legend>Seulement</legend>
        <NumberInput
          label="Jusqu’au quotient"
          decimalScale={2}
          decimalSeparator=","
          allowNegative={false}
          data-core="aid.upToQuotient"
          {...form.getInputProps('upToQuotient')}
        />
        <NumberInput
          label="À partir de l’enfant de rang"
          allowDecimal={false}
          allowNegative={false}
          data-core="aid.fromRank"
          {...form.getInputProps('fromRank')}
        />
        <TextInput
          label="Régime"
          description="Comme sur la fiche de la famille, «&nbsp;Régime général&nbsp;»."
          {...form.getInputProps('scheme')}
        />
      </fieldset>
    </>
  )
}
