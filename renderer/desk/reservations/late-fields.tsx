import { Radio } from '@mantine/core'
import { skipToken, useQuery } from '@tanstack/react-query'
import { maxPricedCells } from '../../../shared/contract/desk/money/prices.ts'
import { type Charged, type ListedReason, listedReasons } from '../../../shared/rules/cell/cell-actions.ts'
import { type Cents, formatEuros } from '../../../shared/rules/money/money.ts'
import { orpc } from '../../connection/client.ts'
import type { CellKey } from './calendar-data.ts'

type Input = {
  readonly value?: string | null
  readonly error?: React.ReactNode
  readonly onChange?: (value: string) => void
}

/** Why staff act past the deadline. No default, so that pressing Enter alone does not accept late changes. */
export const ListedReasonField = (input: Input) => (
  <Radio.Group label="Motif" {...input} value={input.value ?? null}>
    <div className="stack">
      {Object.entries(listedReasons).map(([code, words], at) => (
        <Radio key={code} value={code} label={words} data-autofocus={at === 0 || undefined} />
      ))}
    </div>
  </Radio.Group>
)

/**
 * What bookings cancelled late cost: all, what the tariff or the activity's rule says (where it says something), or
 * nothing. No default, so that staff decide.
 */
export const ChargedField = ({
  cells,
  label = 'Facturation',
  ...input
}: Input & { readonly cells: readonly CellKey[]; readonly label?: string }) => {
  const isPriced = cells.length <= maxPricedCells
  const keys = cells.map(({ registrationId, day, slotId }) => ({ registrationId, day, slotId }))
  const { data, isError } = useQuery(
    orpc.prices.lateCancellations.queryOptions({ input: isPriced ? { cells: keys } : skipToken }),
  )
  return (
    <Radio.Group label={label} {...input} value={input.value ?? null}>
      <div className="stack">
        <Radio value="charged" label={withPrice('Reste facturée', data?.chargedCents)} />
        {!isPriced || isError || (data && data.surchargeCents > 0) ? (
          <Radio
            value="surcharge"
            label={withPrice(data?.byTariff === false ? 'Majoration' : 'Au prix du tarif', data?.surchargeCents)}
          />
        ) : null}
        <Radio value="free" label="N’est pas facturée" />
      </div>
    </Radio.Group>
  )
}

const withPrice = (text: string, cents: Cents | undefined): string =>
  cents === undefined ? text : `${text}\u00a0: ${formatEuros(cents)}`

export type ChargedChoice = 'charged' | 'surcharge' | 'free' | null

export const chargedOf = (choice: ChargedChoice): Charged => (choice === 'surcharge' ? choice : choice === 'charged')

/** Messages of a form when the reason or the billing is not chosen. */
export const noReasonMessage = (code: ListedReason | null): string | null =>
  code === null ? 'Choisissez un motif.' : null
export const notChargedMessage = (charged: ChargedChoice): string | null =>
  charged === null ? 'Dites si la place reste facturée.' : null
