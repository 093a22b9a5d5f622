import { Button, TextInput } from '@mantine/core'
import IconPlus from '@tabler/icons-react/icons/IconPlus'
import IconTrash from '@tabler/icons-react/icons/IconTrash'
import type { Definition } from '../../../shared/contract/desk/money/prices.ts'
import { formatNumber, parsePercent } from '../../../shared/rules/money/money.ts'
import { percentDecimals } from '../../../shared/rules/price/tariff.ts'
import { useTypedAmount, useTypedNumber } from './typed-amount.ts'

/** For a group of fields that changes parts of the tariff's definition. */
export type DefinitionProps = {
  readonly definition: Definition
  readonly isLocked: boolean
  readonly onChange: (definition: Definition) => void
}

type FieldProps = {
  readonly label: string
  readonly value: number
  readonly isLocked: boolean
  readonly onChange: (value: number) => void
}

/** A positive amount in euros. */
export const Euros = ({ label, cents, isLocked, onChange }: Omit<FieldProps, 'value'> & { readonly cents: number }) => {
  const { id, text, refusal, type, leave } = useTypedAmount(label, cents, onChange)
  return <TypedInput {...{ id, label, text, refusal, isLocked, type, leave }} />
}

/** A whole number between two bounds. */
export const Whole = ({
  label,
  value,
  least,
  most,
  isLocked,
  onChange,
}: FieldProps & { readonly least: number; readonly most: number }) => {
  const read = (typed: string) =>
    /^\d+$/.test(typed.trim()) && Number(typed) >= least && Number(typed) <= most
      ? { value: Number(typed) }
      : { refusal: `Un nombre de ${least} à ${most}.` }
  const { id, text, refusal, type, leave } = useTypedNumber(label, value, formatNumber, read, onChange)
  return <TypedInput {...{ id, label, text, refusal, isLocked, type, leave }} />
}

/** A percentage with two decimals at most. */
export const Percent = ({ label, value, most, isLocked, onChange }: FieldProps & { readonly most: number }) => {
  const read = (typed: string) => {
    const found = parsePercent(typed, percentDecimals)
    if ('refusal' in found) return found
    return found.value >= 0 && found.value <= most
      ? found
      : { refusal: `Un pourcentage va de 0 à ${formatNumber(most)}.` }
  }
  const { id, text, refusal, type, leave } = useTypedNumber(label, value, formatNumber, read, onChange)
  return <TypedInput {...{ id, label, text, refusal, isLocked, type, leave }} />
}

const TypedInput = ({
  id,
  label,
  text,
  refusal,
  isLocked,
  type,
  leave,
}: {
  id: string
  label: string
  text: string
  refusal: string | undefined
  isLocked: boolean
  type: (text: string) => void
  leave: () => void
}) => (
  <TextInput
    id={id}
    label={label}
    inputMode="decimal"
    disabled={isLocked}
    error={refusal}
    value={text}
    onChange={(event) => type(event.currentTarget.value)}
    onBlur={leave}
  />
)

export const Add = ({ label, isLocked, onAdd }: { label: string; isLocked: boolean; onAdd: () => void }) =>
  isLocked ? null : (
    <Button variant="subtle" leftSection={<IconPlus size={14} />} onClick={onAdd}>
      {label}
    </Button>
  )

export const Remove = ({ label, isLocked, onRemove }: { label: string; isLocked: boolean; onRemove: () => void }) => (
  <Button aria-label={label} disabled={isLocked} onClick={onRemove}>
    <IconTrash size={14} />
  </Button>
)
