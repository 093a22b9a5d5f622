import { NumberInput, Radio, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDebouncedValue } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { skipToken, useQuery } from '@tanstack/react-query'
import {
  type QuotientRule,
  quotientRuleText,
  whyNotYearlyDate,
  type YearlyDate,
} from '../../../shared/rules/quotient/validity.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { Failure, Loading } from '../parts/feedback.tsx'
import { FormFields } from '../parts/forms/dialogs.tsx'
import { Section } from '../parts/screen.tsx'

/** The rule on how long a family quotient counts, and on the price without a valid one. */
export const QuotientRuleSection = () => {
  const { data, error, refetch } = useQuery(orpc.quotients.rule.queryOptions())
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  return (
    <Section title="Validité d’un quotient familial">
      {data ? <RuleForm key={JSON.stringify(data.rule)} rule={data.rule} /> : <Loading />}
    </Section>
  )
}

type Values = {
  holds: 'next' | 'until' | 'months'
  date: string
  months: number | ''
  without: 'top' | 'lastKnown'
  until: string
}

const RuleForm = ({ rule }: { rule: QuotientRule | null }) => {
  const form = useForm<Values>({
    mode: 'controlled',
    initialValues: asTyped(rule),
    validate: {
      date: (text, { holds }) => (holds === 'until' ? whyNotDate(text) : null),
      months: (months, { holds }) => (holds === 'months' && months === '' ? 'Combien de mois\u00a0?' : null),
      until: (text, { holds, without }) => (holds !== 'next' && without === 'lastKnown' ? whyNotDate(text) : null),
    },
  })
  const { holds, without } = form.values
  return (
    <div className="settings-form">
      <FormFields
        form={form}
        submit="Enregistrer la règle"
        onSubmit={async (client, values) => {
          await client.quotients.saveRule({ rule: ruleTyped(values) ?? null })
          notifications.show({ message: 'La règle est enregistrée. Les mois déjà facturés gardent leur prix.' })
        }}
      >
        <Radio.Group label="Un quotient compte" {...form.getInputProps('holds')}>
          <div className="stack">
            <Radio value="next" label="Jusqu’au suivant" />
            <Radio value="until" label="Jusqu’à la même date chaque année" />
            <Radio value="months" label="Un nombre de mois" />
          </div>
        </Radio.Group>
        {holds === 'until' ? (
          <TextInput
            label="Jusqu’au"
            description="Jour et mois, par exemple 31/12 ou 31/08."
            w={160}
            data-core="rule.holds.date"
            {...form.getInputProps('date')}
          />
        ) : null}
        {holds === 'months' ? (
          <NumberInput
            label="Durée, depuis son premier jour"
            suffix=" mois"
            w={260}
            allowDecimal={false}
            allowNegative={false}
            data-core="rule.holds.months"
            {...form.getInputProps('months')}
          />
        ) : null}
        {holds === 'next' ? null : (
          <>
            <Radio.Group label="Ensuite, sans nouveau quotient" {...form.getInputProps('without')}>
              <div className="stack">
                <Radio value="top" label="Le tarif le plus haut" />
                <Radio value="lastKnown" label="Le dernier connu, jusqu’à une date" />
              </div>
            </Radio.Group>
            {without === 'lastKnown' ? (
              <TextInput
                label="Le dernier connu compte jusqu’au"
                description="Le premier qui vient après la fin, puis le tarif le plus haut."
                w={260}
                data-core="rule.without.until"
                {...form.getInputProps('until')}
              />
            ) : null}
          </>
        )}
        <Effect values={form.values} />
      </FormFields>
    </div>
  )
}

/** The rule as a sentence, and how many homes it would leave without a quotient today. */
const Effect = ({ values }: { values: Values }) => {
  const rule = ruleTyped(values)
  const [asked] = useDebouncedValue(JSON.stringify(rule), 250)
  const { data } = useQuery(
    orpc.quotients.tryRule.queryOptions({
      input: asked === undefined ? skipToken : { rule: JSON.parse(asked) as QuotientRule | null },
      staleTime: 0,
    }),
  )
  if (rule === undefined) return null
  return (
    <div role="status" aria-label="Ce que fait la règle">
      <p>{quotientRuleText(rule)}</p>
      {data && asked === JSON.stringify(rule) ? (
        <p className="soft small">
          {data.homes === 0
            ? 'Aucune famille inscrite n’a encore de quotient.'
            : `Aujourd’hui, sur ${counted(data.homes, 'famille inscrite', 'familles inscrites')} dont un quotient est connu\u00a0: ${effectText(data)}`}
        </p>
      ) : null}
      <p className="soft small">
        Les mois déjà facturés gardent leur prix. Ceux qui ne le sont pas sont calculés avec la nouvelle règle.
      </p>
    </div>
  )
}

const effectText = ({ ended, lastKnown }: { ended: number; lastKnown: number }): string => {
  const parts = [
    ...(ended > 0 ? [`${counted(ended, 'paie', 'paient')} le tarif le plus haut`] : []),
    ...(lastKnown > 0 ? [`${counted(lastKnown, 'garde son', 'gardent leur')} dernier quotient connu`] : []),
  ]
  return parts.length === 0 ? 'toutes le gardent.' : `${parts.join(', ')}.`
}

const asTyped = (rule: QuotientRule | null): Values => ({
  holds: rule?.holds.kind ?? 'next',
  date: rule?.holds.kind === 'until' ? dateText(rule.holds.date) : '31/12',
  months: rule?.holds.kind === 'months' ? rule.holds.months : 12,
  without: rule?.without.kind ?? 'top',
  until: rule?.without.kind === 'lastKnown' ? dateText(rule.without.until) : '31/01',
})

const padded = (number: number): string => String(number).padStart(2, '0')
const dateText = ({ month, date }: YearlyDate): string => `${padded(date)}/${padded(month)}`

const dateTyped = (text: string): YearlyDate | null => {
  const [, date, month] = /^\s*(\d{1,2})\s*[/. -]\s*(\d{1,2})\s*$/.exec(text) ?? []
  return date === undefined || month === undefined ? null : { month: Number(month), date: Number(date) }
}

const whyNotDate = (text: string): string | null => {
  const date = dateTyped(text)
  return date === null ? 'Écrivez le jour et le mois, par exemple 31/12.' : whyNotYearlyDate(date)
}

/** Undefined while the typed values do not make a rule. */
const ruleTyped = ({ holds, date, months, without, until }: Values): QuotientRule | null | undefined => {
  if (holds === 'next') return null
  const after =
    without === 'top'
      ? ({ kind: 'top' } as const)
      : whyNotDate(until) === null
        ? ({ kind: 'lastKnown', until: dateTyped(until) ?? noDate } as const)
        : undefined
  if (after === undefined) return undefined
  if (holds === 'months') return months === '' ? undefined : { holds: { kind: 'months', months }, without: after }
  return whyNotDate(date) === null
    ? { holds: { kind: 'until', date: dateTyped(date) ?? noDate }, without: after }
    : undefined
}

const noDate: YearlyDate = { month: 12, date: 31 }
