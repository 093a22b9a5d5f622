import { NumberInput, Select } from '@mantine/core'
import { useState } from 'react'
import { isTimeOfDay } from '../../../shared/rules/calendar/day.ts'
import type { BookingRule, Deadline } from '../../../shared/rules/calendar/deadline.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { TimeField } from '../parts/forms/time-field.tsx'

/** Fields of a deadline and of what happens after it, in one row: « 8 jours avant le jour, puis fermé ». */
export const RuleFields = ({
  label,
  rule,
  onChange,
}: {
  label: string
  rule: BookingRule
  onChange: (rule: BookingRule) => void
}) => {
  const { deadline, after } = rule
  const [until, setUntil] = useState<string>(deadline.unit === 'hours' ? '' : (deadline.until ?? ''))
  const withDeadline = (next: Deadline) => onChange({ ...rule, deadline: next })
  return (
    <fieldset className="rule-fields" style={{ display: 'flex' }}>
      <legend>{label}</legend>
      <NumberInput
        label="Nombre"
        w={70}
        min={0}
        allowDecimal={false}
        value={deadline.amount}
        onChange={(value) => withDeadline({ ...deadline, amount: whole(value) })}
      />
      <Select
        label="Unité"
        w={130}
        data={[
          { value: 'calendarDays', label: 'jours' },
          { value: 'workingDays', label: 'jours ouvrés' },
          { value: 'hours', label: 'heures' },
        ]}
        value={deadline.unit}
        onChange={(unit) => {
          if (unit === 'hours') withDeadline({ unit, amount: deadline.amount })
          else if (unit === 'calendarDays' || unit === 'workingDays')
            withDeadline({
              unit,
              amount: deadline.amount,
              before: deadline.unit === 'hours' ? 'day' : deadline.before,
            })
        }}
      />
      {deadline.unit === 'hours' ? null : (
        <>
          <Select
            label="Avant"
            w={180}
            data={[
              { value: 'day', label: 'le jour' },
              { value: 'week', label: 'le lundi de la semaine' },
              { value: 'period', label: 'le début de la période' },
            ]}
            value={deadline.before}
            onChange={(before) => {
              if (before === 'day' || before === 'week' || before === 'period') withDeadline({ ...deadline, before })
            }}
          />
          <TimeField
            label="Jusqu’à"
            placeholder="minuit"
            value={until}
            onChange={(text) => {
              setUntil(text)
              if (text === '' || isTimeOfDay(text))
                withDeadline({ ...deadline, until: isTimeOfDay(text) ? text : undefined })
            }}
          />
        </>
      )}
      <Select
        label="Ensuite"
        w={150}
        data={[
          { value: 'closed', label: 'fermé' },
          { value: 'byTariff', label: 'au prix du tarif' },
          { value: 'surcharge', label: 'supplément' },
        ]}
        value={after === 'closed' ? 'closed' : after.byTariff ? 'byTariff' : 'surcharge'}
        onChange={(next) => {
          if (next === 'closed') onChange({ ...rule, after: 'closed' })
          else if (next !== null)
            onChange({ ...rule, after: { surcharge: 0, ...(next === 'byTariff' && { byTariff: true as const }) } })
        }}
      />
      {after === 'closed' || after.byTariff ? null : (
        <NumberInput
          label="Supplément"
          w={110}
          suffix=" €"
          decimalScale={2}
          fixedDecimalScale
          min={0}
          value={after.surcharge / 100}
          onChange={(value) => onChange({ ...rule, after: { surcharge: Math.round((Number(value) || 0) * 100) } })}
        />
      )}
    </fieldset>
  )
}

const whole = (value: number | string) => Math.max(0, Math.round(Number(value) || 0))

/** « 8 jours avant le jour, puis fermé » */
export const ruleText = ({ deadline, after }: BookingRule): string => {
  const then =
    after === 'closed'
      ? 'puis fermé'
      : after.byTariff
        ? 'puis au prix du tarif'
        : `puis ${formatEuros(after.surcharge)} de plus`
  if (deadline.unit === 'hours') return `${counted(deadline.amount, 'heure')} avant la plage, ${then}`
  const days =
    deadline.unit === 'calendarDays'
      ? counted(deadline.amount, 'jour')
      : counted(deadline.amount, 'jour ouvré', 'jours ouvrés')
  const before = {
    day: 'avant le jour',
    week: 'avant le lundi de la semaine',
    period: 'avant le début de la période',
  }[deadline.before]
  return `${days} ${before}${deadline.until ? `, ${deadline.until.replace(':', '\u00a0h\u00a0')}` : ''}, ${then}`
}
