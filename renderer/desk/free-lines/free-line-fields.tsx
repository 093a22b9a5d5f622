import { Select, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { formatAmount, parseAmount } from '../../../shared/rules/money/money.ts'
import type { Fiscal } from '../../../shared/rules/price/tariff.ts'
import { useRegies } from '../regies/regie-choice.tsx'

/** The typed fields shared by a free line and a usual line of the town's list. */
export type TypedLine = { label: string; unitCents: string; regieId: string; fiscal: Fiscal }

export const lineInput = ({ label, unitCents, regieId, fiscal }: TypedLine) => {
  const amount = parseAmount(unitCents)
  return { label, unitCents: 'cents' in amount ? amount.cents : 0, regieId: Number(regieId), fiscal }
}

export const typedLine = (line: ReturnType<typeof lineInput>): TypedLine => ({
  label: line.label,
  unitCents: formatAmount(line.unitCents),
  regieId: String(line.regieId),
  fiscal: line.fiscal,
})

/** Why a typed amount cannot be read; null when it can. */
export const refuseAmount = (text: string): string | null => {
  const amount = parseAmount(text)
  return 'refusal' in amount ? amount.refusal : null
}

export const fiscalNames: Readonly<Record<Fiscal, string>> = { garde: 'Garde', repas: 'Repas', autre: 'Autre' }

/** The field of the régie is shown only in a town with several. */
export const LineFields = <Values extends TypedLine>({ form }: { form: UseFormReturnType<Values> }) => {
  const regies = useRegies().filter(({ archived }) => !archived)
  return (
    <>
      <TextInput label="Ce qui est facturé" {...form.getInputProps('label')} />
      <div className="form-pair">
        <TextInput
          label="Montant d’une unité"
          description="En euros. Négatif&nbsp;: une somme à déduire."
          {...form.getInputProps('unitCents')}
        />
        <Select
          label="Catégorie fiscale"
          description="Une ligne négative se déduit de la même."
          data={Object.entries(fiscalNames).map(([value, label]) => ({ value, label }))}
          allowDeselect={false}
          {...form.getInputProps('fiscal')}
        />
      </div>
      {regies.length > 1 ? (
        <Select
          label="Régie"
          data={regies.map(({ id, name }) => ({ value: String(id), label: name }))}
          allowDeselect={false}
          {...form.getInputProps('regieId')}
        />
      ) : null}
    </>
  )
}
