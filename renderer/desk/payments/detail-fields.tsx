import { TextInput } from '@mantine/core'
import type { RegieChoice } from '../../../shared/contract/desk/money/regies.ts'
import { isDay } from '../../../shared/rules/calendar/day.ts'
import { type Cents, formatEuros, parseAmount } from '../../../shared/rules/money/money.ts'
import type { PaymentMeans } from '../../../shared/rules/money/payment/payment.ts'
import { isVoucher } from '../../../shared/rules/money/payment/vouchers.ts'
import { DayField } from '../parts/forms/day-field.tsx'

/** The fields of a means of payment, as typed. */
export type TypedDetails = {
  readonly documentNumber: string
  readonly bank: string
  readonly issuer: string
  readonly given: string
  readonly heldUntil: string
}

export const noTyped: TypedDetails = { documentNumber: '', bank: '', issuer: '', given: '', heldUntil: '' }

/** The fields that are recorded: those that the means of payment has. */
export const detailsSent = (means: PaymentMeans, { documentNumber, bank, issuer, given, heldUntil }: TypedDetails) => {
  const read = parseAmount(given)
  if (means === 'cash') return { givenCents: 'cents' in read && read.cents > 0 ? read.cents : null }
  if (means === 'card') return { documentNumber }
  if (isVoucher(means)) return { documentNumber, issuer }
  if (means === 'cheque') return { documentNumber, bank, issuer, heldUntil: isDay(heldUntil) ? heldUntil : null }
  return {}
}

/**
 * Number, bank and issuer of a cheque; cash given and change; authorisation of a card; numbers and issuer of vouchers.
 */
export const DetailFields = ({
  means,
  details,
  amount,
  regie,
  onChange,
}: {
  means: PaymentMeans
  details: TypedDetails
  amount: Cents
  regie: RegieChoice
  onChange: (details: TypedDetails) => void
}) => {
  const field = (key: keyof TypedDetails) => ({
    value: details[key],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) =>
      onChange({ ...details, [key]: event.currentTarget.value }),
  })
  if (means === 'card')
    return (
      <div className="row row-wide">
        <TextInput label="Numéro d’autorisation" {...field('documentNumber')} />
      </div>
    )
  if (means === 'cash') {
    const read = parseAmount(details.given)
    return (
      <div className="row row-wide">
        <TextInput
          className="payments-amount"
          label="Donné"
          inputMode="decimal"
          placeholder="0,00"
          {...field('given')}
        />
        <p className="payments-change" aria-live="polite">
          {'cents' in read && read.cents > 0 ? changeText(read.cents - amount) : ''}
        </p>
      </div>
    )
  }
  if (isVoucher(means))
    return (
      <div className="row row-wide">
        <TextInput className="grow" label="Émetteur" {...field('issuer')} />
        <TextInput className="grow" label="Numéros" placeholder="0412 à 0416" {...field('documentNumber')} />
      </div>
    )
  if (means !== 'cheque') return null
  return (
    <div className="row row-wide">
      <TextInput label="Numéro du chèque" w={150} {...field('documentNumber')} />
      <TextInput className="grow" label="Banque" {...field('bank')} />
      <TextInput className="grow" label="Émetteur" {...field('issuer')} />
      {regie.holdsCheques ? (
        <DayField
          label="Garder jusqu’au"
          clearable
          value={details.heldUntil}
          onChange={(heldUntil) => onChange({ ...details, heldUntil })}
        />
      ) : null}
    </div>
  )
}

/** « À rendre : 7,60 € », « Il manque 2,00 € » */
const changeText = (cents: Cents): string => {
  if (cents === 0) return 'Compte juste.'
  return cents > 0 ? `À rendre\u00a0: ${formatEuros(cents)}` : `Il manque ${formatEuros(-cents)}.`
}
