import { NumberInput, Radio, Select } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import type { Period } from '../../../../shared/contract/desk/activities.ts'
import type { AdultsPlanned } from '../../../../shared/contract/desk/reservations/waiting.ts'
import { type Day, isDay } from '../../../../shared/rules/calendar/day.ts'
import { counted, longDay, shortDay } from '../../../../shared/rules/text/french.ts'
import { orpc } from '../../../connection/client.ts'
import { Failure, Loading, Note } from '../../parts/feedback.tsx'
import { DayField } from '../../parts/forms/day-field.tsx'
import { Dialog, FormDialog } from '../../parts/forms/dialogs.tsx'

type DialogProps = { period: Period; day: Day; onClose: () => void; which: ReactNode }

/**
 * The planned number of adults: for the whole period, and for days that differ. Periods that are shown in one grid have
 * adults of their own, each for its group: one of them is chosen first.
 */
export const AdultsDialog = ({
  periods,
  ...wish
}: Omit<DialogProps, 'period' | 'which'> & { periods: readonly [Period, ...Period[]] }) => {
  const [chosenId, choose] = useState(periods[0].id)
  const period = periods.find(({ id }) => id === chosenId) ?? periods[0]
  const which =
    periods.length === 1 ? null : (
      <Select
        label="De quelle période"
        description="Chacune a ses animateurs, pour son groupe."
        data={periods.map(({ id, name }) => ({ value: String(id), label: name }))}
        allowDeselect={false}
        value={String(period.id)}
        onChange={(id) => choose(Number(id))}
      />
    )
  return <OfPeriod key={period.id} period={period} which={which} {...wish} />
}

const OfPeriod = (wish: DialogProps) => {
  const { data, error, isFetchedAfterMount } = useQuery(
    orpc.reservations.adultsPlanned.queryOptions({ input: { periodId: wish.period.id }, staleTime: 0 }),
  )
  // Wait for fresh data: the field must not begin with the cached plan of an earlier opening.
  if (data && isFetchedAfterMount) return <PlanDialog planned={data} {...wish} />
  return (
    <Dialog opened title={titleOf(wish.period)} onClose={wish.onClose}>
      {error ? <Failure error={error} /> : <Loading />}
    </Dialog>
  )
}

const titleOf = ({ name }: Period) => `Encadrement, ${name}`

const PlanDialog = ({ planned, period, day, which, onClose }: DialogProps & { planned: AdultsPlanned }) => {
  const own = Map.groupBy(planned.days, ({ day: on }) => on)
  const form = useForm<{ where: 'period' | 'day'; day: string; adults: number | string }>({
    mode: 'controlled',
    initialValues: { where: 'period', day, adults: planned.adults ?? '' },
    validate: { day: (on, { where }) => (where === 'period' || isDay(on) ? null : 'Choisissez le jour.') },
  })
  const { where } = form.values
  /** Fills the field with the recorded number, so that saving without editing changes nothing. */
  const choose = (chosen: Partial<Pick<typeof form.values, 'where' | 'day'>>) => {
    const next = { ...form.values, ...chosen }
    const now = next.where === 'period' ? planned.adults : isDay(next.day) ? own.get(next.day)?.[0]?.adults : null
    form.setValues({ ...next, adults: now ?? '' })
  }
  return (
    <FormDialog
      opened
      title={titleOf(period)}
      form={form}
      submit="Enregistrer l’encadrement"
      onClose={onClose}
      onSubmit={async (client, values) => {
        const adults = values.adults === '' ? null : Number(values.adults)
        const slotIds = period.places.map(({ slotId }) => slotId)
        await client.reservations.planAdults({
          periodId: period.id,
          where: values.where === 'period' ? null : { day: values.day, slotIds },
          adults,
        })
      }}
    >
      {which}
      <Note>
        {planned.adults === null
          ? 'Personne n’a dit combien d’animateurs sont prévus\u00a0: l’encadrement n’est pas compté.'
          : `Prévu sur chaque plage\u00a0: ${counted(planned.adults, 'animateur')}.`}
        {own.size > 0 ? (
          <ul>
            {[...own].map(([on, rows]) => (
              <li key={on}>
                {longDay(on)}&nbsp;: {[...new Set(rows.map(({ adults }) => counted(adults, 'animateur')))].join(', ')}
              </li>
            ))}
          </ul>
        ) : null}
      </Note>
      <Radio.Group
        label="Pour"
        {...form.getInputProps('where')}
        onChange={(value) => choose({ where: value === 'day' ? 'day' : 'period' })}
      >
        <div className="stack">
          <Radio value="period" label="toute la période" />
          <Radio value="day" label="un jour qui diffère" />
        </div>
      </Radio.Group>
      {where === 'day' ? (
        <DayField label="Jour" {...form.getInputProps('day')} onChange={(on) => choose({ day: on })} />
      ) : null}
      <NumberInput
        label="Animateurs prévus"
        description={
          where === 'period'
            ? 'Vide\u00a0: l’encadrement n’est pas compté.'
            : `Vide\u00a0: ${isDay(form.values.day) ? shortDay(form.values.day) : 'ce jour'} comme les autres jours.`
        }
        min={0}
        max={200}
        allowDecimal={false}
        {...form.getInputProps('adults')}
      />
    </FormDialog>
  )
}
