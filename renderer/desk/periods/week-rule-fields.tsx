import { MultiSelect, NumberInput, Select } from '@mantine/core'
import type { Activity, PeriodInput } from '../../../shared/contract/desk/activities.ts'
import { weekRuleOrNone, weekRuleTexts } from '../../../shared/rules/requests/week-rule.ts'
import { Note } from '../parts/feedback.tsx'

type WeekRuleInput = NonNullable<PeriodInput['weekRule']>

const noWeekRule: WeekRuleInput = { least: null, most: null, needs: [], oneOf: [] }

/** The fields of a period's rule of weeks, with the sentences that parents will read. */
export const WeekRuleFields = ({
  slots,
  rule: given,
  error,
  onChange,
}: {
  /** The slots that the period opens. */
  slots: Activity['slots']
  rule: WeekRuleInput | null
  error: React.ReactNode
  onChange: (rule: WeekRuleInput | null) => void
}) => {
  const rule = given ?? noWeekRule
  const change = (changes: Partial<WeekRuleInput>) => onChange(weekRuleOrNone({ ...rule, ...changes }))
  const slotName = (id: number) => slots.find((slot) => slot.id === id)?.name ?? ''
  const options = slots.map(({ id, name }) => ({ value: String(id), label: name }))
  return (
    <fieldset style={{ display: 'block' }} data-path="weekRule">
      <legend>La semaine d’un enfant</legend>
      <div className="stack">
        <Select
          label="Jours par semaine"
          allowDeselect={false}
          data={[
            { value: 'any', label: 'au choix' },
            { value: 'least', label: 'au moins un nombre de jours' },
            { value: 'all', label: 'semaine entière' },
          ]}
          value={rule.least === null ? 'any' : rule.least === 'all' ? 'all' : 'least'}
          onChange={(value) => change({ least: value === 'all' ? 'all' : value === 'least' ? 2 : null })}
        />
        {typeof rule.least === 'number' ? (
          <NumberInput
            label="Jours au moins"
            w={130}
            min={1}
            max={7}
            allowDecimal={false}
            value={rule.least}
            onChange={(value) => change({ least: Number(value) || 1 })}
          />
        ) : null}
        <NumberInput
          label="Jours au plus, tant que d’autres attendent"
          placeholder="sans limite"
          min={1}
          max={7}
          allowDecimal={false}
          value={rule.most ?? ''}
          onChange={(value) => change({ most: value === '' ? null : Number(value) })}
        />
        {slots.length > 1
          ? slots.map(({ id, name }) => (
              <Select
                key={id}
                label={`${name} se prend avec`}
                placeholder="aucune autre plage"
                clearable
                data={options.filter(({ value }) => value !== String(id))}
                value={String(rule.needs.find(({ slotId }) => slotId === id)?.neededId ?? '') || null}
                onChange={(value) =>
                  change({
                    needs: [
                      ...rule.needs.filter(({ slotId }) => slotId !== id),
                      ...(value ? [{ slotId: id, neededId: Number(value) }] : []),
                    ],
                  })
                }
              />
            ))
          : null}
        {slots.length > 1 ? (
          <MultiSelect
            label="Une seule de ces plages par jour"
            placeholder={rule.oneOf.length === 0 ? 'toutes vont ensemble' : ''}
            data={options}
            value={rule.oneOf.map(String)}
            onChange={(values) => change({ oneOf: values.map(Number) })}
          />
        ) : null}
        {error ? <p className="danger small">{error}</p> : null}
        {given ? <Note>{weekRuleTexts(given, slotName).join(' ')}</Note> : null}
      </div>
    </fieldset>
  )
}
