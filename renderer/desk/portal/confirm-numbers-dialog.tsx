import { NumberInput, Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import { yearOf } from '../../../shared/rules/calendar/day.ts'
import { type LastingLetter, type SeriesLetter, seriesOf } from '../../../shared/rules/money/series.ts'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { useRegies } from '../regies/regie-choice.tsx'
import { useNow } from '../staff/now.ts'
import { useStoreExchangeState } from './exchange-queries.ts'

const papers = [
  ['F', 'Dernière facture'],
  ['A', 'Dernier avoir'],
  ['Q', 'Dernière quittance'],
  ['B', 'Dernier bordereau'],
  ['R', 'Dernière relance'],
  ['E', 'Dernier état des restes'],
] as const satisfies readonly (readonly [SeriesLetter, string])[]

/** Their numbers go on through the years. */
const lasting = [
  ['C', 'Dernière clôture'],
  ['V', 'Dernier relevé de versement'],
] as const satisfies readonly (readonly [LastingLetter, string])[]

type Typed = number | string

/** A director enters the last numbers given, as read on the papers themselves, and says what was verified and how. */
export const ConfirmNumbersDialog = ({ onClose }: { onClose: () => void }) => {
  const keep = useStoreExchangeState()
  const year = yearOf(useNow().today)
  const regies = useRegies()
  const fields = regies.flatMap(({ prefix }) => {
    const before = prefix === null ? '' : `${prefix}-`
    return [
      ...papers.map(([letter, words]) => ({
        series: seriesOf(prefix, letter),
        year,
        label: `${words} ${before}${year}-`,
      })),
      ...lasting.map(([letter, words]) => ({
        series: `${prefix ?? ''}${letter}`,
        year: null,
        label: `${words}${prefix === null ? '' : ` ${prefix}`} n°`,
      })),
    ]
  })
  const form = useForm<{ statement: string; numbers: Record<string, Typed> }>({
    initialValues: { statement: '', numbers: {} },
  })
  return (
    <FormDialog
      opened
      title="Attester les derniers numéros"
      width="wide"
      form={form}
      submit="J’atteste"
      onSubmit={async (client, { statement, numbers }) => {
        const last = fields.flatMap(({ series, year: ofYear }) => {
          const number = numbers[series] ?? ''
          return number === '' ? [] : [{ series, year: ofYear, number: Number(number) }]
        })
        keep(await client.exchange.confirmNumbers({ statement, last }))
      }}
      onClose={onClose}
    >
      <p>
        Lisez sur les papiers eux-mêmes (factures envoyées, carnet de quittances, bordereaux, clôtures) les derniers
        numéros donnés. Le suivant viendra après&nbsp;; vide, rien n’a été donné depuis la sauvegarde. Votre phrase est
        gardée au journal, avec votre nom.
      </p>
      <div className="number-fields">
        {fields.map(({ series, label }) => (
          <NumberInput
            key={series}
            label={label}
            placeholder="000000"
            allowDecimal={false}
            allowNegative={false}
            thousandSeparator=""
            max={999_999}
            {...form.getInputProps(`numbers.${series}`)}
            value={form.values.numbers[series] ?? ''}
          />
        ))}
      </div>
      <Textarea
        label="Ce qui a été vérifié, et comment"
        placeholder="Vu sur les doubles des factures de novembre et sur le carnet de quittances."
        {...form.getInputProps('statement')}
      />
    </FormDialog>
  )
}
