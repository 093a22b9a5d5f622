import { Button, Checkbox, Select, Textarea, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { conditionText } from '../../../../shared/rules/price/printed/condition-words.ts'
import { optionsOf } from '../options.ts'
import type { BasePrice } from '../tariff-edit.ts'
import type { LineValues } from './line-values.ts'

/** How the prices of a line are computed; their amounts are typed in the grid. */
export const PriceFields = ({
  form,
  groups,
}: {
  form: UseFormReturnType<LineValues>
  /** The names of the groups of the tariff’s activities. */
  groups: readonly string[]
}) => {
  const { method, outside, choice, cases } = form.values
  const ofGroups = groups.map((group) => conditionText({ group })).filter((text) => !cases.includes(text))
  return (
    <>
      <Select label="Prix" data={optionsOf(choiceNames)} {...form.getInputProps('choice')} />
      {choice === 'cases' ? (
        <>
          <Textarea
            label="Cas, un par ligne&nbsp;: le premier qui convient donne le prix"
            description="2ᵉ enfant · hors commune · agent de la ville · groupe 3-5 ans · CAF · inscrit 4 jours et plus par semaine · à partir du 3ᵉ jour de la semaine. Plusieurs conditions&nbsp;: séparées par une virgule. Tranches à part&nbsp;: «&nbsp;hors commune&nbsp;: < 800, > 800&nbsp;»."
            autosize
            minRows={3}
            {...form.getInputProps('cases')}
          />
          {ofGroups.length > 0 ? (
            <Button
              variant="subtle"
              onClick={() => form.setFieldValue('cases', [cases.trimEnd(), ...ofGroups].filter(Boolean).join('\n'))}
            >
              Un cas par groupe
            </Button>
          ) : null}
          <Checkbox label="et un prix pour les autres" {...form.getInputProps('hasOtherwise', { type: 'checkbox' })} />
        </>
      ) : null}
      {choice === 'together' ? (
        <TextInput
          label="Jusqu’à combien d’enfants"
          description="Le dernier prix vaut pour tout nombre au-dessus."
          inputMode="numeric"
          {...form.getInputProps('together')}
        />
      ) : null}
      <Select
        label="Méthode"
        description={choice === 'one' ? undefined : 'Changée ici, elle change pour tous les prix de la ligne.'}
        data={optionsOf(methodNames)}
        {...form.getInputProps('method')}
      />
      {method === 'effortRate' ? <TextInput label="Taux, en %" {...form.getInputProps('percent')} /> : null}
      <Select label="Hors commune" data={optionsOf(outsideNames)} {...form.getInputProps('outside')} />
      {outside === 'percent' ? <TextInput label="Majoration, en %" {...form.getInputProps('outsidePercent')} /> : null}
      {outside === 'amount' ? (
        <TextInput label="Supplément, en euros" inputMode="decimal" {...form.getInputProps('outsideAmount')} />
      ) : null}
      {outside === 'column' && method === 'bracket' ? (
        <Select
          label="Prix hors commune"
          data={[
            { value: 'bracket', label: 'Un par tranche' },
            { value: 'single', label: 'Un seul pour toutes les tranches' },
          ]}
          {...form.getInputProps('outsideColumn')}
        />
      ) : null}
    </>
  )
}

const methodNames: Readonly<Record<BasePrice['method'], string>> = {
  fixed: 'Prix fixe',
  bracket: 'Par tranche de quotient familial',
  effortRate: 'Taux d’effort\u00a0: QF × taux, entre un minimum et un maximum',
}

const choiceNames: Readonly<Record<LineValues['choice'], string>> = {
  one: 'Le même pour tous les enfants',
  cases: 'Selon l’enfant, la famille ou le jour',
  together: 'Un seul pour les frères et sœurs présents ensemble',
}

const outsideNames: Readonly<Record<BasePrice['nonResident']['rule'], string>> = {
  same: 'Même prix',
  percent: 'Majoration en %',
  amount: 'Supplément en euros',
  column: 'Ses propres prix',
}
